#include "fhirpath/arithmetic.h"

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "fhirpath/nodes.h"
#include "fhirpath/quantity.h"
#include "fhirpath/tree.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;
using values::Precision;
using values::Temporal;

bool is_whole(const Item& item) {
    return item.kind == Kind::Integer || item.kind == Kind::Long;
}

Decimal number_of(const Item& item) {
    return is_whole(item) ? Decimal::from_integer(item.integer()) : item.decimal();
}

std::optional<Item> decimal_item(std::optional<Decimal> value) {
    return value ? std::optional(Item::of(*value, 0)) : std::nullopt;
}

std::optional<Item> whole_item(std::optional<std::int64_t> value, bool is_long) {
    if (!value) {
        return std::nullopt;
    }
    return is_long ? std::optional(Item::of_long(*value)) : make_integer(*value);
}

std::optional<std::int64_t> whole_result(Operation operation, std::int64_t left,
                                         std::int64_t right) {
    std::int64_t result = 0;
    bool overflow = false;
    switch (operation) {
        case Operation::Add:
            overflow = __builtin_add_overflow(left, right, &result);
            break;
        case Operation::Subtract:
            overflow = __builtin_sub_overflow(left, right, &result);
            break;
        case Operation::Multiply:
            overflow = __builtin_mul_overflow(left, right, &result);
            break;
        default:
            overflow =
                right == 0 || (left == std::numeric_limits<std::int64_t>::min() && right == -1);
            if (!overflow) {
                result = operation == Operation::Div ? left / right : left % right;
            }
    }
    return overflow ? std::nullopt : std::optional(result);
}

std::optional<Item> number_result(Operation operation, const Item& left, const Item& right) {
    const bool whole = is_whole(left) && is_whole(right);
    const bool is_long = left.kind == Kind::Long || right.kind == Kind::Long;
    if (whole && operation != Operation::Divide) {
        return whole_item(whole_result(operation, left.integer(), right.integer()), is_long);
    }
    const Decimal one = number_of(left);
    const Decimal other = number_of(right);
    switch (operation) {
        case Operation::Add:
            return decimal_item(one.add(other));
        case Operation::Subtract:
            return decimal_item(one.subtract(other));
        case Operation::Multiply:
            return decimal_item(one.multiply(other));
        case Operation::Divide:
            return decimal_item(one.divide(other));
        case Operation::Mod:
            return decimal_item(one.remainder(other));
        default: {
            const auto remainder = one.remainder(other);
            const auto whole_part = remainder ? one.subtract(*remainder) : std::nullopt;
            const auto quotient = whole_part ? whole_part->divide(other) : std::nullopt;
            return whole_item(quotient ? quotient->truncate() : std::nullopt, false);
        }
    }
}

// The unit of a duration as dates count it; nothing for UCUM's years and months, whose length is
// a mean, and for what is no time.
std::optional<Precision> duration_unit(const Item& duration) {
    if (duration.unit_kind == UnitKind::Calendar) {
        return values::find_precision(duration.unit());
    }
    const std::string_view unit = duration.unit();
    constexpr auto codes =
        std::to_array<std::pair<std::string_view, Precision>>({{"wk", Precision::Week},
                                                               {"d", Precision::Day},
                                                               {"h", Precision::Hour},
                                                               {"min", Precision::Minute},
                                                               {"s", Precision::Second},
                                                               {"ms", Precision::Millisecond}});
    for (const auto& [code, precision] : codes) {
        if (code == unit) {
            return precision;
        }
    }
    if (duration.unit_kind == UnitKind::Either && unit == "a") {
        return Precision::Year;
    }
    if (duration.unit_kind == UnitKind::Either && unit == "mo") {
        return Precision::Month;
    }
    return std::nullopt;
}

bool is_duration_arithmetic(Operation operation, const Item& left, const Item& right) {
    if (operation == Operation::Add) {
        return (left.is_temporal() && right.kind == Kind::Quantity) ||
               (right.is_temporal() && left.kind == Kind::Quantity);
    }
    return operation == Operation::Subtract && left.is_temporal() && right.kind == Kind::Quantity;
}

