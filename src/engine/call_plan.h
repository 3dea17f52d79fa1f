#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/digest_hash.h"
#include "engine/ledger.h"

namespace parcours::engine {

/// When a call is to be made.
struct CallDay {
    CivilDate day;           ///< where the clinic is
    std::size_t before = 0;  ///< calls of its queue that go first
};

/// The day of each open call of the queues that say how many they make a day: the most urgent
/// campaigns first, then what is due first, then what was opened first. What is beyond a day's
/// calls waits for the next day of the contact hours. Calls that people made today count.
[[nodiscard]] std::unordered_map<Digest, CallDay, DigestHash> plan_calls(const Ledger& ledger,
                                                                         const Clinic& clinic,
                                                                         Instant now);

}  // namespace parcours::engine
