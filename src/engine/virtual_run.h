#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/arrivals.h"
#include "engine/assumed_outcomes.h"
#include "engine/assumed_replies.h"
#include "engine/events.h"
#include "engine/runner.h"

namespace parcours::engine {

/// Runs a runner from one moment to another on a virtual clock: the record's facts become visible
/// when they have happened and their source has written them down, timers fire at their times,
/// nothing leaves (the runner's channels must be sandboxes). The same record and clinic give the
/// same run. `progress` gets the share done.
Result<> run_virtually(Runner& runner, Instant from, Instant until,
                       const std::function<void(double share)>& progress);

/// What comes in from outside while time passes, each in the order of its times.
struct Coming {
    std::vector<Arrival> arrivals;
    std::vector<Event> choices;           ///< of patients
    AssumedReplies* replies = nullptr;    ///< borrowed; null: nobody replies
    AssumedOutcomes* outcomes = nullptr;  ///< borrowed; null: no task is closed
};

/// Lets time pass for a runner that has begun at `from`: what comes in later is seen, timers fire,
/// and cohorts are looked at daily.
Result<> pass_time(Runner& runner, Instant from, Instant until, Coming coming,
                   const std::function<void(double share)>& progress);

/// Sandboxes for every channel that the clinic names.
[[nodiscard]] Channels open_sandboxes(const Clinic& clinic);

/// The channels as the clinic configures them. `environment` looks up a variable, for secrets;
/// nothing where it is not set. Errors: those of the adapters' settings, at their place.
Result<Channels> open_channels(
    const Clinic& clinic, const Clock& clock,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

}  // namespace parcours::engine
