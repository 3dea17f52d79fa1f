#include "cql/functions/ranges.h"

#include <optional>
#include <vector>

#include "cql/operations.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {

Range range_of(const Value& value, const Value& like) {
    if (value.kind() != Value::Kind::Interval) {
        return {value, value};
    }
    return {start_of(value.interval(), like), end_of(value.interval(), like)};
}

Value point_like(const Value& left, const Value& right) {
    for (const Value* value : {&left, &right}) {
        if (value->kind() != Value::Kind::Interval) {
            if (!value->is_null()) {
                return *value;
            }
            continue;
        }
        const IntervalValue& interval = value->interval();
        if (!interval.low.is_null() || !interval.high.is_null()) {
            return interval.low.is_null() ? interval.high : interval.low;
        }
    }
    return {};
}

Truth point_less(const Value& left, const Value& right, std::optional<Precision> precision) {
    const auto compared = order(left, right, precision);
    return compared ? Truth(*compared < 0) : std::nullopt;
}

Truth point_less_or_equal(const Value& left, const Value& right,
                          std::optional<Precision> precision) {
    const auto compared = order(left, right, precision);
    return compared ? Truth(*compared <= 0) : std::nullopt;
}

Truth point_equal(const Value& left, const Value& right, std::optional<Precision> precision) {
    const auto compared = order(left, right, precision);
    return compared ? Truth(*compared == 0) : std::nullopt;
}

Truth point_in(const Value& point, const IntervalValue& interval,
               std::optional<Precision> precision) {
    if (point.is_null()) {
        return std::nullopt;
    }
    Truth low;
    if (interval.low.is_null()) {
        low = interval.low_closed ? Truth(true) : std::nullopt;
    } else {
        low = interval.low_closed ? point_less_or_equal(interval.low, point, precision)
                                  : point_less(interval.low, point, precision);
    }
    Truth high;
    if (interval.high.is_null()) {
        high = interval.high_closed ? Truth(true) : std::nullopt;
    } else {
        high = interval.high_closed ? point_less_or_equal(point, interval.high, precision)
                                    : point_less(point, interval.high, precision);
    }
    return truth_and(low, high);
}

Truth range_includes(const Range& outer, const Range& inner, std::optional<Precision> precision) {
    return truth_and(point_less_or_equal(outer.low, inner.low, precision),
                     point_less_or_equal(inner.high, outer.high, precision));
}

Truth ranges_overlap(const Range& left, const Range& right, std::optional<Precision> precision) {
    return truth_and(point_less_or_equal(left.low, right.high, precision),
                     point_less_or_equal(right.low, left.high, precision));
}

Truth list_contains(const std::vector<Value>& elements, const Value& element) {
    Truth out = false;
    for (const Value& candidate : elements) {
        const bool both_null = candidate.is_null() && element.is_null();
        const Truth found = both_null                                  ? Truth(true)
                            : candidate.is_null() || element.is_null() ? Truth(false)
                                                                       : equal(candidate, element);
        out = truth_or(out, found);
    }
    return out;
}

Truth list_includes(const std::vector<Value>& outer, const std::vector<Value>& inner) {
    Truth out = true;
    for (const Value& element : inner) {
        out = truth_and(out, list_contains(outer, element));
    }
    return out;
}

}  // namespace parcours::cql