Calculation quantity_result(Operation operation, const Item& left, const Item& right, Arena& arena,
                            std::optional<Item>& out) {
    const auto one = as_quantity(left);
    const auto other = as_quantity(right);
    if (!one || !other) {
        return Calculation::WrongTypes;
    }
    switch (operation) {
        case Operation::Add:
        case Operation::Subtract:
            out = add_quantities(*one, *other, operation == Operation::Subtract);
            return Calculation::Done;
        case Operation::Multiply:
            out = multiply_quantities(*one, *other, arena);
            return Calculation::Done;
        case Operation::Divide:
            out = divide_quantities(*one, *other, arena);
            return Calculation::Done;
        default:
            return Calculation::WrongTypes;
    }
}

}  // namespace

std::optional<Item> make_integer(std::int64_t number) {
    const bool fits = number >= std::numeric_limits<std::int32_t>::min() &&
                      number <= std::numeric_limits<std::int32_t>::max();
    return fits ? std::optional(Item::of_integer(number)) : std::nullopt;
}

Calculation add_duration(const Item& temporal, const Item& duration, bool minus,
                         std::optional<Item>& out) {
    const auto unit = duration_unit(duration);
    if (!unit) {
        return Calculation::WrongUnit;
    }
    Temporal value = temporal.temporal();
    if (value.kind == Temporal::Kind::Time && *unit < Precision::Hour) {
        return Calculation::WrongUnit;
    }
    Decimal amount = minus ? duration.decimal().negate() : duration.decimal();
    Precision step = *unit;
    const bool exact = step == Precision::Second && !amount.is_whole();
    if (exact) {
        amount = amount.multiply(Decimal::from_integer(1000)).value_or(Decimal());
        step = Precision::Millisecond;
    }
    // Seconds and milliseconds are one decimal.
    if (step == Precision::Millisecond && value.precision == Precision::Second) {
        value.precision = Precision::Millisecond;
    }
    const auto whole = amount.truncate();
    const auto sum = whole ? values::add(value, *whole, step) : std::nullopt;
    if (sum) {
        out = Item::of(*sum, temporal.has_offset);
    }
    return Calculation::Done;
}

Calculation calculate(Operation operation, const Item& left, const Item& right, Arena& arena,
                      std::optional<Item>& out) {
    if (left.is_number() && right.is_number()) {
        out = number_result(operation, left, right);
        return Calculation::Done;
    }
    if (is_duration_arithmetic(operation, left, right)) {
        return left.is_temporal() ? add_duration(left, right, operation == Operation::Subtract, out)
                                  : add_duration(right, left, false, out);
    }
    if (operation == Operation::Add && left.kind == Kind::String && right.kind == Kind::String) {
        std::string text(left.text());
        text += right.text();
        out = Item::of(arena.keep(std::move(text)));
        return Calculation::Done;
    }
    return quantity_result(operation, left, right, arena, out);
}

bool concatenate(Evaluator& evaluator, const Node& node, const std::optional<Item>& left,
                 const std::optional<Item>& right, Collection& out) {
    std::string text;
    for (const std::optional<Item>* side : {&left, &right}) {
        if (!*side) {
            continue;
        }
        const auto part = (*side)->kind == Kind::String ? to_text(**side) : std::nullopt;
        if (!part) {
            return evaluator.fail(
                node, fmt::format("'&' joins texts, not {}; write toString()", describe(**side)));
        }
        text += *part;
    }
    out.push(Item::of(evaluator.arena().keep(std::move(text))));
    return evaluator.work(node, out[out.size() - 1].text().size() / 64);
}

std::string describe(const Item& item) {
    if (item.kind == Kind::Type) {
        return "a type";
    }
    const auto type = type_of(item);
    if (type == 0) {
        return "an object";
    }
    const std::string_view name = fhir::Model::r4().public_name(type);
    const std::string_view plain = name.starts_with("System.") ? name.substr(7) : name;
    const bool vowel = std::string_view("AEIOUaeiou").find(plain.front()) != std::string_view::npos;
    return fmt::format("{} {}", vowel ? "an" : "a", plain);
}

}  // namespace parcours::fhirpath
