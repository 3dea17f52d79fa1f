#include "fhirpath/quantity.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/unit_algebra.h"
#include "values/units.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;
using values::Precision;

// FHIRPath counts calendar years as 365 days and months as 30, years as 12 months.
struct CalendarUnit {
    Precision precision;
    std::string_view ucum;
    std::int64_t milliseconds;
    std::int64_t months;
};
constexpr std::int64_t day_ms = 86'400'000;
constexpr auto calendar_units = std::to_array<CalendarUnit>({
    {Precision::Year, "a", 365 * day_ms, 12},
    {Precision::Month, "mo", 30 * day_ms, 1},
    {Precision::Week, "wk", 7 * day_ms, 0},
    {Precision::Day, "d", day_ms, 0},
    {Precision::Hour, "h", 3'600'000, 0},
    {Precision::Minute, "min", 60'000, 0},
    {Precision::Second, "s", 1000, 0},
    {Precision::Millisecond, "ms", 1, 0},
});

const CalendarUnit* find_word(std::string_view word) {
    const auto precision = values::find_precision(word);
    for (const CalendarUnit& unit : calendar_units) {
        if (precision == unit.precision) {
            return &unit;
        }
    }
    return nullptr;
}

const CalendarUnit* find_code(std::string_view code) {
    for (const CalendarUnit& unit : calendar_units) {
        if (unit.ucum == code) {
            return &unit;
        }
    }
    return nullptr;
}

// The calendar unit that it is or, for FHIR's, may be.
const CalendarUnit* calendar_of(const Item& item) {
    if (item.unit_kind == UnitKind::Calendar) {
        return find_word(item.unit());
    }
    return item.unit_kind == UnitKind::Either ? find_code(item.unit()) : nullptr;
}

bool is_ucum(const Item& item) {
    return item.unit_kind != UnitKind::Calendar && !values::find_precision(item.unit());
}

std::optional<Decimal> scaled(Decimal value, std::int64_t by, std::int64_t to) {
    if (by % to == 0) {
        return value.multiply(Decimal::from_integer(by / to));
    }
    if (to % by == 0) {
        return value.divide(Decimal::from_integer(to / by));
    }
    const auto product = value.multiply(Decimal::from_integer(by));
    return product ? product->divide(Decimal::from_integer(to)) : std::nullopt;
}

std::optional<Decimal> convert_calendar(Decimal value, const CalendarUnit& from,
                                        const CalendarUnit& to) {
    return from.months != 0 && to.months != 0 ? scaled(value, from.months, to.months)
                                              : scaled(value, from.milliseconds, to.milliseconds);
}

// The UCUM unit that it means; empty for calendar years and months, which UCUM does not have.
std::string_view ucum_of(const Item& item) {
    if (item.unit_kind != UnitKind::Calendar) {
        return is_ucum(item) ? item.unit() : std::string_view{};
    }
    const CalendarUnit* const unit = find_word(item.unit());
    return unit == nullptr || unit->months != 0 ? std::string_view{} : unit->ucum;
}

// Two values in the finer of the two units; -1: that is the left's.
struct Aligned {
    Decimal left;
    Decimal right;
    bool in_left = true;
    bool calendar = false;  ///< both are calendar units
};

std::optional<Aligned> align_calendar(const Item& left, const Item& right, const CalendarUnit& one,
                                      const CalendarUnit& other) {
    const bool in_left = one.milliseconds <= other.milliseconds;
    const auto converted = in_left ? convert_calendar(right.decimal(), other, one)
                                   : convert_calendar(left.decimal(), one, other);
    if (!converted) {
        return std::nullopt;
    }
    return in_left ? Aligned{left.decimal(), *converted, true, true}
                   : Aligned{*converted, right.decimal(), false, true};
}

// "a" and "mo" have no calendar counterpart among the shorter units.
bool mixes_years(const Item& left, const Item& right) {
    const bool calendar =
        left.unit_kind == UnitKind::Calendar || right.unit_kind == UnitKind::Calendar;
    const auto long_code = [](const Item& item) {
        return item.unit_kind != UnitKind::Calendar && (item.unit() == "a" || item.unit() == "mo");
    };
    return calendar && (long_code(left) || long_code(right));
}

std::optional<Aligned> align(const Item& left, const Item& right) {
    if (left.unit() == right.unit() &&
        (left.unit_kind == right.unit_kind || left.unit_kind == UnitKind::Either ||
         right.unit_kind == UnitKind::Either)) {
        return Aligned{left.decimal(), right.decimal(), true, left.unit_kind == UnitKind::Calendar};
    }
    const bool any_calendar =
        left.unit_kind == UnitKind::Calendar || right.unit_kind == UnitKind::Calendar;
    const CalendarUnit* const one = calendar_of(left);
    const CalendarUnit* const other = calendar_of(right);
    if (any_calendar && one != nullptr && other != nullptr) {
        return align_calendar(left, right, *one, *other);
    }
    const std::string_view from = ucum_of(left);
    const std::string_view to = ucum_of(right);
    if (from.empty() || to.empty() || mixes_years(left, right)) {
        return std::nullopt;
    }
    const auto sizes = values::compare_unit_sizes(from, to);
    if (!sizes) {
        return std::nullopt;
    }
    const bool in_left = *sizes <= 0;
    const auto converted = in_left ? values::convert_unit(right.decimal(), to, from)
                                   : values::convert_unit(left.decimal(), from, to);
    if (!converted) {
        return std::nullopt;
    }
    return in_left ? Aligned{left.decimal(), *converted, true, false}
                   : Aligned{*converted, right.decimal(), false, false};
}

int digits_needed(Decimal number) {
    Decimal::Raw raw = number.raw();
    int digits = 8;
    while (digits > 0 && raw % 10 == 0) {
        raw /= 10;
        --digits;
    }
    return digits;
}

// Equivalence sees calendar words as UCUM's units.
Item without_calendar(const Item& item, bool prefers_calendar) {
    const CalendarUnit* unit =
        item.unit_kind == UnitKind::Calendar ? find_word(item.unit()) : find_code(item.unit());
    if (unit == nullptr) {
        return item;
    }
    return Item::of_quantity(item.decimal(), item.digits, unit->ucum,
                             prefers_calendar ? UnitKind::Either : UnitKind::Ucum);
}

bool is_plain_number(const Item& item) {
    return item.unit_kind != UnitKind::Calendar && item.unit() == "1";
}

std::optional<Decimal> dimensionless(const Item& item) {
    if (item.unit_kind == UnitKind::Calendar || !is_ucum(item)) {
        return std::nullopt;
    }
    return values::convert_unit(item.decimal(), item.unit(), "1");
}

std::optional<Item> with_value(const Item& quantity, std::optional<Decimal> value) {
    if (!value) {
        return std::nullopt;
    }
    return Item::of_quantity(*value, 0, quantity.unit(), quantity.unit_kind);
}

bool is_special(const Item& item) {
    return item.unit_kind != UnitKind::Calendar && values::is_special_unit(item.unit());
}

bool are_units(const Item& left, const Item& right) {
    return values::is_unit(left.unit()) && values::is_unit(right.unit());
}

std::optional<Item> in_made_unit(std::optional<Decimal> value, std::string unit, Arena& arena) {
    if (!value) {
        return std::nullopt;
    }
    if (const auto number = values::convert_unit(*value, unit, "1")) {
        return Item::of_quantity(*number, 0, "1", UnitKind::Ucum);
    }
    return Item::of_quantity(*value, 0, arena.keep(std::move(unit)), UnitKind::Ucum);
}

}  // namespace

