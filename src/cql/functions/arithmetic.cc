// Arithmetic on numbers and quantities (CQL 1.5 Appendix B §Arithmetic).

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/unit_algebra.h"
#include "values/units.h"
#include "values/whole_power.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

// Brings two numbers to one kind and does the operation of that kind; beyond its range: null.
template <class OnInteger, class OnDecimal>
Value on_numbers(const Value& left, const Value& right, OnInteger on_integer,
                 OnDecimal on_decimal) {
    if (left.kind() == Kind::Decimal || right.kind() == Kind::Decimal) {
        return on_decimal(number_of(left), number_of(right));
    }
    std::int64_t result = 0;
    if (!on_integer(whole_of(left), whole_of(right), result)) {
        return {};
    }
    return left.kind() == Kind::Long || right.kind() == Kind::Long ? Value(result)
                                                                   : integer_or_null(result);
}

// The sum, difference or product of numbers of which one is only known to lie in a range.
Value on_uncertain(Arguments in, CallContext& context, Value (*exact)(Arguments, CallContext&)) {
    const auto ends = [](const Value& value) {
        return is_uncertain(value)
                   ? std::array<Value, 2>{value.interval().low, value.interval().high}
                   : std::array<Value, 2>{value, value};
    };
    Value least;
    Value most;
    for (const Value& left : ends(in[0])) {
        for (const Value& right : ends(in[1])) {
            const std::array<Value, 2> pair{left, right};
            const Value result = exact(pair, context);
            if (result.is_null()) {
                return {};
            }
            least = least.is_null() || order(result, least) == std::optional(-1) ? result : least;
            most = most.is_null() || order(result, most) == std::optional(1) ? result : most;
        }
    }
    return IntervalValue{least, most, true, true};
}

bool any_uncertain(Arguments in) {
    return is_uncertain(in[0]) || is_uncertain(in[1]);
}

Value refuse_uncertain(CallContext& context) {
    return context.fail_with(
        "a distance between dates that is not exactly known cannot be divided");
}

// Adds or subtracts a quantity of time.
Value shift(const Temporal& moment, const Quantity& by, int direction, CallContext& context) {
    const auto unit = find_time_unit(by.unit);
    if (!unit) {
        return context.fail_with(
            "a date can only be moved by years, months, weeks, days, hours, minutes, seconds or "
            "milliseconds, not by '" +
            by.unit + "'");
    }
    // Of seconds their fraction counts, of what is longer it does not (CQL Appendix B §Add).
    const bool seconds = *unit == Precision::Second;
    const auto exact = seconds ? by.value.multiply(Decimal::from_integer(1000)) : by.value;
    const auto amount = exact ? exact->truncate() : std::nullopt;
    const auto moved =
        amount ? add(moment, *amount * direction, seconds ? Precision::Millisecond : *unit)
               : std::nullopt;
    if (!moved) {
        return context.fail_with("the date " + moment.to_text() + " moved by " +
                                 by.value.to_text() + " " + by.unit +
                                 " leaves the years 1 to 9999");
    }
    return *moved;
}

// No arithmetic with 'Cel' and its like, which are no multiples of a unit.
bool any_special(const Quantity& left, const Quantity& right) {
    return values::is_special_unit(left.unit) || values::is_special_unit(right.unit);
}

// A sum in the finer of both units.
Value add_quantities(const Quantity& left, const Quantity& right, int direction) {
    if (any_special(left, right)) {
        return {};
    }
    const auto one = convert_unit(Decimal::from_integer(1), right.unit, left.unit);
    if (!one) {
        return {};
    }
    const auto sizes = values::compare_unit_sizes(right.unit, left.unit);
    const bool right_is_finer = sizes ? *sizes < 0 : *one < Decimal::from_integer(1);
    const std::string& unit = right_is_finer ? right.unit : left.unit;
    const auto first = convert_unit(left.value, left.unit, unit);
    const auto second = convert_unit(right.value, right.unit, unit);
    if (!first || !second) {
        return {};
    }
    const auto sum = direction > 0 ? first->add(*second) : first->subtract(*second);
    return sum ? Value(Quantity{*sum, unit}) : Value();
}

