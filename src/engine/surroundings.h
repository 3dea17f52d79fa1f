#pragma once

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
    /// A variable of the environment, for secrets of providers; nothing where it is not set.
    std::function<std::optional<std::string>(const std::string&)> environment;
    /// Goes on steadily, whatever the clock is set to; empty: the clock is believed.
    std::function<Duration()> elapsed = {};
};

/// What a service is opened for.
struct ServiceOptions {
    std::string data;         ///< the data folder
    std::string practice;     ///< the clinic's own folder until one is published; or empty
    bool sending = true;      ///< messages will leave, so that every channel must open
    bool publishing = false;  ///< others read: directory and standings are kept
    /// Called from any thread when `work` has something to do. May be empty.
    std::function<void()> wake;
};

}  // namespace parcours::engine
