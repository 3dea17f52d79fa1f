#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/tree.h"

namespace parcours::cql {

/// A fault of the text, where it stands.
[[nodiscard]] std::unexpected<Error> error(Place place, std::string message);
/// "; did you mean 'x'?" where one of the names is near; else nothing.
[[nodiscard]] std::string suggest(std::string_view name, const std::vector<std::string>& names);

}  // namespace parcours::cql