Value add_values(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return on_uncertain(in, context, add_values);
    }
    if (in[0].kind() == Kind::String && in[1].kind() == Kind::String) {
        return is_too_long(in[0].text().size() + in[1].text().size(), context)
                   ? Value()
                   : Value(in[0].text() + in[1].text());
    }
    if (in[0].kind() == Kind::Temporal && in[1].kind() == Kind::Quantity) {
        return shift(in[0].temporal(), in[1].quantity(), 1, context);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return on_numbers(
            in[0], in[1],
            [](auto a, auto b, auto& out) { return !__builtin_add_overflow(a, b, &out); },
            [](Decimal a, Decimal b) { return Value(a.add(b)); });
    }
    const auto left = quantity_of(in[0]);
    const auto right = quantity_of(in[1]);
    return left && right ? add_quantities(*left, *right, 1) : Value();
}

Value subtract_values(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return on_uncertain(in, context, subtract_values);
    }
    if (in[0].kind() == Kind::Temporal && in[1].kind() == Kind::Quantity) {
        return shift(in[0].temporal(), in[1].quantity(), -1, context);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return on_numbers(
            in[0], in[1],
            [](auto a, auto b, auto& out) { return !__builtin_sub_overflow(a, b, &out); },
            [](Decimal a, Decimal b) { return Value(a.subtract(b)); });
    }
    const auto left = quantity_of(in[0]);
    const auto right = quantity_of(in[1]);
    return left && right ? add_quantities(*left, *right, -1) : Value();
}

Value multiply_values(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return on_uncertain(in, context, multiply_values);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return on_numbers(
            in[0], in[1],
            [](auto a, auto b, auto& out) { return !__builtin_mul_overflow(a, b, &out); },
            [](Decimal a, Decimal b) { return Value(a.multiply(b)); });
    }
    const auto left = quantity_of(in[0]);
    const auto right = quantity_of(in[1]);
    const auto product = left && right && !any_special(*left, *right)
                             ? left->value.multiply(right->value)
                             : std::nullopt;
    return product ? Value(Quantity{*product, values::multiply_units(left->unit, right->unit)})
                   : Value();
}

Value divide_values(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return refuse_uncertain(context);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return number_of(in[0]).divide(number_of(in[1]));
    }
    const auto left = quantity_of(in[0]);
    const auto right = quantity_of(in[1]);
    if (!left || !right || any_special(*left, *right)) {
        return {};
    }
    const auto converted = convert_unit(right->value, right->unit, left->unit);
    const auto ratio = left->value.divide(converted.value_or(right->value));
    const std::string unit = converted ? "1" : values::divide_units(left->unit, right->unit);
    return ratio ? Value(Quantity{*ratio, unit}) : Value();
}

// The second quantity in the unit of the first; a plain number (unit 1) is taken as one of it.
std::optional<Decimal> divisor_in_unit(const Value& left, const Value& right) {
    const auto one = quantity_of(left);
    const auto other = quantity_of(right);
    if (!one || !other) {
        return std::nullopt;
    }
    return other->unit == "1" ? other->value : convert_unit(other->value, other->unit, one->unit);
}

Value truncated_divide(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return refuse_uncertain(context);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return on_numbers(
            in[0], in[1],
            [](auto a, auto b, auto& out) {
                const bool defined =
                    b != 0 && !(b == -1 && a == std::numeric_limits<std::int64_t>::min());
                out = defined ? a / b : 0;
                return defined;
            },
            [](Decimal a, Decimal b) {
                return b.raw() == 0 ? Value()
                                    : Value(Decimal::from_raw(a.raw() / b.raw() * Decimal::scale));
            });
    }
    const auto left = quantity_of(in[0]);
    const auto same = divisor_in_unit(in[0], in[1]);
    if (!same || same->raw() == 0) {
        return {};
    }
    const auto whole = Decimal::from_raw(left->value.raw() / same->raw() * Decimal::scale);
    return whole ? Value(Quantity{*whole, left->unit}) : Value();
}