std::optional<Item> as_quantity(const Item& item) {
    if (item.kind == Kind::Quantity) {
        return item;
    }
    if (!item.is_number()) {
        return std::nullopt;
    }
    const Decimal value =
        item.kind == Kind::Decimal ? item.decimal() : Decimal::from_integer(item.integer());
    return Item::of_quantity(value, item.digits, "1", UnitKind::Ucum);
}

bool comparable(const Item& left, const Item& right) {
    return align(left, right).has_value();
}

bool measure_different_things(const Item& left, const Item& right) {
    const std::string_view one = ucum_of(left);
    const std::string_view other = ucum_of(right);
    return !one.empty() && !other.empty() && !mixes_years(left, right) &&
           !values::compare_unit_sizes(one, other);
}

std::optional<int> compare_quantities(const Item& left, const Item& right) {
    const auto aligned = align(left, right);
    if (!aligned) {
        return std::nullopt;
    }
    return aligned->left < aligned->right ? -1 : (aligned->left == aligned->right ? 0 : 1);
}

bool equivalent_quantities(const Item& left, const Item& right) {
    const bool calendar =
        left.unit_kind == UnitKind::Calendar || right.unit_kind == UnitKind::Calendar;
    Item one = without_calendar(left, calendar);
    Item other = without_calendar(right, calendar);
    std::optional<Aligned> aligned;
    const CalendarUnit* const from = find_code(one.unit());
    const CalendarUnit* const to = find_code(other.unit());
    if (calendar && from != nullptr && to != nullptr) {
        aligned = align_calendar(one, other, *from, *to);
    } else {
        one.unit_kind = UnitKind::Ucum;
        other.unit_kind = UnitKind::Ucum;
        aligned = align(one, other);
    }
    if (!aligned) {
        return false;
    }
    const int digits = std::min(digits_needed(aligned->left), digits_needed(aligned->right));
    return aligned->left.round(digits) == aligned->right.round(digits);
}

