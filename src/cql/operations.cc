#include "cql/operations.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/value.h"
#include "values/decimal.h"
#include "values/letters.h"
#include "values/temporal.h"
#include "values/units.h"

namespace parcours::cql {
namespace {

using Kind = Value::Kind;

bool is_number(Kind kind) {
    return kind == Kind::Integer || kind == Kind::Long || kind == Kind::Decimal;
}

Decimal as_decimal(const Value& value) {
    switch (value.kind()) {
        case Kind::Integer:
            return Decimal::from_integer(value.integer());
        case Kind::Long:
            return Decimal::from_integer(value.long_integer());
        default:
            return value.decimal();
    }
}

bool is_measure(Kind kind) {
    return is_number(kind) || kind == Kind::Quantity;
}

int sign(auto comparison) {
    return comparison < 0 ? -1 : (comparison > 0 ? 1 : 0);
}

std::optional<int> order_quantities(const Quantity& left, const Quantity& right) {
    const auto converted = convert_unit(right.value, right.unit, left.unit);
    return converted ? std::optional(sign(left.value <=> *converted)) : std::nullopt;
}

// An uncertain distance against a number or another one: certain only where the ranges do not meet.
std::optional<int> order_uncertain(const Value& left, const Value& right) {
    const auto low = [](const Value& value) {
        return as_decimal(value.kind() == Kind::Interval ? value.interval().low : value);
    };
    const auto high = [](const Value& value) {
        return as_decimal(value.kind() == Kind::Interval ? value.interval().high : value);
    };
    if (high(left) < low(right)) {
        return -1;
    }
    return low(left) > high(right) ? std::optional(1) : std::nullopt;
}

bool is_uncertain(const Value& value) {
    return value.kind() == Kind::Interval && is_number(value.interval().low.kind()) &&
           is_number(value.interval().high.kind());
}

std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        out += space ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    const bool ascii =
        std::ranges::all_of(out, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
    return ascii ? out : values::to_lower(out);
}

bool same_code(const Code& left, const Code& right) {
    return left.code == right.code && left.system == right.system;
}

bool concepts_meet(const std::vector<Code>& left, const std::vector<Code>& right) {
    return std::ranges::any_of(left, [&right](const Code& one) {
        return std::ranges::any_of(right,
                                   [&one](const Code& other) { return same_code(one, other); });
    });
}

std::vector<Code> codes_of(const Value& value) {
    return value.kind() == Kind::Code ? std::vector<Code>{value.code()}
                                      : value.concept_value().codes;
}

bool has_code(const Value& coded, std::string_view code) {
    return std::ranges::any_of(codes_of(coded),
                               [code](const Code& one) { return one.code == code; });
}

bool is_coded(Kind kind) {
    return kind == Kind::Code || kind == Kind::Concept;
}

Truth equal_lists(const std::vector<Value>& left, const std::vector<Value>& right) {
    if (left.size() != right.size()) {
        return false;
    }
    Truth out = true;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const bool both_null = left[i].is_null() && right[i].is_null();
        out = truth_and(out, both_null ? Truth(true) : equal(left[i], right[i]));
    }
    return out;
}

Truth equal_tuples(const TupleValue& left, const TupleValue& right) {
    if (left.elements.size() != right.elements.size() || left.resource != right.resource) {
        return false;
    }
    for (const auto& [name, value] : left.elements) {
        const Value other = right.find(name);
        const bool both_null = value.is_null() && other.is_null();
        const Truth same = both_null ? Truth(true) : equal(value, other);
        if (same != Truth(true)) {
            return same;  // the first that differs or is open decides
        }
    }
    return true;
}

Truth equal_intervals(const IntervalValue& left, const IntervalValue& right) {
    return truth_and(equal(start_of(left, right.low), start_of(right, left.low)),
                     equal(end_of(left, right.high), end_of(right, left.high)));
}

// Element by element, as tuples (CQL Appendix B §Equal of codes and concepts); `~` asks for less.
Truth equal_texts(const std::string& left, const std::string& right) {
    if (left.empty() != right.empty()) {
        return std::nullopt;
    }
    return left == right;
}

Truth equal_codes(const Code& left, const Code& right) {
    return truth_and(
        truth_and(equal_texts(left.code, right.code), equal_texts(left.system, right.system)),
        truth_and(equal_texts(left.version, right.version),
                  equal_texts(left.display, right.display)));
}

Truth equal_coded(const Value& left, const Value& right) {
    if (left.kind() == Kind::Code && right.kind() == Kind::Code) {
        return equal_codes(left.code(), right.code());
    }
    const auto one = codes_of(left);
    const auto other = codes_of(right);
    if (one.size() != other.size()) {
        return false;
    }
    Truth out = left.kind() == right.kind()
                    ? equal_texts(left.concept_value().display, right.concept_value().display)
                    : Truth(true);
    for (std::size_t i = 0; i < one.size(); ++i) {
        out = truth_and(out, equal_codes(one[i], other[i]));
    }
    return out;
}

bool equivalent_temporals(const Temporal& left, const Temporal& right) {
    return compare(left, right) == std::optional(0);
}

// Digits after the point, without trailing zeros.
int places_of(Decimal number) {
    int places = 8;
    for (Decimal::Raw rest = number.raw(); places > 0 && rest % 10 == 0; rest /= 10) {
        --places;
    }
    return places;
}

// Rounded to the places of the less precise of both (CQL 1.5 §Equivalent).
bool equivalent_decimals(Decimal left, Decimal right) {
    const int places = std::min(places_of(left), places_of(right));
    return left.round(places) == right.round(places);
}

bool equivalent_lists(const std::vector<Value>& left, const std::vector<Value>& right) {
    return std::ranges::equal(left, right, equivalent);
}

bool equivalent_tuples(const TupleValue& left, const TupleValue& right) {
    return left.elements.size() == right.elements.size() && left.resource == right.resource &&
           std::ranges::all_of(left.elements, [&](const auto& element) {
               return equivalent(element.second, right.find(element.first));
           });
}

// Under `~` a year is an 'a' and a month a 'mo'.
bool same_calendar_unit(std::string_view left, std::string_view right) {
    const auto ucum = [](std::string_view unit) {
        const auto precision = values::find_precision(unit);
        return precision == Precision::Year ? "a" : precision == Precision::Month ? "mo" : unit;
    };
    return ucum(left) == ucum(right);
}

bool equivalent_units(const Quantity& left, const Quantity& right) {
    if (same_calendar_unit(left.unit, right.unit)) {
        return equivalent_decimals(left.value, right.value);
    }
    // `~` lets a calendar year be 12 months and 365 days, a month 30 days (CQL §Quantity).
    const auto fixed = [](const Quantity& quantity) -> Quantity {
        const auto precision = values::find_precision(quantity.unit);
        if (precision == Precision::Year || precision == Precision::Month) {
            const auto days = quantity.value.multiply(
                Decimal::from_integer(precision == Precision::Year ? 365 : 30));
            return {days.value_or(quantity.value), "day"};
        }
        return quantity;
    };
    const auto same = [](const Quantity& one, const Quantity& other) {
        const auto converted = convert_unit(other.value, other.unit, one.unit);
        return converted && equivalent_decimals(one.value, *converted);
    };
    return same(left, right) || same(fixed(left), fixed(right));
}

// 1:100 is 10:1000: the products across are equal.
bool equivalent_ratios(const Ratio& left, const Ratio& right) {
    const auto scaled = [](const Quantity& quantity, const Quantity& by,
                           const Quantity& unit) -> std::optional<Decimal> {
        const auto factor = convert_unit(by.value, by.unit, unit.unit);
        return factor ? quantity.value.multiply(*factor) : std::nullopt;
    };
    const auto other =
        convert_unit(right.numerator.value, right.numerator.unit, left.numerator.unit);
    const auto one = scaled(left.numerator, right.denominator, left.denominator);
    const auto two = other ? other->multiply(left.denominator.value) : std::nullopt;
    return one && two && equivalent_decimals(*one, *two);
}

}  // namespace