Value modulo(Arguments in, CallContext& context) {
    if (any_uncertain(in)) {
        return refuse_uncertain(context);
    }
    if (is_number(in[0]) && is_number(in[1])) {
        return on_numbers(
            in[0], in[1],
            [](auto a, auto b, auto& out) {
                out = b == 0 || b == -1 ? 0 : a % b;
                return b != 0;
            },
            [](Decimal a, Decimal b) { return Value(a.remainder(b)); });
    }
    const auto left = quantity_of(in[0]);
    const auto same = divisor_in_unit(in[0], in[1]);
    const auto rest = same ? left->value.remainder(*same) : std::nullopt;
    return rest ? Value(Quantity{*rest, left->unit}) : Value();
}

Value negate(Arguments in, CallContext& /*context*/) {
    switch (in[0].kind()) {
        case Kind::Integer:
            return integer_or_null(-static_cast<std::int64_t>(in[0].integer()));
        case Kind::Long:
            return in[0].long_integer() == std::numeric_limits<std::int64_t>::min()
                       ? Value()
                       : Value(-in[0].long_integer());
        case Kind::Decimal:
            return in[0].decimal().negate();
        case Kind::Quantity:
            return Quantity{in[0].quantity().value.negate(), in[0].quantity().unit};
        default:
            return {};
    }
}

Value absolute(Arguments in, CallContext& context) {
    if (is_uncertain(in[0])) {
        return {};
    }
    const Value zero = in[0].kind() == Kind::Quantity
                           ? Value(Quantity{Decimal(), in[0].quantity().unit})
                           : Value(0);
    return order(in[0], zero) == std::optional(-1) ? negate(in, context) : in[0];
}

Value whole_result(Decimal number) {
    const auto whole = number.truncate();
    return whole ? integer_or_null(*whole) : Value();
}

Value ceiling(Arguments in, CallContext& /*context*/) {
    return whole_result(number_of(in[0]).negate().floor().negate());
}
Value floor_value(Arguments in, CallContext& /*context*/) {
    return whole_result(number_of(in[0]).floor());
}
Value truncate_value(Arguments in, CallContext& /*context*/) {
    return whole_result(number_of(in[0]));
}

Value round_value(Arguments in, CallContext& /*context*/) {
    if (in[0].is_null()) {
        return {};
    }
    const int places = in.size() > 1 && in[1].kind() == Kind::Integer ? in[1].integer() : 0;
    const Decimal number =
        in[0].kind() == Kind::Quantity ? in[0].quantity().value : number_of(in[0]);
    const auto rounded = Decimal::from_raw(number.round(places).raw());
    if (!rounded) {
        return {};  // up, beyond the greatest
    }
    return in[0].kind() == Kind::Quantity ? Value(Quantity{*rounded, in[0].quantity().unit})
                                          : Value(*rounded);
}

Value from_real(double result, CallContext& context, const char* what) {
    if (!std::isfinite(result) || std::abs(result) >= 1e20) {
        return context.fail_with(std::string(what) + " is beyond the range of Decimal");
    }
    return Decimal::from_double(result);
}

Value natural_log(Arguments in, CallContext& context) {
    if (number_of(in[0]).raw() < 0) {
        return {};
    }
    return from_real(std::log(number_of(in[0]).to_double()), context, "the logarithm");
}

Value log_of(Arguments in, CallContext& /*context*/) {
    const double base = std::log(number_of(in[1]).to_double());
    return base == 0 || !std::isfinite(base)
               ? Value()
               : Value(Decimal::from_double(std::log(number_of(in[0]).to_double()) / base));
}

Value exponential(Arguments in, CallContext& context) {
    return from_real(std::exp(number_of(in[0]).to_double()), context, "the exponential");
}

