#include "fhirpath/literals.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "fhirpath/lexer.h"
#include "fhirpath/tree.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

constexpr std::int64_t integer_max = 2'147'483'647;

std::optional<std::int64_t> parse_long(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

std::uint8_t digits_of(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::size_t digits = point == std::string_view::npos ? 0 : text.size() - point - 1;
    return static_cast<std::uint8_t>(std::min<std::size_t>(digits, 8));
}

// FHIR and FHIRPath know second 60; it is held as 59. Where its digits stand; 0: nowhere.
std::size_t leap_second_at(std::string_view text) {
    const std::size_t clock = text.find('T');
    const bool leap = clock != std::string_view::npos && text.size() >= clock + 9 &&
                      text[clock + 6] == ':' && text.substr(clock + 7, 2) == "60";
    return leap ? clock + 7 : 0;
}

bool offset_written(std::string_view text) {
    const std::size_t clock = text.find('T');
    return clock != std::string_view::npos &&
           text.find_first_of("Z+-", clock) != std::string_view::npos;
}

bool offset_exists(const values::Temporal& value) {
    return value.offset_minutes >= -14 * 60 && value.offset_minutes <= 14 * 60;
}

// Sorts out most other texts before an error is put into words.
bool begins_as_temporal(std::string_view text) {
    if (text.starts_with('T')) {
        return text.size() >= 3;
    }
    return text.size() >= 4 && text.find_first_not_of("0123456789") >= 4;
}

std::optional<Item> parse_any(std::string_view text) {
    if (!begins_as_temporal(text)) {
        return std::nullopt;
    }
    const std::size_t leap = leap_second_at(text);
    std::string plain(leap == 0 ? std::string_view{} : text);
    if (leap != 0) {
        plain.replace(leap, 2, "59");
    }
    const auto value = values::parse_temporal(leap == 0 ? text : plain);
    if (!value || !offset_exists(*value)) {
        return std::nullopt;
    }
    Item item = Item::of(*value, offset_written(text));
    item.leap_second = leap != 0;
    return item;
}

std::string temporal_text(const Item& item) {
    const values::Temporal value = item.temporal();
    std::string text = value.to_text();
    if (text.starts_with('T')) {
        text.erase(0, 1);
    }
    if (item.leap_second && value.precision >= values::Precision::Second) {
        const std::size_t clock = value.kind == values::Temporal::Kind::Time ? 0 : 11;
        text.replace(clock + 6, 2, "60");
    }
    return text;
}

std::string decimal_text(const Item& item) {
    std::string text = item.decimal().to_text();
    const std::size_t digits = text.size() - text.find('.') - 1;
    if (item.digits > digits) {
        text.append(item.digits - digits, '0');
    }
    return text;
}

std::string quantity_text(const Item& item) {
    std::string number = decimal_text(item);
    if (item.digits == 0 && number.ends_with(".0")) {
        number.resize(number.size() - 2);
    }
    if (item.unit_kind != UnitKind::Calendar) {
        return fmt::format("{} '{}'", number, item.unit());
    }
    return fmt::format("{} {}", number, item.unit());
}

void skip_spaces(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

}  // namespace

bool is_calendar_word(std::string_view word) {
    return values::find_precision(word).has_value();
}

std::optional<Item> parse_decimal(std::string_view text) {
    const auto number = values::Decimal::parse(text);
    return number ? std::optional(Item::of(*number, digits_of(text))) : std::nullopt;
}

std::optional<Item> parse_date(std::string_view text) {
    const auto item = parse_any(text);
    return item && item->kind == Kind::Date ? item : std::nullopt;
}

std::optional<Item> parse_date_time(std::string_view text) {
    const auto item = parse_any(text);
    if (!item || item->kind == Kind::Time) {
        return std::nullopt;
    }
    if (item->kind == Kind::DateTime) {
        return item;
    }
    return Item::of(values::to_date_time(item->temporal()), false);
}

std::optional<Item> parse_time(std::string_view text) {
    const auto item = text.starts_with('T') ? parse_any(text) : parse_any("T" + std::string(text));
    return item && item->kind == Kind::Time && !offset_written(text) ? item : std::nullopt;
}

std::optional<std::string> read_literal(TokenKind kind, Node& node, bool negated) {
    const std::string& text = node.name;
    if (kind == TokenKind::Temporal) {
        const auto item = parse_any(text);
        if (!item) {
            return fmt::format(
                "'@{}' is no date or time that exists; write @2024-01-31, "
                "@2024-01-31T08:30:00Z or @T08:30",
                text);
        }
        node.literal = *item;
        return std::nullopt;
    }
    if (kind == TokenKind::Number && text.find('.') != std::string::npos) {
        const auto item = parse_decimal(text);
        if (!item) {
            return fmt::format("'{}' is beyond what a Decimal holds", text);
        }
        node.literal = *item;
        return std::nullopt;
    }
    const auto number = parse_long(text);
    if (!number || (kind == TokenKind::Number && *number > integer_max + (negated ? 1 : 0))) {
        return fmt::format(
            "'{}' is beyond what an Integer holds; write {}L for a Long, {}.0 for a "
            "Decimal",
            text, text, text);
    }
    node.literal = kind == TokenKind::Long ? Item::of_long(*number) : Item::of_integer(*number);
    return std::nullopt;
}

std::optional<std::string> read_quantity(std::string_view number, Node& node, bool calendar) {
    const auto decimal = parse_decimal(number);
    if (!decimal) {
        return fmt::format("'{}' is beyond what a Decimal holds", number);
    }
    node.literal = Item::of_quantity(decimal->decimal(), decimal->digits, node.name,
                                     calendar ? UnitKind::Calendar : UnitKind::Ucum);
    return std::nullopt;
}

std::optional<Item> parse_quantity(std::string_view text, Arena& arena) {
    const std::size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
    const auto number = parse_decimal(text.substr(0, end));
    if (!number) {
        return std::nullopt;
    }
    text.remove_prefix(end);
    skip_spaces(text);
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        return Item::of_quantity(number->decimal(), 0, "1", UnitKind::Ucum);
    }
    if (text.size() >= 3 && text.front() == '\'' && text.back() == '\'') {
        const std::string_view unit = text.substr(1, text.size() - 2);
        return is_calendar_word(unit)  // a word that UCUM does not have
                   ? std::nullopt
                   : std::optional(Item::of_quantity(
                         number->decimal(), 0, arena.keep(std::string(unit)), UnitKind::Ucum));
    }
    if (is_calendar_word(text)) {
        return Item::of_quantity(number->decimal(), 0, arena.keep(std::string(text)),
                                 UnitKind::Calendar);
    }
    return std::nullopt;
}

std::optional<std::string> to_text(const Item& item) {
    switch (item.kind) {
        case Kind::Boolean:
            return item.truth() ? "true" : "false";
        case Kind::Integer:
        case Kind::Long:
            return fmt::format("{}", item.integer());
        case Kind::Decimal:
            return decimal_text(item);
        case Kind::String:
            return std::string(item.text());
        case Kind::Date:
        case Kind::DateTime:
        case Kind::Time:
            return temporal_text(item);
        case Kind::Quantity:
            return quantity_text(item);
        default:
            return std::nullopt;
    }
}

}  // namespace parcours::fhirpath
