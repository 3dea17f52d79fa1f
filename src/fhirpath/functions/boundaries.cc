// lowBoundary(), highBoundary() and precision(): what a value of limited precision may mean.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/quantity.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;
using values::Precision;
using values::Temporal;

constexpr std::int64_t decimal_precision_max = 31;

int digits_of(const Item& item) {
    Decimal::Raw raw = item.decimal().raw();
    int digits = 8;
    while (digits > item.digits && raw % 10 == 0) {
        raw /= 10;
        --digits;
    }
    return std::max<int>(digits, item.digits);
}

Decimal::Raw power_of_ten(int exponent) {
    Decimal::Raw power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

Decimal::Raw floor_to(Decimal::Raw raw, Decimal::Raw unit) {
    const Decimal::Raw rest = raw % unit;
    return rest < 0 ? raw - rest - unit : raw - rest;
}

// Half a unit of the last digit away, then cut to the digits wanted.
std::optional<Decimal> decimal_boundary(const Item& item, int digits, bool high) {
    const Decimal::Raw half = power_of_ten(8 - digits_of(item)) / 2;
    const Decimal::Raw unit = power_of_ten(8 - std::min(digits, 8));
    const Decimal::Raw raw = item.decimal().raw();
    return Decimal::from_raw(high ? -floor_to(-(raw + half), unit) : floor_to(raw - half, unit));
}

bool number_boundary(const Call& call, const Item& item, std::optional<std::int64_t> precision,
                     bool high) {
    if (precision && (*precision < 0 || *precision > decimal_precision_max)) {
        return true;
    }
    const int digits = static_cast<int>(precision.value_or(8));
    const auto quantity = as_quantity(item);
    const auto value = quantity ? decimal_boundary(*quantity, digits, high) : std::nullopt;
    if (value) {
        call.out.push(item.kind == Kind::Quantity
                          ? Item::of_quantity(*value, 0, item.unit(), item.unit_kind)
                          : Item::of(*value, 0));
    }
    return true;
}

constexpr auto date_digits =
    std::to_array<std::pair<std::int64_t, Precision>>({{4, Precision::Year},
                                                       {6, Precision::Month},
                                                       {8, Precision::Day},
                                                       {10, Precision::Hour},
                                                       {12, Precision::Minute},
                                                       {14, Precision::Second},
                                                       {17, Precision::Millisecond}});
constexpr auto time_digits =
    std::to_array<std::pair<std::int64_t, Precision>>({{2, Precision::Hour},
                                                       {4, Precision::Minute},
                                                       {6, Precision::Second},
                                                       {9, Precision::Millisecond}});

std::span<const std::pair<std::int64_t, Precision>> digits_table(const Item& item) {
    if (item.kind == Kind::Time) {
        return time_digits;
    }
    return date_digits;
}

// The first or last moment it may mean, with all its fields known.
Temporal filled(const Temporal& value, bool high) {
    Temporal edge = value;
    if (high) {
        const std::int64_t last = value.high_milliseconds() - value.low_milliseconds();
        edge.precision = Precision::Millisecond;
        const bool date = edge.kind == Temporal::Kind::Date;
        edge.kind = date ? Temporal::Kind::DateTime : edge.kind;
        edge = values::add(edge, last, Precision::Millisecond).value_or(edge);
        edge.kind = value.kind;
    }
    edge.precision = Precision::Millisecond;
    return edge;
}

bool temporal_boundary(const Call& call, const Item& item, std::optional<std::int64_t> precision,
                       bool high) {
    const std::int64_t digits =
        precision.value_or(item.kind == Kind::Date ? 8 : (item.kind == Kind::Time ? 9 : 17));
    for (const auto& [count, unit] : digits_table(item)) {
        if (count != digits) {
            continue;
        }
        Temporal edge = filled(item.temporal(), high);
        bool has_offset = item.has_offset;
        const bool clock = edge.kind != Temporal::Kind::Time && unit > Precision::Day;
        edge.kind = clock ? Temporal::Kind::DateTime : edge.kind;
        edge.precision = unit;
        if (clock && !has_offset) {
            edge.offset_minutes = high ? -12 * 60 : 14 * 60;
            has_offset = true;
        }
        if (edge.kind == Temporal::Kind::DateTime && !clock) {
            edge.offset_minutes = 0;
            has_offset = false;
        }
        call.out.push(Item::of(values::truncate(edge, unit), has_offset));
    }
    return true;
}

bool boundary(const Call& call, bool high) {
    std::optional<Item> item;
    std::optional<std::int64_t> precision;
    if (!call.evaluator.single_input(call, item) ||
        !call.evaluator.integer_argument(call, 0, precision)) {
        return false;
    }
    if (!item) {
        return true;
    }
    return item->is_temporal() ? temporal_boundary(call, *item, precision, high)
                               : number_boundary(call, *item, precision, high);
}

bool low_boundary(const Call& call) {
    return boundary(call, false);
}
bool high_boundary(const Call& call) {
    return boundary(call, true);
}

bool precision_of(const Call& call) {
    std::optional<Item> item;
    if (!call.evaluator.single_input(call, item)) {
        return false;
    }
    if (!item) {
        return true;
    }
    if (item->is_temporal()) {
        for (const auto& [count, unit] : digits_table(*item)) {
            if (unit == item->temporal().precision) {
                call.out.push(Item::of_integer(count));
            }
        }
    } else if (const auto quantity = as_quantity(*item)) {
        call.out.push(Item::of_integer(digits_of(*quantity)));
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"lowBoundary", 0, 1, low_boundary, "The least that it may mean, to a precision"},
    {"highBoundary", 0, 1, high_boundary, "The most that it may mean, to a precision"},
    {"precision", 0, 0, precision_of, "The digits after the point, or those of a date or time"},
});

}  // namespace

std::span<const Function> boundary_functions() {
    return table;
}

}  // namespace parcours::fhirpath
