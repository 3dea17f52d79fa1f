#include "app/surroundings.h"

#include <cstdlib>
#include <optional>
#include <string>

namespace parcours::app {

engine::Surroundings SystemSurroundings::view() {
    return {files_, clock_, random_, executor_,
            [](const std::string& name) -> std::optional<std::string> {
                const char* const value = std::getenv(name.c_str());
                return value == nullptr ? std::nullopt : std::optional<std::string>(value);
            }};
}

}  // namespace parcours::app
