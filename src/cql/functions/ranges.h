#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {

/// One end of a range: a point, or what is known of it (CQL 1.5 §Start: an open end without a value
/// is an uncertainty between the limit of the type and the other end). Null: no bound is known.
struct Edge {
    Value least;
    Value most;

    Edge() = default;
    explicit Edge(const Value& point) : least(point), most(point) {}
    Edge(Value low, Value high) : least(std::move(low)), most(std::move(high)) {}
    /// The point, null where it is not exactly known.
    [[nodiscard]] Value point() const;
};

/// A point or interval as its first and last point.
struct Range {
    Edge low;
    Edge high;
};

/// A point is the range of itself. `like` tells the type of an interval without any end.
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

/// The same of ends: certain wherever every point they may be agrees.
[[nodiscard]] Truth edge_less(const Edge& left, const Edge& right,
                              std::optional<Precision> precision);
[[nodiscard]] Truth edge_less_or_equal(const Edge& left, const Edge& right,
                                       std::optional<Precision> precision);
[[nodiscard]] Truth edge_equal(const Edge& left, const Edge& right,
                               std::optional<Precision> precision);

/// Whether a point lies in an interval.
[[nodiscard]] Truth point_in(const Value& point, const IntervalValue& interval,
                             std::optional<Precision> precision);
/// Whether one range holds the other, and whether they share a point.
[[nodiscard]] Truth range_includes(const Range& outer, const Range& inner,
                                   std::optional<Precision> precision);
[[nodiscard]] Truth ranges_overlap(const Range& left, const Range& right,
                                   std::optional<Precision> precision);
/// Whether the first ends right before the second starts, down to a precision.
[[nodiscard]] Truth range_meets(const Range& left, const Range& right,
                                std::optional<Precision> precision);

/// Whether a list holds an element equal to it (nulls count as equal to null).
[[nodiscard]] Truth list_contains(const std::vector<Value>& elements, const Value& element);
[[nodiscard]] Truth list_includes(const std::vector<Value>& outer, const std::vector<Value>& inner);

}  // namespace parcours::cql
