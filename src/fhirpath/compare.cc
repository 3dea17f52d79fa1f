#include "fhirpath/compare.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
#include "values/temporal.h"
#include "values/text.h"

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

// Latin-1, Latin Extended-A, Greek and Cyrillic as far as their cases lie regularly apart.
std::uint32_t lower_point(std::uint32_t point) {
    if ((point >= 'A' && point <= 'Z') || (point >= 0xC0 && point <= 0xDE && point != 0xD7) ||
        (point >= 0x391 && point <= 0x3AB) || (point >= 0x410 && point <= 0x42F)) {
        return point + 0x20;
    }
    if (point >= 0x400 && point <= 0x40F) {
        return point + 0x50;
    }
    const bool even = (point >= 0x100 && point <= 0x136) || (point >= 0x14A && point <= 0x176);
    const bool odd = (point >= 0x139 && point <= 0x147) || (point >= 0x179 && point <= 0x17D);
    if (((even && point % 2 == 0) || (odd && point % 2 == 1)) && point != 0x130) {
        return point + 1;
    }
    return point == 0x178 ? 0xFF : point;
}

std::uint32_t upper_point(std::uint32_t point) {
    if (point == 0xFF) {
        return 0x178;
    }
    for (const std::uint32_t distance : {0x20U, 0x50U, 1U}) {
        if (point > distance && lower_point(point - distance) == point) {
            return point - distance;
        }
    }
    return point;
}

std::uint32_t point_at(std::string_view text, std::size_t length) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (length == 1) {
        return lead;
    }
    std::uint32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    return point;
}

constexpr char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
}
constexpr char capital(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
}

// `ascii` is the map of what most texts are made of.
template <class Ascii, class Map>
std::string mapped(std::string_view text, Ascii ascii, Map map) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text.front());
        if (lead < 0x80U) {
            out += ascii(text.front());
            text.remove_prefix(1);
            continue;
        }
        const std::size_t length = values::utf8_length(text);
        if (length == 1 && static_cast<unsigned char>(text.front()) >= 0x80U) {
            out += text.front();
        } else {
            values::append_utf8(out, map(point_at(text, length)));
        }
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string lower_case(std::string_view text) {
    return mapped(text, [](char c) { return small(c); }, lower_point);
}
std::string upper_case(std::string_view text) {
    return mapped(text, [](char c) { return capital(c); }, upper_point);
}

std::string folded(std::string_view text) {
    return mapped(
        text, [](char c) { return c >= 9 && c <= 13 ? ' ' : small(c); },
        [](std::uint32_t point) {
            return point == 0xA0 ? std::uint32_t{' '} : lower_point(point);
        });
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
    return equivalent(Item::of_node(left, {}, 0), Item::of_node(right, {}, 0));
}

}  // namespace parcours::fhirpath
