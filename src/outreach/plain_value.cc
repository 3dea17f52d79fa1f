#include "outreach/plain_value.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parcours::outreach {
namespace {

using namespace std::string_view_literals;

/// Marks of direction, and the byte order mark.
constexpr std::array hidden = {"\u061c"sv, "\u200e"sv, "\u200f"sv, "\u202a"sv, "\u202b"sv,
                               "\u202c"sv, "\u202d"sv, "\u202e"sv, "\u2066"sv, "\u2067"sv,
                               "\u2068"sv, "\u2069"sv, "\ufeff"sv};
constexpr std::array separators = {"\u2028"sv, "\u2029"sv};

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

bool is_c1_control(std::string_view rest) {
    return byte_at(rest, 0) == 0xC2U && byte_at(rest, 1) >= 0x80U && byte_at(rest, 1) <= 0x9FU;
}

/// Length of what begins `rest` and belongs to `marks`; 0 for none.
template <std::size_t Count>
std::size_t find_mark(std::string_view rest, const std::array<std::string_view, Count>& marks) {
    const auto* const found = std::ranges::find_if(
        marks, [rest](std::string_view mark) { return rest.starts_with(mark); });
    return found == marks.end() ? 0 : found->size();
}

}  // namespace

std::string plain_value(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    while (!value.empty()) {
        const std::uint8_t byte = byte_at(value, 0);
        std::size_t taken = 1;
        if (byte < 0x80U) {
            text += byte < 0x20U || byte == 0x7FU ? ' ' : value.front();
        } else if (const std::size_t mark = find_mark(value, hidden); mark > 0) {
            taken = mark;
        } else if (const std::size_t line = find_mark(value, separators); line > 0) {
            taken = line;
            text += ' ';
        } else if (is_c1_control(value)) {
            taken = 2;
            text += ' ';
        } else {
            text += value.front();
        }
        value.remove_prefix(taken);
    }
    return text;
}

std::size_t count_value_characters(std::string_view value) {
    return static_cast<std::size_t>(std::ranges::count_if(
        value, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace parcours::outreach
