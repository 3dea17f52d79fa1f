// Neighbours, boundaries and precision of values (CQL 1.5 Appendix B §Arithmetic).

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

Value successor_value(Arguments in, CallContext& context) {
    Value next = successor_of(in[0]);
    return next.is_null() ? context.fail_with("there is no value after " + in[0].to_text()) : next;
}

Value predecessor_value(Arguments in, CallContext& context) {
    Value next = predecessor_of(in[0]);
    return next.is_null() ? context.fail_with("there is no value before " + in[0].to_text()) : next;
}

constexpr int decimal_places_max = 8;

// Digits after the point that are needed to write the number.
int places_of(Decimal number) {
    int places = decimal_places_max;
    for (Decimal::Raw rest = number.raw(); places > 0 && rest % 10 == 0; rest /= 10) {
        --places;
    }
    return places;
}

Decimal::Raw power_of_ten(int exponent) {
    Decimal::Raw out = 1;
    for (int i = 0; i < exponent; ++i) {
        out *= 10;
    }
    return out;
}

struct Digits {
    Precision precision;
    int date;  ///< how many digits a date or DateTime has down to it
    int time;
};

constexpr auto digits_of_precision = std::to_array<Digits>({{Precision::Year, 4, 0},
                                                            {Precision::Month, 6, 0},
                                                            {Precision::Day, 8, 0},
                                                            {Precision::Hour, 10, 2},
                                                            {Precision::Minute, 12, 4},
                                                            {Precision::Second, 14, 6},
                                                            {Precision::Millisecond, 17, 9}});

int digits_of(const Temporal& moment) {
    for (const Digits& each : digits_of_precision) {
        if (each.precision == moment.precision) {
            return moment.kind == Temporal::Kind::Time ? each.time : each.date;
        }
    }
    return 0;
}

// The precision that so many digits reach; nothing where the type has none such.
std::optional<Precision> precision_of(const Temporal& moment, const Value& digits) {
    if (digits.is_null()) {
        return moment.kind == Temporal::Kind::Date ? Precision::Day : Precision::Millisecond;
    }
    for (const Digits& each : digits_of_precision) {
        const bool known = moment.kind != Temporal::Kind::Date || each.precision <= Precision::Day;
        const int count = moment.kind == Temporal::Kind::Time ? each.time : each.date;
        if (known && count != 0 && count == digits.integer()) {
            return each.precision;
        }
    }
    return std::nullopt;
}

Value temporal_boundary(const Temporal& moment, const Value& digits, bool high) {
    const auto precision = precision_of(moment, digits);
    if (!precision) {
        return {};
    }
    if (*precision <= moment.precision) {
        return truncate(moment, *precision);
    }
    return boundary(moment, *precision, high);
}

// The digits after those that were written are all 0 or all 9; fewer are cut off, downwards for the
// low boundary and upwards for the high one.
Value decimal_boundary(Arguments in, bool high) {
    const Decimal number = number_of(in[0]);
    const int wanted = in.size() > 1 && !in[1].is_null() ? in[1].integer() : decimal_places_max;
    if (wanted < 0 || wanted > decimal_places_max) {
        return {};
    }
    const int written = in.size() > 2 && !in[2].is_null() ? in[2].integer() : places_of(number);
    if (wanted >= written) {
        const Decimal::Raw fill =
            power_of_ten(decimal_places_max - written) - power_of_ten(decimal_places_max - wanted);
        const bool outwards = high != (number.raw() < 0);
        return outwards ? Value(Decimal::from_raw(number.raw() + (high ? fill : -fill)))
                        : Value(number);
    }
    const Decimal::Raw unit = power_of_ten(decimal_places_max - wanted);
    Decimal::Raw rest = number.raw() % unit;
    rest += rest < 0 ? unit : 0;
    const Decimal::Raw floor = number.raw() - rest;
    return Decimal::from_raw(high && rest != 0 ? floor + unit : floor);
}

Value boundary_of(Arguments in, bool high) {
    if (in[0].is_null()) {
        return {};
    }
    return in[0].kind() == Kind::Temporal
               ? temporal_boundary(in[0].temporal(), in.size() > 1 ? in[1] : Value(), high)
               : decimal_boundary(in, high);
}

Value low_boundary(Arguments in, CallContext& /*context*/) {
    return boundary_of(in, false);
}
Value high_boundary(Arguments in, CallContext& /*context*/) {
    return boundary_of(in, true);
}

Value precision_value(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Temporal) {
        return digits_of(in[0].temporal());
    }
    return in.size() > 1 ? in[1] : Value(places_of(number_of(in[0])));
}

// The last Integer tells how many places a literal was written with: 1.50 has two.
constexpr std::string_view boundaries =
    "Decimal -> Decimal; Decimal, Integer -> Decimal; Decimal, Integer, Integer -> Decimal; "
    "Date -> Date; Date, Integer -> Date; DateTime -> DateTime; DateTime, Integer -> DateTime; "
    "Time -> Time; Time, Integer -> Time";

const auto table = std::to_array<Function>({
    {"Successor", "T -> T", successor_value, "The next value of the type.", "successor of 1"},
    {"Predecessor", "T -> T", predecessor_value, "The previous value of the type.",
     "predecessor of 1"},
    {"LowBoundary", boundaries, low_boundary,
     "The least value it may mean, down to so many digits.", "LowBoundary(@2014, 6)", true},
    {"HighBoundary", boundaries, high_boundary,
     "The greatest value it may mean, down to so many digits.", "HighBoundary(@2014, 6)", true},
    {"Precision",
     "Decimal -> Integer; Decimal, Integer -> Integer; Date -> Integer; DateTime -> Integer; Time "
     "-> Integer",
     precision_value, "How many digits are known: after the point, or of a date or time.",
     "Precision(@2014-01)"},
});

}  // namespace

FunctionGroup boundary_functions() {
    return table;
}

}  // namespace parcours::cql
