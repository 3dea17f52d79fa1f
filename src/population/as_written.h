#pragma once

#include "base/time.h"
#include "cql/model/model.h"
#include "cql/value.h"
#include "population/patients.h"

namespace parcours::population {

/// What was said of a patient by then: a death that has a date, and a leaving, are known from the
/// last change of the Patient resource on (as `as_known` of record/as_known.h).
[[nodiscard]] cql::Value as_written(const Patients& patients, PatientNumber number,
                                    const cql::model::PropertyPath& path, Instant recorded_until,
                                    cql::Value value);

}  // namespace parcours::population
