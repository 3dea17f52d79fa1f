#include "quality/period.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/outline.h"
#include "cql/type.h"
#include "cql/value.h"
#include "practice/vocabulary.h"
#include "values/temporal.h"

namespace parcours::quality {
namespace {

using Kind = cql::Type::Kind;

/// Whether a library, or one it includes, declares the period as an interval of Dates.
bool wants_dates(const practice::Vocabulary& vocabulary, const LibraryName& name, int depth) {
    const auto text = vocabulary.libraries == nullptr || depth == 0
                          ? std::nullopt
                          : vocabulary.libraries->find_library(name.name, name.version);
    const auto outline = text ? cql::read_outline(*text) : Result<cql::LibraryOutline>();
    if (!outline) {
        return false;
    }
    for (const auto& parameter : outline->parameters) {
        if (parameter.name == period_name && parameter.type) {
            return *parameter.type == cql::Type::interval(Kind::Date);
        }
    }
    return std::ranges::any_of(outline->includes, [&](const auto& include) {
        return wants_dates(vocabulary, {include.library, include.version}, depth - 1);
    });
}

}  // namespace

LibraryName library_of(std::string_view canonical) {
    const std::size_t bar = canonical.find('|');
    const std::string_view url = canonical.substr(0, bar);
    return {std::string(url.substr(url.rfind('/') + 1)),
            bar == std::string_view::npos ? std::string() : std::string(canonical.substr(bar + 1))};
}

Result<Parameter> measurement_period(const practice::Vocabulary& vocabulary,
                                     const std::vector<LibraryName>& libraries,
                                     const values::Temporal& start, const values::Temporal& end) {
    if (start.low_milliseconds() > end.high_milliseconds()) {
        return fail(ErrorCode::InvalidInput,
                    "the period ends before it starts; exchange periodStart and periodEnd");
    }
    constexpr int depth_max = 8;
    const bool dates = std::ranges::any_of(libraries, [&](const LibraryName& library) {
        return wants_dates(vocabulary, library, depth_max);
    });
    const auto boundary = [dates](const values::Temporal& at, bool high) {
        if (!dates) {
            return values::boundary(values::to_date_time(at), values::Precision::Millisecond, high);
        }
        values::Temporal day = values::truncate(
            values::boundary(values::to_date_time(at), values::Precision::Day, high),
            values::Precision::Day);
        day.kind = values::Temporal::Kind::Date;
        return day;
    };
    cql::IntervalValue period;
    period.low = boundary(start, false);
    period.high = boundary(end, true);
    return Parameter{std::string(period_name),
                     cql::Type::interval(dates ? Kind::Date : Kind::DateTime), std::move(period)};
}

}  // namespace parcours::quality
