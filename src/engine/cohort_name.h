#pragma once

#include <string_view>

#include "base/error.h"
#include "engine/clinic.h"

namespace parcours::engine {

/// Whether a cohort may be saved under a name: lower-case words joined by "-", and none that the
/// practice folder defines, since campaigns would go on with that one. Errors: Usage, Conflict.
Result<> check_cohort_name(const Clinic& clinic, std::string_view name);

}  // namespace parcours::engine