Truth truth_and(Truth left, Truth right) {
    if (left == Truth(false) || right == Truth(false)) {
        return false;
    }
    return left && right ? Truth(true) : std::nullopt;
}

Truth truth_or(Truth left, Truth right) {
    if (left == Truth(true) || right == Truth(true)) {
        return true;
    }
    return left && right ? Truth(false) : std::nullopt;
}

Truth truth_not(Truth value) {
    return value ? Truth(!*value) : std::nullopt;
}

Truth truth_of(const Value& value) {
    return value.kind() == Kind::Boolean ? Truth(value.boolean()) : std::nullopt;
}

std::optional<int> order(const Value& left, const Value& right,
                         std::optional<Precision> precision) {
    const Kind one = left.kind();
    const Kind other = right.kind();
    if (is_number(one) && is_number(other)) {
        if (one == Kind::Integer && other == Kind::Integer) {
            return sign(left.integer() <=> right.integer());
        }
        return sign(as_decimal(left) <=> as_decimal(right));
    }
    if (one == Kind::Temporal && other == Kind::Temporal) {
        const bool times = left.temporal().kind == Temporal::Kind::Time;
        const bool other_times = right.temporal().kind == Temporal::Kind::Time;
        return times == other_times ? compare(left.temporal(), right.temporal(), precision)
                                    : std::nullopt;
    }
    if (one == Kind::String && other == Kind::String) {
        return sign(left.text().compare(right.text()));
    }
    if (one == Kind::Quantity && other == Kind::Quantity) {
        return order_quantities(left.quantity(), right.quantity());
    }
    if (one == Kind::Quantity && is_number(other)) {
        return order_quantities(left.quantity(), {as_decimal(right), "1"});
    }
    if (is_number(one) && other == Kind::Quantity) {
        return order_quantities({as_decimal(left), "1"}, right.quantity());
    }
    if ((is_uncertain(left) && (is_number(other) || is_uncertain(right))) ||
        (is_number(one) && is_uncertain(right))) {
        return order_uncertain(left, right);
    }
    return std::nullopt;
}

