#include "cql/diagnostics.h"

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/tree.h"
#include "values/text.h"

namespace parcours::cql {

std::unexpected<Error> error(Place place, std::string message) {
    return fail(ErrorCode::InvalidInput, std::move(message), {{}, place.line, place.column});
}

std::string suggest(std::string_view name, const std::vector<std::string>& names) {
    const std::string_view found = values::nearest(name, names);
    return found.empty() || found == name ? std::string()
                                          : fmt::format("; did you mean '{}'?", found);
}

}  // namespace parcours::cql