Value power(Arguments in, CallContext& /*context*/) {
    if (any_uncertain(in)) {
        return {};
    }
    const bool whole = in[0].kind() != Kind::Decimal && in[1].kind() != Kind::Decimal;
    if (whole && whole_of(in[1]) >= 0) {
        const auto exact = values::whole_power(whole_of(in[0]), whole_of(in[1]));
        const bool is_long = in[0].kind() == Kind::Long || in[1].kind() == Kind::Long;
        return !exact ? Value() : is_long ? Value(*exact) : integer_or_null(*exact);
    }
    const double result = std::pow(number_of(in[0]).to_double(), number_of(in[1]).to_double());
    return std::isfinite(result) ? Value(Decimal::from_double(result)) : Value();
}

constexpr std::string_view two_numbers =
    "Integer, Integer -> Integer; Long, Long -> Long; Decimal, Decimal -> Decimal; Quantity, "
    "Quantity -> Quantity";

const auto table = std::to_array<Function>({
    {"Add",
     "Integer, Integer -> Integer; Long, Long -> Long; Decimal, Decimal -> Decimal; Quantity, "
     "Quantity -> Quantity; "
     "Date, Quantity -> Date; DateTime, Quantity -> DateTime; Time, Quantity -> Time; String, "
     "String -> String",
     add_values, "The sum; a date moved by a length of time; two texts in a row.",
     "Today() + 3 days", false, false, true},
    {"Subtract",
     "Integer, Integer -> Integer; Long, Long -> Long; Decimal, Decimal -> Decimal; Quantity, "
     "Quantity -> Quantity; "
     "Date, Quantity -> Date; DateTime, Quantity -> DateTime; Time, Quantity -> Time",
     subtract_values, "The difference; a date moved back by a length of time.",
     "Today() - 6 months", false, false, true},
    {"Multiply", two_numbers, multiply_values, "The product.", "2 * 3", false, false, true},
    {"Divide", "Decimal, Decimal -> Decimal; Quantity, Quantity -> Quantity", divide_values,
     "The quotient as a Decimal; null for a divisor of zero.", "10 / 4", false, false, true},
    {"TruncatedDivide", two_numbers, truncated_divide, "The quotient without its fraction.",
     "10 div 4", false, false, true},
    {"Modulo", two_numbers, modulo, "What remains after div.", "10 mod 4", false, false, true},
    {"Negate", "Integer -> Integer; Long -> Long; Decimal -> Decimal; Quantity -> Quantity", negate,
     "The number with the other sign.", "-5", false, false, true},
    {"Abs", "Integer -> Integer; Long -> Long; Decimal -> Decimal; Quantity -> Quantity", absolute,
     "The number without its sign.", "Abs(-5)", false, false, true},
    {"Ceiling", "Decimal -> Integer", ceiling, "The least whole number not below.", "Ceiling(1.1)"},
    {"Floor", "Decimal -> Integer", floor_value, "The greatest whole number not above.",
     "Floor(1.9)"},
    {"Truncate", "Decimal -> Integer", truncate_value, "The number without its fraction.",
     "Truncate(1.9)"},
    {"Round",
     "Decimal -> Decimal; Decimal, Integer -> Decimal; Quantity -> Quantity; Quantity, Integer -> "
     "Quantity",
     round_value, "The number rounded to so many places (0), halves away from zero.",
     "Round(3.14159, 3)", true},
    {"Ln", "Decimal -> Decimal", natural_log, "The natural logarithm.", "Ln(1.0)"},
    {"Log", "Decimal, Decimal -> Decimal", log_of,
     "The logarithm of the first to the base of the second.", "Log(16, 2)"},
    {"Exp", "Decimal -> Decimal", exponential, "e to the power of the number.", "Exp(0)"},
    {"Power", "Integer, Integer -> Integer; Long, Long -> Long; Decimal, Decimal -> Decimal", power,
     "The first to the power of the second.", "2 ^ 3", false, false, true},
});

}  // namespace

FunctionGroup arithmetic_functions() {
    return table;
}

}  // namespace parcours::cql
