#pragma once

#include "base/time.h"
#include "record/fact.h"

namespace parcours {

/// What was known of a patient at a moment. Of the Patient resource only the last change has a
/// date: a death that has one, and a leaving, are known from then on. A death without a date has no
/// moment before which it was not known.
[[nodiscard]] inline PatientFact as_known(PatientFact patient, Instant now) {
    if (patient.recorded > now) {
        patient.active = true;
        patient.deceased_flag = patient.deceased_flag && patient.deceased == no_time;
        patient.deceased = no_time;
    }
    return patient;
}

}  // namespace parcours
