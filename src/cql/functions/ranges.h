#pragma once

#include <optional>

#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {

/// A point or interval as its first and last point; an unknown one is null.
struct Range {
    Value low;
    Value high;
};

/// A point is the range of itself. `like` tells the type of an interval that is open at both ends.
[[nodiscard]] Range range_of(const Value& value, const Value& like = {});
/// A value that tells the point type of either.
[[nodiscard]] Value point_like(const Value& left, const Value& right);

/// Three-valued comparison of points; unknown where one is null.
[[nodiscard]] Truth point_less(const Value& left, const Value& right,
                               std::optional<Precision> precision);
[[nodiscard]] Truth point_less_or_equal(const Value& left, const Value& right,
                                        std::optional<Precision> precision);
[[nodiscard]] Truth point_equal(const Value& left, const Value& right,
                                std::optional<Precision> precision);

/// Whether a point lies in an interval.
[[nodiscard]] Truth point_in(const Value& point, const IntervalValue& interval,
                             std::optional<Precision> precision);
/// Whether one range holds the other, and whether they share a point.
[[nodiscard]] Truth range_includes(const Range& outer, const Range& inner,
                                   std::optional<Precision> precision);
[[nodiscard]] Truth ranges_overlap(const Range& left, const Range& right,
                                   std::optional<Precision> precision);

/// Whether a list holds an element equal to it (nulls count as equal to null).
[[nodiscard]] Truth list_contains(const std::vector<Value>& elements, const Value& element);
[[nodiscard]] Truth list_includes(const std::vector<Value>& outer, const std::vector<Value>& inner);

}  // namespace parcours::cql
