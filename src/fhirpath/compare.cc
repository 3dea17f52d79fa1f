#include "fhirpath/compare.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "fhirpath/quantity.h"
#include "values/decimal.h"
#include "values/letters.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

using values::Decimal;
using values::Temporal;

bool is_whole(const Item& item) {
    return item.kind == Kind::Integer || item.kind == Kind::Long;
}

Decimal number_of(const Item& item) {
    return is_whole(item) ? Decimal::from_integer(item.integer()) : item.decimal();
}

int sign_of(auto left, auto right) {
    return left < right ? -1 : (left == right ? 0 : 1);
}

int compare_numbers(const Item& left, const Item& right) {
    return is_whole(left) && is_whole(right) ? sign_of(left.integer(), right.integer())
                                             : sign_of(number_of(left), number_of(right));
}

bool same_family(const Item& left, const Item& right) {
    return (left.kind == Kind::Time) == (right.kind == Kind::Time);
}

std::optional<int> compare_temporals(const Item& left, const Item& right) {
    Temporal one = left.temporal();
    Temporal other = right.temporal();
    if (one.kind == other.kind && one.precision >= values::Precision::Second &&
        other.precision >= values::Precision::Second) {  // seconds and milliseconds are one
        return sign_of(one.low_milliseconds(), other.low_milliseconds());
    }
    if (one.kind != other.kind) {
        one = values::to_date_time(one);
        other = values::to_date_time(other);
    }
    return values::compare(one, other);
}

// FHIR primitives are equal with all they have, id and extensions too.
bool same_extras(const Item& left, const Item& right) {
    if (!left.is_node() || !right.is_node() || (!left.has_extra && !right.has_extra)) {
        return true;
    }
    return left.has_extra && right.has_extra && same_json(left.extra(), right.extra());
}

std::optional<bool> equal_values(const Item& left, const Item& right) {
    if (left.is_number() && right.is_number()) {
        return compare_numbers(left, right) == 0;
    }
    if (left.is_temporal() && right.is_temporal()) {
        if (!same_family(left, right)) {
            return false;
        }
        const auto sign = compare_temporals(left, right);
        return sign ? std::optional(*sign == 0) : std::nullopt;
    }
    if (left.kind == Kind::Quantity || right.kind == Kind::Quantity) {
        const auto one = as_quantity(left);
        const auto other = as_quantity(right);
        if (!one || !other) {
            return false;
        }
        const auto sign = compare_quantities(*one, *other);
        if (!sign && measure_different_things(*one, *other)) {
            return false;
        }
        return sign ? std::optional(*sign == 0) : std::nullopt;
    }
    if (left.kind != right.kind) {
        return false;
    }
    switch (left.kind) {
        case Kind::Boolean:
            return left.truth() == right.truth();
        case Kind::String:
            return left.text() == right.text();
        case Kind::Type:
            return left.type == right.type;
        default:
            return same_json(left.value(), right.value());
    }
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

bool equivalent_numbers(Decimal left, Decimal right) {
    const int digits = std::min(digits_needed(left), digits_needed(right));
    return left.round(digits) == right.round(digits);
}

bool equivalent_values(const Item& left, const Item& right) {
    if (left.is_number() && right.is_number()) {
        return is_whole(left) && is_whole(right)
                   ? left.integer() == right.integer()
                   : equivalent_numbers(number_of(left), number_of(right));
    }
    if (left.kind == Kind::String && right.kind == Kind::String) {
        return folded(left.text()) == folded(right.text());
    }
    if (left.kind == Kind::Quantity || right.kind == Kind::Quantity) {
        const auto one = as_quantity(left);
        const auto other = as_quantity(right);
        return one && other && equivalent_quantities(*one, *other);
    }
    if (left.is_node() && right.is_node()) {
        return equivalent_json(left.value(), right.value());
    }
    return equal_values(left, right).value_or(false);
}

// Of the character of white space that a text begins with; 0 where it is another (Unicode
// White_Space).
std::size_t white_space_length(std::string_view text) {
    const char c = text.front();
    if ((c >= 9 && c <= 13) || c == ' ') {
        return 1;
    }
    constexpr auto spaces = std::to_array<std::string_view>(
        {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
         "\xE2\x81\x9F", "\xE3\x80\x80"});
    for (const std::string_view space : spaces) {
        if (text.starts_with(space)) {
            return space.size();
        }
    }
    // U+2000 to U+200A
    const bool in_row = text.starts_with("\xE2\x80") && text.size() > 2 &&
                        static_cast<unsigned char>(text[2]) >= 0x80U &&
                        static_cast<unsigned char>(text[2]) <= 0x8AU;
    return in_row ? 3 : 0;
}

}  // namespace

