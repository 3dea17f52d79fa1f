#include "practice/utf8.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parcours::practice {
namespace {

/// The length of the sequence that a byte begins; 0 where none can begin so.
std::size_t sequence_length(std::uint8_t lead) {
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

/// Shortest form, no surrogates, nothing beyond U+10FFFF: told by lead and second byte.
bool second_fits(std::uint8_t lead, std::uint8_t second) {
    switch (lead) {
        case 0xE0U:
            return second >= 0xA0U;
        case 0xEDU:
            return second < 0xA0U;
        case 0xF0U:
            return second >= 0x90U;
        case 0xF4U:
            return second < 0x90U;
        default:
            return true;
    }
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        const std::size_t length = sequence_length(lead);
        if (length == 0 || length > text.size() - at) {
            return at;
        }
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<std::uint8_t>(text[at + i]);
            if ((next & 0xC0U) != 0x80U || (i == 1 && !second_fits(lead, next))) {
                return at;
            }
        }
        at += length;
    }
    return std::nullopt;
}

}  // namespace parcours::practice
