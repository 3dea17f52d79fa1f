#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::engine {

/// What a service is handed from the outside world.
struct Surroundings {
    const Files& files;
    const Clock& clock;
    Random& random;
    Executor& executor;  ///< for folds over everybody
    std::size_t part_count = 2;
    /// A variable of the environment, for secrets of providers; nothing where it is not set.
    std::function<std::optional<std::string>(const std::string&)> environment;
};

}  // namespace parcours::engine