std::string folded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool ascii = true;
    while (!text.empty()) {
        const std::size_t space = white_space_length(text);
        if (space != 0) {
            out += ' ';
            text.remove_prefix(space);
            continue;
        }
        const char c = text.front();
        ascii = ascii && static_cast<unsigned char>(c) < 0x80U;
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
        text.remove_prefix(1);
    }
    return ascii ? out : values::to_lower(out);
}

std::optional<bool> equal(const Item& left, const Item& right) {
    const auto one = to_system(left);
    const auto other = to_system(right);
    if (!one || !other) {
        return !one && !other && same_extras(left, right);
    }
    auto same_value = equal_values(*one, *other);
    if (same_value == true && !same_extras(left, right)) {
        return false;
    }
    return same_value;
}

bool equivalent(const Item& left, const Item& right) {
    const auto one = to_system(left);
    const auto other = to_system(right);
    if (!one || !other) {
        return !one && !other;
    }
    return equivalent_values(*one, *other);
}

bool equivalent(std::span<const Item> left, std::span<const Item> right) {
    if (left.size() != right.size()) {
        return false;
    }
    std::vector<bool> taken(right.size());
    for (const Item& item : left) {
        std::size_t at = 0;
        while (at < right.size() && (taken[at] || !equivalent(item, right[at]))) {
            ++at;
        }
        if (at == right.size()) {
            return false;
        }
        taken[at] = true;
    }
    return true;
}

Order compare(const Item& left, const Item& right) {
    if (left.is_number() && right.is_number()) {
        return {true, compare_numbers(left, right)};
    }
    if (left.kind == Kind::String && right.kind == Kind::String) {
        return {true, sign_of(left.text(), right.text())};
    }
    if (left.is_temporal() && right.is_temporal() && same_family(left, right)) {
        return {true, compare_temporals(left, right)};
    }
    if (left.kind == Kind::Quantity || right.kind == Kind::Quantity) {
        const auto one = as_quantity(left);
        const auto other = as_quantity(right);
        if (one && other) {
            return {true, compare_quantities(*one, *other)};
        }
    }
    return {};
}

bool equivalent_json(const JsonView& left, const JsonView& right) {
    if (left.is_object() && right.is_object()) {
        std::size_t count = 0;
        for (const auto& [name, value] : left.members()) {
            if (name == "id" || name.starts_with('_')) {
                continue;
            }
            ++count;
            const JsonView other = right[name];
            if (!other.exists() || !equivalent_json(value, other)) {
                return false;
            }
        }
        for (const auto& [name, value] : right.members()) {
            count -= name == "id" || name.starts_with('_') ? 0 : 1;
        }
        return count == 0;
    }
    if (left.is_array() && right.is_array()) {
        std::vector<Item> ours;
        std::vector<Item> theirs;
        for (const JsonView& element : left.elements()) {
            ours.push_back(Item::of_node(element, {}, 0));
        }
        for (const JsonView& element : right.elements()) {
            theirs.push_back(Item::of_node(element, {}, 0));
        }
        return equivalent(ours, theirs);
    }
    if (!left.exists() || !right.exists() || left.is_object() || right.is_object() ||
        left.is_array() || right.is_array()) {
        return !left.exists() && !right.exists();
    }
    if (left.is_null() || right.is_null()) {
        return left.is_null() && right.is_null();
    }
    return equivalent(Item::of_node(left, {}, 0), Item::of_node(right, {}, 0));
}

}  // namespace parcours::fhirpath
