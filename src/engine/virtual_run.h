#pragma once

#include <functional>

#include "base/error.h"
#include "base/time.h"
#include "engine/runner.h"

namespace parcours::engine {

/// Runs a runner from one moment to another on a virtual clock: the record's facts become visible
/// when they have happened and their source has written them down, timers fire at their times,
/// nothing leaves (the runner's channels must be sandboxes). The same record and clinic give the
/// same run. `progress` gets the share done.
Result<> run_virtually(Runner& runner, Instant from, Instant until,
                       const std::function<void(double share)>& progress);

/// Sandboxes for every channel that the clinic names.
[[nodiscard]] Channels open_sandboxes(const Clinic& clinic);

/// The channels as the clinic configures them. `environment` looks up a variable, for secrets;
/// nothing where it is not set. Errors: those of the adapters' settings, at their place.
Result<Channels> open_channels(
    const Clinic& clinic, const Clock& clock,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

}  // namespace parcours::engine
