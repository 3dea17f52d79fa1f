// iif(), toX() and convertsToX().

#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fhirpath/arithmetic.h"
#include "fhirpath/collection.h"
#include "fhirpath/compare.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "fhirpath/nodes.h"
#include "fhirpath/quantity.h"
#include "values/decimal.h"
#include "values/letters.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;

// Only the branch that is taken is evaluated.
bool iif(const Call& call) {
    if (call.input.size() > 1) {
        return call.evaluator.fail(call.node, "iif() is asked of one item, not of several");
    }
    Frame frame{call.input.items(), call.frame.index, call.frame.total, call.frame.defined};
    Collection criterion;
    if (!call.evaluator.evaluate(*call.node.arguments[0], frame, criterion)) {
        return false;
    }
    const auto truth = criterion.size() == 1 ? to_system(criterion[0]) : std::nullopt;
    if (criterion.size() > 1 || (truth && truth->kind != Kind::Boolean)) {
        return call.evaluator.fail(*call.node.arguments[0],
                                   "the criterion of iif() is one Boolean");
    }
    frame.defined = call.frame.defined;
    const std::size_t branch = truth && truth->truth() ? 1 : 2;
    return branch >= call.node.arguments.size() ||
           call.evaluator.evaluate(*call.node.arguments[branch], frame, call.out);
}

std::optional<Item> truth_of_text(std::string_view text) {
    const std::string word = values::to_lower(text);
    for (const std::string_view yes : {"true", "t", "yes", "y", "1", "1.0"}) {
        if (word == yes) {
            return Item::of(true);
        }
    }
    for (const std::string_view no : {"false", "f", "no", "n", "0", "0.0"}) {
        if (word == no) {
            return Item::of(false);
        }
    }
    return std::nullopt;
}

std::optional<Item> to_boolean(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    switch (item.kind) {
        case Kind::Boolean:
            return item;
        case Kind::Integer:
        case Kind::Long:
            return item.integer() == 0 || item.integer() == 1
                       ? std::optional(Item::of(item.integer() == 1))
                       : std::nullopt;
        case Kind::Decimal: {
            const Decimal number = item.decimal();
            const bool one = number == Decimal::from_integer(1);
            return one || number == Decimal() ? std::optional(Item::of(one)) : std::nullopt;
        }
        case Kind::String:
            return truth_of_text(item.text());
        default:
            return std::nullopt;
    }
}

std::optional<std::int64_t> whole_of(const Item& item) {
    switch (item.kind) {
        case Kind::Boolean:
            return item.truth() ? 1 : 0;
        case Kind::Integer:
        case Kind::Long:
            return item.integer();
        case Kind::String: {
            const auto number = parse_decimal(item.text());
            return number && item.text().find('.') == std::string_view::npos
                       ? number->decimal().truncate()
                       : std::nullopt;
        }
        default:
            return std::nullopt;
    }
}

std::optional<Item> to_integer(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    const auto number = whole_of(item);
    return number ? make_integer(*number) : std::nullopt;
}

std::optional<Item> to_long(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    const auto number = whole_of(item);
    return number ? std::optional(Item::of_long(*number)) : std::nullopt;
}

std::optional<Item> to_decimal(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    switch (item.kind) {
        case Kind::Boolean:
            return Item::of(Decimal::from_integer(item.truth() ? 1 : 0), 1);
        case Kind::Integer:
        case Kind::Long:
            return Item::of(Decimal::from_integer(item.integer()), 0);
        case Kind::Decimal:
            return item;
        case Kind::String:
            return parse_decimal(item.text());
        default:
            return std::nullopt;
    }
}

std::optional<Item> to_string(const Item& item, Arena& arena) {
    auto text = to_text(item);
    return text ? std::optional(Item::of(arena.keep(std::move(*text)))) : std::nullopt;
}

std::optional<Item> to_date(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    std::optional<Item> source = item;
    if (item.kind == Kind::String) {
        source = parse_date(item.text());
    }
    if (!source || (source->kind != Kind::Date && source->kind != Kind::DateTime)) {
        return std::nullopt;
    }
    values::Temporal day = values::truncate(source->temporal(), values::Precision::Day);
    day.kind = values::Temporal::Kind::Date;
    day.offset_minutes = 0;
    return Item::of(day, false);
}

std::optional<Item> to_date_time(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    if (item.kind == Kind::String) {
        return parse_date_time(item.text());
    }
    if (item.kind == Kind::Date) {
        return Item::of(values::to_date_time(item.temporal()), false);
    }
    return item.kind == Kind::DateTime ? std::optional(item) : std::nullopt;
}

