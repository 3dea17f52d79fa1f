// Equality, order and nulls (CQL 1.5 Appendix B §Comparison, §Nullological).

#include <array>
#include <optional>
#include <span>

#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

Value equal_values(Arguments in, CallContext& /*context*/) {
    return equal(in[0], in[1]);
}
Value equivalent_values(Arguments in, CallContext& /*context*/) {
    return equivalent(in[0], in[1]);
}

Value less(Arguments in, CallContext& /*context*/) {
    const auto compared = order(in[0], in[1]);
    return compared ? Value(*compared < 0) : Value();
}

Value greater(Arguments in, CallContext& /*context*/) {
    const auto compared = order(in[0], in[1]);
    return compared ? Value(*compared > 0) : Value();
}

Value less_or_equal(Arguments in, CallContext& /*context*/) {
    const auto compared = order(in[0], in[1]);
    return compared ? Value(*compared <= 0) : Value();
}

Value greater_or_equal(Arguments in, CallContext& /*context*/) {
    const auto compared = order(in[0], in[1]);
    return compared ? Value(*compared >= 0) : Value();
}

Value is_null(Arguments in, CallContext& /*context*/) {
    return in[0].is_null();
}
Value is_true(Arguments in, CallContext& /*context*/) {
    return in[0].is_true();
}
Value is_false(Arguments in, CallContext& /*context*/) {
    return truth_of(in[0]) == Truth(false);
}

constexpr std::string_view ordered =
    "Integer, Integer -> Boolean; Long, Long -> Boolean; Decimal, Decimal -> Boolean; Quantity, "
    "Quantity -> Boolean; "
    "Date, Date -> Boolean; DateTime, DateTime -> Boolean; Time, Time -> Boolean; String, String "
    "-> Boolean";

const auto table = std::to_array<Function>({
    {"Equal", "T, T -> Boolean", equal_values,
     "Whether both are the same; null where one is or precision leaves it open.", "1 = 1"},
    {"Equivalent", "T, T -> Boolean; Concept, String -> Boolean; String, Concept -> Boolean",
     equivalent_values,
     "Whether both mean the same: nulls alike, text in any case, codes by system and code.",
     "'abc' ~ 'ABC'", true},
    {"Less", ordered, less, "Whether the first comes before the second.", "1 < 2", false, false,
     true},
    {"Greater", ordered, greater, "Whether the first comes after the second.", "2 > 1", false,
     false, true},
    {"LessOrEqual", ordered, less_or_equal, "Whether the first does not come after the second.",
     "1 <= 2", false, false, true},
    {"GreaterOrEqual", ordered, greater_or_equal,
     "Whether the first does not come before the second.", "2 >= 1", false, false, true},
    {"IsNull", "Any -> Boolean", is_null, "Whether nothing is known.", "null is null", true},
    {"IsTrue", "Boolean -> Boolean", is_true, "Whether it is true (not false, not null).",
     "true is true", true},
    {"IsFalse", "Boolean -> Boolean", is_false, "Whether it is false (not true, not null).",
     "false is false", true},
});

}  // namespace

FunctionGroup comparison_functions() {
    return table;
}

}  // namespace parcours::cql