std::optional<Item> convert_quantity(const Item& quantity, std::string_view unit, Arena& arena) {
    const CalendarUnit* const to = find_word(unit);
    const std::string_view kept = arena.keep(std::string(unit));
    const Item wanted =
        Item::of_quantity(Decimal(), 0, kept, to != nullptr ? UnitKind::Calendar : UnitKind::Ucum);
    if (quantity.unit() == unit && quantity.unit_kind != UnitKind::Ucum) {
        return Item::of_quantity(quantity.decimal(), quantity.digits, kept, wanted.unit_kind);
    }
    const CalendarUnit* const from = calendar_of(quantity);
    std::optional<Decimal> value;
    if (to != nullptr && from != nullptr) {
        value = convert_calendar(quantity.decimal(), *from, *to);
    } else if (!mixes_years(quantity, wanted)) {
        const std::string_view source = ucum_of(quantity);
        const std::string_view target = ucum_of(wanted);
        if (!source.empty() && !target.empty()) {
            value = values::convert_unit(quantity.decimal(), source, target);
        }
    }
    return with_value(wanted, value);
}

std::optional<Item> add_quantities(const Item& left, const Item& right, bool minus) {
    if (is_special(left) || is_special(right)) {
        return std::nullopt;
    }
    const auto aligned = align(left, right);
    if (!aligned) {
        return std::nullopt;
    }
    const Item& finer = aligned->in_left ? left : right;
    auto sum = with_value(
        finer, minus ? aligned->left.subtract(aligned->right) : aligned->left.add(aligned->right));
    const bool both = left.unit_kind == UnitKind::Either && right.unit_kind == UnitKind::Either;
    if (sum && sum->unit_kind == UnitKind::Either && !both) {
        // What was added decides which of FHIR's two meanings it was.
        const Item& other = aligned->in_left ? right : left;
        if (other.unit_kind == UnitKind::Calendar) {
            const CalendarUnit* const unit = find_code(finer.unit());
            sum = Item::of_quantity(sum->decimal(), 0, values::precision_name(unit->precision),
                                    UnitKind::Calendar);
        } else {
            sum->unit_kind = UnitKind::Ucum;
        }
    }
    return sum;
}

std::optional<Item> multiply_quantities(const Item& left, const Item& right, Arena& arena) {
    if (is_special(left) || is_special(right)) {
        return std::nullopt;
    }
    if (is_plain_number(left)) {
        return with_value(right, right.decimal().multiply(left.decimal()));
    }
    if (is_plain_number(right)) {
        return with_value(left, left.decimal().multiply(right.decimal()));
    }
    if (const auto factor = dimensionless(right); factor && calendar_of(left) != nullptr) {
        return with_value(left, left.decimal().multiply(*factor));
    }
    if (const auto factor = dimensionless(left); factor && calendar_of(right) != nullptr) {
        return with_value(right, right.decimal().multiply(*factor));
    }
    if (left.unit_kind == UnitKind::Calendar || right.unit_kind == UnitKind::Calendar ||
        !are_units(left, right)) {
        return std::nullopt;
    }
    return in_made_unit(left.decimal().multiply(right.decimal()),
                        values::multiply_units(left.unit(), right.unit()), arena);
}

std::optional<Item> divide_quantities(const Item& left, const Item& right, Arena& arena) {
    if (is_special(left) || is_special(right)) {
        return std::nullopt;
    }
    if (is_plain_number(right)) {
        return with_value(left, left.decimal().divide(right.decimal()));
    }
    if (const auto divisor = dimensionless(right); divisor && calendar_of(left) != nullptr) {
        return with_value(left, left.decimal().divide(*divisor));
    }
    if (left.unit_kind == UnitKind::Calendar || right.unit_kind == UnitKind::Calendar ||
        !are_units(left, right)) {
        return std::nullopt;
    }
    // What measures the same is divided in the same unit, so that no digits are lost.
    if (const auto aligned = align(left, right)) {
        const auto number = aligned->left.divide(aligned->right);
        return number ? std::optional(Item::of_quantity(*number, 0, "1", UnitKind::Ucum))
                      : std::nullopt;
    }
    return in_made_unit(left.decimal().divide(right.decimal()),
                        values::divide_units(left.unit(), right.unit()), arena);
}

}  // namespace parcours::fhirpath
