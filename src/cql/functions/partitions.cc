// Steps along numbers, quantities and times.

#include "cql/functions/partitions.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cql/functions/numbers.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/units.h"

namespace parcours::cql {
namespace {

using Kind = Value::Kind;

// The value of one digit at the last place that is not zero, at most 1.
Decimal last_digit(Decimal number) {
    Decimal::Raw unit = 1;
    Decimal::Raw rest = number.raw();
    while (unit < Decimal::scale && rest % 10 == 0) {
        rest /= 10;
        unit *= 10;
    }
    return *Decimal::from_raw(unit);
}

std::optional<Decimal> scaled(const Step& step, std::int64_t count) {
    return step.amount.multiply(Decimal::from_integer(count));
}

// Towards minus infinity to a multiple of the unit.
Decimal floor_to(Decimal number, Decimal unit) {
    Decimal::Raw rest = number.raw() % unit.raw();
    rest += rest < 0 ? unit.raw() : 0;
    return *Decimal::from_raw(number.raw() - rest);
}

Value with_number(const Value& like, std::optional<Decimal> number) {
    if (!number) {
        return {};
    }
    if (like.kind() == Kind::Quantity) {
        return Quantity{*number, like.quantity().unit};
    }
    const auto whole = number->is_whole() ? number->truncate() : std::nullopt;
    if (like.kind() == Kind::Integer && whole) {
        return integer_or_null(*whole);
    }
    return like.kind() == Kind::Long && whole ? Value(*whole) : Value(*number);
}

std::optional<Decimal> in_unit_of(const Value& point, Decimal amount, const std::string& unit) {
    return point.kind() == Kind::Quantity ? convert_unit(amount, unit, point.quantity().unit)
           : unit == "1"                  ? std::optional(amount)
                                          : std::nullopt;
}

}  // namespace

std::optional<Step> step_of(const Value& per) {
    const auto quantity = quantity_of(per);
    if (!quantity || quantity->value <= Decimal()) {
        return std::nullopt;
    }
    return Step{quantity->value, quantity->unit, find_time_unit(quantity->unit)};
}

std::optional<Step> default_step(const std::vector<Value>& intervals) {
    std::optional<Step> out;
    for (const Value& interval : intervals) {
        for (const Value* end : {&interval.interval().low, &interval.interval().high}) {
            if (end->kind() == Kind::Temporal) {
                const Precision precision = end->temporal().precision;
                if (!out || precision < *out->precision) {
                    out = Step{Decimal::from_integer(1), std::string(precision_name(precision)),
                               precision};
                }
            } else if (const auto quantity = quantity_of(*end); quantity) {
                const Decimal digit = last_digit(quantity->value);
                if (!out || out->amount < digit) {
                    out = Step{digit, quantity->unit, {}};
                }
            }
        }
    }
    return out;
}

Value moved_by(const Value& point, const Step& step, std::int64_t count) {
    const auto amount = scaled(step, count);
    if (!amount) {
        return {};
    }
    if (point.kind() == Kind::Temporal) {
        const auto whole = amount->truncate();
        return whole && step.precision ? Value(add(point.temporal(), *whole, *step.precision))
                                       : Value();
    }
    const auto quantity = quantity_of(point);
    const auto converted = in_unit_of(point, *amount, step.unit);
    return quantity && converted ? with_number(point, quantity->value.add(*converted)) : Value();
}

Value last_of_step(const Value& point, const Step& step) {
    const Value next = moved_by(point, step, 1);
    if (next.kind() == Kind::Temporal) {
        return predecessor(next.temporal());
    }
    const auto quantity = quantity_of(next);
    const auto digit = in_unit_of(point, last_digit(step.amount), step.unit);
    return quantity && digit ? with_number(next, quantity->value.subtract(*digit)) : Value();
}

Value aligned(const Value& point, const Step& step) {
    if (point.kind() == Kind::Temporal) {
        if (!step.precision) {
            return {};
        }
        const Precision cut = *step.precision == Precision::Week ? Precision::Day : *step.precision;
        return point.temporal().precision < cut ? Value() : Value(truncate(point.temporal(), cut));
    }
    const auto quantity = quantity_of(point);
    const auto digit = in_unit_of(point, last_digit(step.amount), step.unit);
    if (!quantity || !digit || digit->raw() == 0) {
        return {};
    }
    const bool finer = last_digit(quantity->value) < *digit;
    const Value like =
        step.amount.is_whole() || point.kind() == Kind::Quantity ? point : Value(Decimal());
    return with_number(like, finer ? floor_to(quantity->value, *digit) : quantity->value);
}

Value aligned_end(const Value& point, const Step& step) {
    const Value cut = aligned(point, step);
    if (cut.is_null() || cut.kind() == Kind::Temporal) {
        return cut;
    }
    if (point.kind() != Kind::Integer && point.kind() != Kind::Long) {
        return cut;
    }
    // A whole number has every finer digit: 10 per 0.1 ends at 10.9.
    const Decimal own = last_digit(quantity_of(point)->value);
    const auto digit = in_unit_of(point, last_digit(step.amount), step.unit);
    if (!digit || own <= *digit) {
        return cut;
    }
    const auto last = quantity_of(cut)->value.add(own);
    return with_number(Value(Decimal()), last ? last->subtract(*digit) : std::nullopt);
}

}  // namespace parcours::cql
