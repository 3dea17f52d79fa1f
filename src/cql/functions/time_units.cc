#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "cql/functions/numbers.h"
#include "values/temporal.h"

namespace parcours::cql {

std::optional<Precision> find_time_unit(std::string_view unit) {
    static constexpr auto symbols =
        std::to_array<std::pair<std::string_view, Precision>>({{"wk", Precision::Week},
                                                               {"d", Precision::Day},
                                                               {"h", Precision::Hour},
                                                               {"min", Precision::Minute},
                                                               {"s", Precision::Second},
                                                               {"ms", Precision::Millisecond}});
    for (const auto& [symbol, precision] : symbols) {
        if (unit == symbol) {
            return precision;
        }
    }
    return values::find_precision(unit);
}

}  // namespace parcours::cql
