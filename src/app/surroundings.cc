#include "app/surroundings.h"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/time.h"

namespace parcours::app {

engine::Surroundings SystemSurroundings::view() {
    return {files_,
            clock_,
            random_,
            executor_,
            [](const std::string& name) -> std::optional<std::string> {
                const char* const value = std::getenv(name.c_str());
                return value == nullptr ? std::nullopt : std::optional<std::string>(value);
            },
            []() -> Duration {
                return std::chrono::duration_cast<Duration>(
                    std::chrono::steady_clock::now().time_since_epoch());
            }};
}

}  // namespace parcours::app
