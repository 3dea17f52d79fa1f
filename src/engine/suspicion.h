#pragma once

#include "base/time.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/identity.h"

namespace parcours::engine {

/// A hold has no end of its own: a person must confirm or deny the death. Asked once a person.
void ask_whether_dead(const Ledger& ledger, Journal& journal, Key patient, Instant now);

}  // namespace parcours::engine
