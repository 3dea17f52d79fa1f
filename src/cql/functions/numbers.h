#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "cql/value.h"
#include "values/decimal.h"

namespace parcours::cql {

/// Reading numbers of any kind inside functions.
[[nodiscard]] inline bool is_number(const Value& value) {
    return value.kind() == Value::Kind::Integer || value.kind() == Value::Kind::Long ||
           value.kind() == Value::Kind::Decimal;
}

/// Of an Integer or Long.
[[nodiscard]] inline std::int64_t whole_of(const Value& value) {
    return value.kind() == Value::Kind::Integer ? value.integer()
           : value.kind() == Value::Kind::Long  ? value.long_integer()
                                                : 0;
}

/// Of any number; 0 for what is none.
[[nodiscard]] inline Decimal number_of(const Value& value) {
    return value.kind() == Value::Kind::Decimal ? value.decimal()
                                                : Decimal::from_integer(whole_of(value));
}

/// A number as a quantity without unit.
[[nodiscard]] inline std::optional<Quantity> quantity_of(const Value& value) {
    if (value.kind() == Value::Kind::Quantity) {
        return value.quantity();
    }
    return is_number(value) ? std::optional(Quantity{number_of(value), "1"}) : std::nullopt;
}

/// An Integer, or null beyond 32 bits.
[[nodiscard]] inline Value integer_or_null(std::int64_t number) {
    const bool fits = number >= std::numeric_limits<std::int32_t>::min() &&
                      number <= std::numeric_limits<std::int32_t>::max();
    return fits ? Value(static_cast<std::int32_t>(number)) : Value();
}

/// A distance that is only known to lie in a range stands as an interval of numbers where a number
/// is expected (CQL 1.5 §Uncertainty).
[[nodiscard]] inline bool is_uncertain(const Value& value) {
    return value.kind() == Value::Kind::Interval && is_number(value.interval().low) &&
           is_number(value.interval().high);
}

/// The unit of time a word or UCUM's symbol names: "days" and "d". Years and months have no symbol
/// here: 'a' and 'mo' are mean lengths, no calendar's (CQL 1.5 Appendix B §Add).
[[nodiscard]] std::optional<Precision> find_time_unit(std::string_view unit);

}  // namespace parcours::cql
