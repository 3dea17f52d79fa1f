#include "values/units.h"

#include <optional>
#include <string_view>

#include "values/decimal.h"
#include "values/temporal.h"
#include "values/unit_table.h"

namespace parcours::values {
namespace {

// Calendar words up to weeks are the UCUM units of the same length.
std::string_view ucum(std::string_view unit) {
    const auto precision = find_precision(unit);
    if (!precision) {
        return unit.empty() ? "1" : unit;
    }
    switch (*precision) {
        case Precision::Week:
            return "wk";
        case Precision::Day:
            return "d";
        case Precision::Hour:
            return "h";
        case Precision::Minute:
            return "min";
        case Precision::Second:
            return "s";
        case Precision::Millisecond:
            return "ms";
        default:
            return unit;
    }
}

std::optional<int> calendar_months(std::string_view unit) {
    const auto precision = find_precision(unit);
    if (precision == Precision::Year) {
        return 12;
    }
    return precision == Precision::Month ? std::optional(1) : std::nullopt;
}

std::optional<Decimal> offset_of(const Measure& measure) {
    return Decimal::from_integer(measure.offset_hundredths).divide(Decimal::from_integer(100));
}

// Temperatures: kelvin = (degrees + offset) · factor. Other special units are logarithms, which
// are converted only to themselves.
std::optional<Decimal> convert_scale(Decimal value, const Measure& from, const Measure& to) {
    if ((from.special && !from.has_scale) || (to.special && !to.has_scale)) {
        return std::nullopt;
    }
    const auto raised = value.add(offset_of(from).value_or(Decimal()));
    const auto scaled =
        raised ? from.factor.multiply(to.factor.inverse()).scale(*raised) : std::nullopt;
    return scaled ? scaled->subtract(offset_of(to).value_or(Decimal())) : std::nullopt;
}

}  // namespace

bool same_unit(std::string_view left, std::string_view right) {
    if (calendar_months(left) && calendar_months(right)) {
        return calendar_months(left) == calendar_months(right);
    }
    return ucum(left) == ucum(right);
}

std::optional<Decimal> convert_unit(Decimal value, std::string_view from, std::string_view to) {
    if (same_unit(from, to)) {
        return value;
    }
    const auto from_months = calendar_months(from);
    const auto to_months = calendar_months(to);
    if (from_months && to_months) {
        const auto scaled = value.multiply(Decimal::from_integer(*from_months));
        return scaled ? scaled->divide(Decimal::from_integer(*to_months)) : std::nullopt;
    }
    const auto source = parse_unit(ucum(from));
    const auto target = parse_unit(ucum(to));
    if (!source || !target || !source->commensurable(*target)) {
        return std::nullopt;
    }
    if (source->special || target->special) {
        return convert_scale(value, *source, *target);
    }
    return source->factor.multiply(target->factor.inverse()).scale(value);
}

bool is_unit(std::string_view unit) {
    return parse_unit(unit).has_value();
}

bool is_special_unit(std::string_view unit) {
    const auto measure = parse_unit(unit);
    return measure && measure->special;
}

std::optional<int> compare_unit_sizes(std::string_view left, std::string_view right) {
    const auto one = parse_unit(ucum(left));
    const auto other = parse_unit(ucum(right));
    if (!one || !other || !one->commensurable(*other)) {
        return std::nullopt;
    }
    return one->factor.compare(other->factor);
}

}  // namespace parcours::values
