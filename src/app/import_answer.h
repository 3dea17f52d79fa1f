#pragma once

#include <string>

#include "engine/import.h"

namespace parcours::app {

/// What `parcours import --json` answers.
[[nodiscard]] std::string import_json(const engine::ImportReport& report, double seconds);

}  // namespace parcours::app