std::optional<Item> to_time(const Item& item, Arena& arena) {
    static_cast<void>(arena);
    if (item.kind == Kind::String) {
        return parse_time(item.text());
    }
    return item.kind == Kind::Time ? std::optional(item) : std::nullopt;
}

std::optional<Item> to_quantity(const Item& item, Arena& arena) {
    switch (item.kind) {
        case Kind::Boolean:
            return Item::of_quantity(Decimal::from_integer(item.truth() ? 1 : 0), 0, "1",
                                     UnitKind::Ucum);
        case Kind::Integer:
        case Kind::Long:
        case Kind::Decimal:
        case Kind::Quantity:
            return as_quantity(item);
        case Kind::String:
            return parse_quantity(item.text(), arena);
        default:
            return std::nullopt;
    }
}

using Convert = std::optional<Item> (*)(const Item& item, Arena& arena);

template <Convert convert>
bool converted(const Call& call) {
    std::optional<Item> item;
    if (!call.evaluator.single_input(call, item)) {
        return false;
    }
    const auto result = item ? convert(*item, call.evaluator.arena()) : std::nullopt;
    if (result) {
        call.out.push(*result);
    }
    return true;
}

template <Convert convert>
bool converts(const Call& call) {
    std::optional<Item> item;
    if (!call.evaluator.single_input(call, item)) {
        return false;
    }
    if (item) {
        call.out.push(Item::of(convert(*item, call.evaluator.arena()).has_value()));
    }
    return true;
}

// The Quantity that the input can be, in the unit of the argument.
bool read_quantity_input(const Call& call, bool& has_input, std::optional<Item>& quantity) {
    std::optional<Item> item;
    std::optional<std::string_view> unit;
    if (!call.evaluator.single_input(call, item) ||
        !call.evaluator.string_argument(call, 0, unit)) {
        return false;
    }
    has_input = item.has_value();
    if (item && is_fhir_quantity(*item) && item->value()["comparator"].exists()) {
        return call.evaluator.fail(
            call.node,
            "a Quantity with a comparator is a range, not one value, and cannot be "
            "converted");
    }
    quantity = item ? to_quantity(*item, call.evaluator.arena()) : std::nullopt;
    if (quantity && unit) {
        quantity = convert_quantity(*quantity, *unit, call.evaluator.arena());
    }
    return true;
}

bool quantity(const Call& call) {
    bool has_input = false;
    std::optional<Item> result;
    if (!read_quantity_input(call, has_input, result)) {
        return false;
    }
    if (result) {
        call.out.push(*result);
    }
    return true;
}

bool converts_to_quantity(const Call& call) {
    bool has_input = false;
    std::optional<Item> result;
    if (!read_quantity_input(call, has_input, result)) {
        return false;
    }
    if (has_input) {
        call.out.push(Item::of(result.has_value()));
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"iif", 2, 3, iif, "The second argument where the first is true, else the third"},
    {"toBoolean", 0, 0, converted<to_boolean>, "As a Boolean"},
    {"toInteger", 0, 0, converted<to_integer>, "As an Integer"},
    {"toLong", 0, 0, converted<to_long>, "As a Long"},
    {"toDecimal", 0, 0, converted<to_decimal>, "As a Decimal"},
    {"toString", 0, 0, converted<to_string>, "As a String"},
    {"toDate", 0, 0, converted<to_date>, "As a Date"},
    {"toDateTime", 0, 0, converted<to_date_time>, "As a DateTime"},
    {"toTime", 0, 0, converted<to_time>, "As a Time"},
    {"toQuantity", 0, 1, quantity, "As a Quantity, perhaps in another unit"},
    {"convertsToBoolean", 0, 0, converts<to_boolean>, "Whether it can be a Boolean"},
    {"convertsToInteger", 0, 0, converts<to_integer>, "Whether it can be an Integer"},
    {"convertsToLong", 0, 0, converts<to_long>, "Whether it can be a Long"},
    {"convertsToDecimal", 0, 0, converts<to_decimal>, "Whether it can be a Decimal"},
    {"convertsToString", 0, 0, converts<to_string>, "Whether it can be a String"},
    {"convertsToDate", 0, 0, converts<to_date>, "Whether it can be a Date"},
    {"convertsToDateTime", 0, 0, converts<to_date_time>, "Whether it can be a DateTime"},
    {"convertsToTime", 0, 0, converts<to_time>, "Whether it can be a Time"},
    {"convertsToQuantity", 0, 1, converts_to_quantity, "Whether it can be a Quantity"},
});

}  // namespace

std::span<const Function> conversion_functions() {
    return table;
}

}  // namespace parcours::fhirpath
