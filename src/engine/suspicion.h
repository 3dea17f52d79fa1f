#pragma once

#include "base/time.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"

namespace parcours::engine {

/// A hold has no end of its own: a person must confirm or deny the death. Asked once for all signs
/// that there are; again where another one came in after somebody had said "alive".
void ask_whether_dead(const Ledger& ledger, Journal& journal, const PatientReader& patients,
                      const PatientView& patient, Instant now);

}  // namespace parcours::engine
