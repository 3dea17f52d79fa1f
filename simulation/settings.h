#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "engine/runner.h"
#include "simulation/disk.h"
#include "simulation/faults.h"
#include "simulation/history.h"

namespace parcours::simulation {

/// What a run is made of. Equal settings give equal runs.
struct Settings {
    std::uint64_t seed = 1;
    Faults faults = Faults::all();
    /// Nothing: the seed decides.
    std::optional<Disk::Kind> disk;
    std::chrono::days length{24};
    bool disk_lies = false;  ///< SQLite: says "synchronised" at once, and does it at its leisure
    std::string only;        ///< the one invariant that watches; empty: all of them
    /// Called when a program has read its log, before it works: for planted mistakes.
    std::function<void(engine::Runner& runner, Instant now)> before_work;
    History::Show show;  ///< gets a line for everything that happens; may be empty
};

/// A promise that did not hold.
struct Finding {
    std::string invariant;
    std::string what;
    Instant at;
};

/// What came of a run.
struct Outcome {
    std::string digest;  ///< of the whole history: the same for equal settings
    std::optional<Finding> finding;
    Duration simulated{};
    std::uint64_t records = 0;
    std::uint64_t hand_overs = 0;
    std::uint64_t deaths = 0;   ///< of the program
    std::uint64_t notices = 0;  ///< receipts and replies that were taken in
    Strikes strikes;            ///< how often each fault did
};

/// Runs a clinic for some weeks with everything that can go wrong, then without, until all is at
/// rest. Ends at the first promise that does not hold.
[[nodiscard]] Outcome run(const Settings& settings);

}  // namespace parcours::simulation
