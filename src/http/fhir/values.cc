#include "http/fhir/values.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace parcours::http::facade {
namespace {

constexpr auto prefixes = std::to_array<std::pair<std::string_view, Prefix>>({
    {"eq", Prefix::Eq},
    {"ne", Prefix::Ne},
    {"gt", Prefix::Gt},
    {"lt", Prefix::Lt},
    {"ge", Prefix::Ge},
    {"le", Prefix::Le},
    {"sa", Prefix::Sa},
    {"eb", Prefix::Eb},
});

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/// The place of a separator that no backslash takes its meaning from.
std::size_t find_plain(std::string_view text, char separator) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == separator) {
            return i;
        }
    }
    return std::string_view::npos;
}

bool coding_fits(const JsonView& coding, const std::vector<Token>& tokens) {
    return std::ranges::any_of(tokens, [&](const Token& token) {
        return token.matches(coding["system"].text(), coding["code"].text());
    });
}

bool one_fits(const JsonView& value, const std::vector<Token>& tokens) {
    if (value.is_string()) {
        return std::ranges::any_of(
            tokens, [&](const Token& token) { return token.matches("", value.text()); });
    }
    if (value["coding"]) {
        return std::ranges::any_of(value["coding"].elements(), [&](const JsonView& coding) {
            return coding_fits(coding, tokens);
        });
    }
    return coding_fits(value, tokens);
}

}  // namespace

Range range_of(const DateTime& date) {
    return {date.start, date.end()};
}

bool DateValue::matches(const Range& target) const {
    const bool inside = range.low <= target.low && target.high <= range.high;
    switch (prefix) {
        case Prefix::Eq:
            return inside;
        case Prefix::Ne:
            return !inside;
        case Prefix::Gt:
            return target.high > range.high;
        case Prefix::Lt:
            return target.low < range.low;
        case Prefix::Ge:
            return target.high > range.high || inside;
        case Prefix::Le:
            return target.low < range.low || inside;
        case Prefix::Sa:
            return target.low >= range.high;
        case Prefix::Eb:
            return target.high <= range.low;
    }
    return false;
}

Result<DateValue> parse_date_value(std::string_view parameter, std::string_view text) {
    DateValue value;
    if (text.size() > 2 && is_letter(text[0]) && is_letter(text[1])) {
        const auto* const found = std::ranges::find(prefixes, text.substr(0, 2),
                                                    &std::pair<std::string_view, Prefix>::first);
        if (found == prefixes.end()) {
            return fail(ErrorCode::Usage, "the prefix \"" + std::string(text.substr(0, 2)) +
                                              "\" of \"" + std::string(parameter) +
                                              "\" is not known; right are eq, ne, gt, lt, ge, le, "
                                              "sa and eb");
        }
        value.prefix = found->second;
        text.remove_prefix(2);
    }
    // A "+" that was not encoded has become a space on its way.
    std::string written(text);
    std::ranges::replace(written, ' ', '+');
    const auto date = parse_date_time(written);
    if (!date) {
        return fail(ErrorCode::Usage,
                    "\"" + std::string(parameter) + "\": " + date.error().message);
    }
    value.range = range_of(*date);
    return value;
}

bool Token::matches(std::string_view has_system, std::string_view has_code) const {
    if (has_code.empty() || (system && *system != has_system)) {
        return false;
    }
    return code.empty() ? system.has_value() : code == has_code;
}

Token parse_token(std::string_view text) {
    const std::size_t bar = find_plain(text, '|');
    if (bar == std::string_view::npos) {
        return {std::nullopt, unescape(text)};
    }
    return {unescape(text.substr(0, bar)), unescape(text.substr(bar + 1))};
}

std::vector<std::string> split_values(std::string_view text) {
    std::vector<std::string> values;
    while (true) {
        const std::size_t end = find_plain(text, ',');
        if (const auto value = text.substr(0, end); !value.empty()) {
            values.emplace_back(value);
        }
        if (end == std::string_view::npos) {
            return values;
        }
        text.remove_prefix(end + 1);
    }
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && i + 1 < text.size();
        if (escape && std::string_view("\\,|$").find(text[i + 1]) != std::string_view::npos) {
            ++i;
        }
        out += text[i];
    }
    return out;
}

bool has_coding(const JsonView& member, const std::vector<Token>& tokens) {
    if (!member.is_array()) {
        return member.exists() && one_fits(member, tokens);
    }
    return std::ranges::any_of(member.elements(),
                               [&](const JsonView& one) { return one_fits(one, tokens); });
}

}  // namespace parcours::http::facade
