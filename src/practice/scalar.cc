#include "practice/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr std::size_t name_length_max = 64;

struct Unit {
    std::string_view name;
    std::chrono::minutes length;
};
constexpr std::array<Unit, 4> units = {{{"minute", std::chrono::minutes{1}},
                                        {"hour", std::chrono::hours{1}},
                                        {"day", std::chrono::days{1}},
                                        {"week", std::chrono::weeks{1}}}};

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_letter_or_digit(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

std::optional<Duration> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (code != std::errc{} || count < 0 || count > 100'000 || end == text.data() + text.size() ||
        *end != ' ') {
        return std::nullopt;
    }
    std::string_view word(end + 1, text.data() + text.size());
    if (word.ends_with('s')) {
        word.remove_suffix(1);
    }
    const auto* const unit =
        std::ranges::find_if(units, [&](const Unit& each) { return each.name == word; });
    if (unit == units.end()) {
        return std::nullopt;
    }
    return count * unit->length;
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
        !is_digit(text[3]) || !is_digit(text[4])) {
        return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (minute > 59 || hour * 60 + minute > 24 * 60) {
        return std::nullopt;
    }
    return std::chrono::minutes{hour * 60 + minute};
}

}  // namespace

Result<Titles> read_titles(const Node& node, std::string_view what) {
    Titles titles;
    if (node.is_scalar()) {
        titles.emplace("en", node.text());
        return titles;
    }
    if (!node.is_map() || node.entries().empty()) {
        return refuse(
            node, std::string(what) + " must be a text, or texts by language: { en: …, fr: … }");
    }
    for (const Node::Entry& entry : node.entries()) {
        if (!is_language_tag(entry.key)) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + entry.key + "\" is not a language tag; right are en, fr, zh",
                        entry.where);
        }
        auto text = read_text(entry.value, what);
        if (!text) {
            return pass_on(text);
        }
        titles.emplace(entry.key, *std::move(text));
    }
    return titles;
}

std::string_view title_in(const Titles& titles, std::string_view language) {
    for (const std::string_view wanted : {language, std::string_view("en")}) {
        if (const auto found = titles.find(wanted); found != titles.end()) {
            return found->second;
        }
    }
    return titles.empty() ? std::string_view{} : titles.begin()->second;
}

Result<Duration> read_duration(const Node& node, std::string_view what) {
    if (node.is_scalar()) {
        if (const auto duration = parse_duration(node.text())) {
            return *duration;
        }
    }
    return refuse(node, std::string(what) +
                            " must be a duration such as \"36 hours\" or \"2 days\", not \"" +
                            node.text() + "\"");
}

Result<std::chrono::minutes> read_time_of_day(const Node& node, std::string_view what) {
    if (node.is_scalar()) {
        if (const auto time = parse_time_of_day(node.text())) {
            return *time;
        }
    }
    return refuse(node, std::string(what) + " must be a time of day such as \"08:00\", not \"" +
                            node.text() + "\"");
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_length_max && text.front() != '-' &&
           text.back() != '-' && !text.contains("--") &&
           std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_language_tag(std::string_view text) {
    const std::size_t language = std::min(text.find('-'), text.size());
    if (language < 2 || language > 3 || !std::ranges::all_of(text.substr(0, language), [](char c) {
            return c >= 'a' && c <= 'z';
        })) {
        return false;
    }
    for (std::size_t at = language; at < text.size();) {
        const std::size_t end = std::min(text.find('-', at + 1), text.size());
        const std::string_view part = text.substr(at + 1, end - at - 1);
        if (part.size() < 2 || part.size() > 8 || !std::ranges::all_of(part, is_letter_or_digit)) {
            return false;
        }
        at = end;
    }
    return true;
}

}  // namespace parcours::practice
