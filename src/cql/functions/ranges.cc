#include "cql/functions/ranges.h"

#include <optional>
#include <utility>
#include <vector>

#include "cql/operations.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {

Value Edge::point() const {
    return equal(least, most) == Truth(true) ? least : Value();
}

namespace {

bool is_unknown(const Value& end, bool closed) {
    return end.is_null() && !closed;
}

}  // namespace

Range range_of(const Value& value, const Value& like) {
    if (value.kind() != Value::Kind::Interval) {
        return {Edge(value), Edge(value)};
    }
    const IntervalValue& interval = value.interval();
    Range out{Edge(start_of(interval, like)), Edge(end_of(interval, like))};
    if (is_unknown(interval.low, interval.low_closed)) {
        out.low = Edge(minimum_like(like.is_null() ? interval.high : like), out.high.most);
    }
    if (is_unknown(interval.high, interval.high_closed)) {
        out.high = Edge(out.low.least, maximum_like(like.is_null() ? interval.low : like));
    }
    return out;
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

Truth edge_less(const Edge& left, const Edge& right, std::optional<Precision> precision) {
    if (point_less(left.most, right.least, precision) == Truth(true)) {
        return true;
    }
    return point_less(left.least, right.most, precision) == Truth(false) ? Truth(false)
                                                                         : std::nullopt;
}

Truth edge_less_or_equal(const Edge& left, const Edge& right, std::optional<Precision> precision) {
    return truth_not(edge_less(right, left, precision));
}

Truth edge_equal(const Edge& left, const Edge& right, std::optional<Precision> precision) {
    const Value one = left.point();
    const Value other = right.point();
    if (!one.is_null() && !other.is_null()) {
        return point_equal(one, other, precision);
    }
    const bool apart = edge_less(left, right, precision) == Truth(true) ||
                       edge_less(right, left, precision) == Truth(true);
    return apart ? Truth(false) : std::nullopt;
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
    return truth_and(edge_less_or_equal(outer.low, inner.low, precision),
                     edge_less_or_equal(inner.high, outer.high, precision));
}

Truth ranges_overlap(const Range& left, const Range& right, std::optional<Precision> precision) {
    return truth_and(edge_less_or_equal(left.low, right.high, precision),
                     edge_less_or_equal(right.low, left.high, precision));
}

namespace {

// Null at the limit of the type.
Value next_of(const Value& value, std::optional<Precision> precision) {
    if (precision && value.kind() == Value::Kind::Temporal) {
        return successor_of(truncate(value.temporal(), *precision));
    }
    return successor_of(value);
}

}  // namespace

Truth range_meets(const Range& left, const Range& right, std::optional<Precision> precision) {
    const Value last = left.high.point();
    const Edge next(next_of(left.high.least, precision), next_of(left.high.most, precision));
    if (!last.is_null() && next.least.is_null()) {
        return false;  // nothing comes after the limit
    }
    const Value most =
        next.most.is_null() && !left.high.most.is_null() ? left.high.most : next.most;
    return edge_equal(Edge(next.least, most), right.low, precision);
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
