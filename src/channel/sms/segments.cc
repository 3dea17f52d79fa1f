#include "channel/sms/segments.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "channel/encoding.h"

namespace parcours::channel {
namespace {

constexpr std::u32string_view basic_alphabet =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    U"ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view extension = U"\f^{}\\[~]|€";

constexpr std::size_t find_septets(char32_t c) {
    if (basic_alphabet.find(c) != std::u32string_view::npos) {
        return 1;
    }
    return extension.find(c) != std::u32string_view::npos ? 2 : 0;
}

/// Most letters of most texts.
constexpr auto ascii_septets = [] {
    std::array<std::uint8_t, 128> septets{};
    for (std::size_t c = 0; c < septets.size(); ++c) {
        septets[c] = static_cast<std::uint8_t>(find_septets(static_cast<char32_t>(c)));
    }
    return septets;
}();

std::size_t septets(char32_t c) {
    return c < ascii_septets.size() ? ascii_septets[c] : find_septets(c);
}

std::size_t utf16_units(char32_t c) {
    return c > 0xFFFF ? 2 : 1;
}

}  // namespace

SmsSegments count_sms_segments(std::string_view text) {
    const std::u32string characters = to_characters(text);
    SmsSegments count;
    count.unicode = std::ranges::any_of(characters, [](char32_t c) { return septets(c) == 0; });
    const std::size_t single_max = count.unicode ? 70 : 160;
    const std::size_t part_max = count.unicode ? 67 : 153;
    std::size_t parts = characters.empty() ? 0 : 1;
    std::size_t in_part = 0;
    for (const char32_t c : characters) {
        const std::size_t cost = count.unicode ? utf16_units(c) : septets(c);
        count.units += cost;
        if (in_part + cost > part_max) {
            ++parts;
            in_part = 0;
        }
        in_part += cost;
    }
    count.segments = count.units <= single_max ? std::min<std::size_t>(parts, 1) : parts;
    return count;
}

}  // namespace parcours::channel