Truth equal(const Value& left, const Value& right) {
    if (left.is_null() || right.is_null()) {
        return std::nullopt;
    }
    const Kind kind = left.kind();
    if (is_coded(kind) && is_coded(right.kind())) {
        return equal_coded(left, right);
    }
    if (kind == right.kind()) {
        switch (kind) {
            case Kind::Boolean:
                return left.boolean() == right.boolean();
            case Kind::List:
                return equal_lists(left.elements(), right.elements());
            case Kind::Tuple:
                return equal_tuples(left.tuple(), right.tuple());
            case Kind::Interval:
                return equal_intervals(left.interval(), right.interval());
            case Kind::Row:
                return left.row() == right.row();
            case Kind::Ratio:
                return truth_and(equal(left.ratio().numerator, right.ratio().numerator),
                                 equal(left.ratio().denominator, right.ratio().denominator));
            default:
                break;
        }
    } else if ((is_uncertain(left) && is_number(right.kind())) ||
               (is_number(kind) && is_uncertain(right))) {
        return order(left, right) ? Truth(false) : std::nullopt;
    }
    const bool comparable = kind == right.kind() || (is_measure(kind) && is_measure(right.kind()));
    if (!comparable) {
        return false;
    }
    const auto is_time = [](const Value& value) {
        return value.temporal().kind == Temporal::Kind::Time;
    };
    if (kind == Kind::Temporal && is_time(left) != is_time(right)) {
        return false;
    }
    const auto compared = order(left, right);
    return compared ? Truth(*compared == 0) : std::nullopt;
}

bool equivalent(const Value& left, const Value& right) {
    if (left.is_null() || right.is_null()) {
        return left.is_null() && right.is_null();
    }
    const Kind kind = left.kind();
    if (is_coded(kind) && is_coded(right.kind())) {
        return concepts_meet(codes_of(left), codes_of(right));
    }
    if (is_number(kind) && is_number(right.kind())) {
        return equivalent_decimals(as_decimal(left), as_decimal(right));
    }
    if (is_coded(kind) && right.kind() == Kind::String) {
        return has_code(left, right.text());
    }
    if (kind == Kind::String && is_coded(right.kind())) {
        return has_code(right, left.text());
    }
    if (kind != right.kind()) {
        return false;
    }
    switch (kind) {
        case Kind::String:
            return folded(left.text()) == folded(right.text());
        case Kind::Temporal:
            return equivalent_temporals(left.temporal(), right.temporal());
        case Kind::Quantity:
            return equivalent_units(left.quantity(), right.quantity());
        case Kind::Ratio:
            return equivalent_ratios(left.ratio(), right.ratio());
        case Kind::List:
            return equivalent_lists(left.elements(), right.elements());
        case Kind::Tuple:
            return equivalent_tuples(left.tuple(), right.tuple());
        case Kind::Interval:
            return equivalent(start_of(left.interval(), right.interval().low),
                              start_of(right.interval(), left.interval().low)) &&
                   equivalent(end_of(left.interval(), right.interval().high),
                              end_of(right.interval(), left.interval().high));
        default:
            return equal(left, right) == Truth(true);
    }
}

int sort_order(const Value& left, const Value& right) {
    if (left.is_null() || right.is_null()) {
        return static_cast<int>(right.is_null()) - static_cast<int>(left.is_null());
    }
    if (left.kind() == Kind::Temporal &&
        right.kind() == Kind::Temporal) {  // total, whatever the precision
        const auto one = left.temporal().low_milliseconds();
        const auto other = right.temporal().low_milliseconds();
        return sign(one <=> other);
    }
    return order(left, right).value_or(0);
}

}  // namespace parcours::cql
