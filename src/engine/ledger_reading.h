#pragma once

#include <shared_mutex>

#include "base/fair_shared_mutex.h"
#include "engine/ledger.h"

namespace parcours::engine {

/// The ledger, which stands still for as long as this lives: hold it briefly, and not twice at
/// once. All of it is durable, but what the calling thread itself is about to write down.
struct LedgerReading {
    std::shared_lock<FairSharedMutex> lock;
    const Ledger& ledger;
};

}  // namespace parcours::engine
