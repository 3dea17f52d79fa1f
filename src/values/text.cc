#include "values/text.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parcours::values {
namespace {

std::size_t announced_length(unsigned char lead) {
    if (lead < 0x80U) {
        return 1;
    }
    if (lead >= 0xC2U && lead < 0xE0U) {
        return 2;
    }
    if (lead >= 0xE0U && lead < 0xF0U) {
        return 3;
    }
    return lead >= 0xF0U && lead < 0xF5U ? 4 : 0;
}

bool is_valid_sequence(std::string_view bytes) {
    std::uint32_t point = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = bytes.size();
    if (length > 1) {
        point &= (0xFFU >> (length + 1));
    }
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if ((byte & 0xC0U) != 0x80U) {
            return false;
        }
        point = (point << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = point >= 0xD800U && point < 0xE000U;
    const bool overlong = (length == 3 && point < 0x800U) || (length == 4 && point < 0x10000U);
    return !surrogate && !overlong && point <= 0x10FFFFU;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::size_t edits(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
        }
    }
    return row.back();
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const std::size_t length = announced_length(static_cast<unsigned char>(text[0]));
    const bool whole =
        length != 0 && length <= text.size() && is_valid_sequence(text.substr(0, length));
    return whole ? length : 1;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = announced_length(static_cast<unsigned char>(text[at]));
        if (length == 0 || at + length > text.size() ||
            !is_valid_sequence(text.substr(at, length))) {
            return at;
        }
        at += length;
    }
    return std::nullopt;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto push = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80U) {
        push(code_point);
    } else if (code_point < 0x800U) {
        push(0xC0U | (code_point >> 6U));
        push(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000U) {
        push(0xE0U | (code_point >> 12U));
        push(0x80U | ((code_point >> 6U) & 0x3FU));
        push(0x80U | (code_point & 0x3FU));
    } else {
        push(0xF0U | (code_point >> 18U));
        push(0x80U | ((code_point >> 12U) & 0x3FU));
        push(0x80U | ((code_point >> 6U) & 0x3FU));
        push(0x80U | (code_point & 0x3FU));
    }
}

std::optional<std::uint32_t> parse_hex(std::string_view digits) {
    if (digits.empty() || digits.size() > 8) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (const char c : digits) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isxdigit(byte) == 0) {
            return std::nullopt;
        }
        const int digit = std::isdigit(byte) != 0 ? c - '0' : std::tolower(byte) - 'a' + 10;
        number = number * 16 + static_cast<std::uint32_t>(digit);
    }
    return number;
}

std::string_view nearest(std::string_view name, std::span<const std::string> names) {
    const std::string wanted = lower(name);
    std::size_t best = std::numeric_limits<std::size_t>::max();
    std::string_view found;
    for (const std::string& candidate : names) {
        const std::size_t distance = edits(wanted, lower(candidate));
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    const std::size_t allowed = std::max<std::size_t>(1, std::max(name.size(), found.size()) / 3);
    return best <= allowed ? found : std::string_view{};
}

std::string quote(std::string_view text, char quotation) {
    std::string out(1, quotation);
    for (const char c : text) {
        if (c == quotation || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20U) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += quotation;
    return out;
}

}  // namespace parcours::values
