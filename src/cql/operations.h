#pragma once

#include <optional>
#include <string_view>

#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {

/// True, false or unknown.
using Truth = std::optional<bool>;
[[nodiscard]] Truth truth_and(Truth left, Truth right);
[[nodiscard]] Truth truth_or(Truth left, Truth right);
[[nodiscard]] Truth truth_not(Truth value);
/// Of a Boolean value; unknown for null and anything else.
[[nodiscard]] Truth truth_of(const Value& value);

/// `=` of CQL: nothing where an argument is null or precision leaves it open. Numbers, dates and
/// quantities of different types or units are brought together first.
[[nodiscard]] Truth equal(const Value& left, const Value& right);
/// `~` of CQL: two nulls are equivalent, text ignores case and white space, codes ignore display.
[[nodiscard]] bool equivalent(const Value& left, const Value& right);
/// -1, 0, 1, or nothing where they cannot be ordered. A distance between dates that is not exactly
/// known (an interval of numbers) is ordered where the answer is certain.
[[nodiscard]] std::optional<int> order(const Value& left, const Value& right,
                                       std::optional<Precision> precision = {});
/// A total order for sorting: nulls first, then by `order`, incomparable values as equal.
[[nodiscard]] int sort_order(const Value& left, const Value& right);

/// The next and previous value of its type (numbers, dates, quantities); null at the limit.
[[nodiscard]] Value successor_of(const Value& value);
[[nodiscard]] Value predecessor_of(const Value& value);
/// The least and greatest value of the type of `like`; null where it has none.
[[nodiscard]] Value minimum_like(const Value& like);
[[nodiscard]] Value maximum_like(const Value& like);

/// The first and last point of an interval: open ends step inwards, a closed null is the limit of
/// the type (taken from the other end, else from `like`), an open null is unknown (null).
[[nodiscard]] Value start_of(const IntervalValue& interval, const Value& like = {});
[[nodiscard]] Value end_of(const IntervalValue& interval, const Value& like = {});

/// A member of a tuple, interval, quantity, code or concept; of a list: the members of its elements
/// that are not null (lists among them flattened). Null where there is none.
[[nodiscard]] Value member_of(const Value& value, std::string_view name);

}  // namespace parcours::cql
