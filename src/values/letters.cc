#include "values/letters.h"

#include <clocale>
#include <cstddef>
#include <cstdint>
#include <cwctype>
#include <string>
#include <string_view>

#include "values/text.h"

namespace parcours::values {
namespace {

// The tables of Unicode that every glibc carries; kept for the life of the program.
locale_t unicode() {
    static const locale_t made =
        newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
    return made;
}

std::uint32_t decode(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (bytes.size() == 1) {
        return first;
    }
    std::uint32_t out = first & (0xFFU >> (bytes.size() + 1));
    for (const char c : bytes.substr(1)) {
        out = (out << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    }
    return out;
}

std::string mapped(std::string_view text, wint_t (*map)(wint_t, locale_t)) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = utf8_length(text);
        const std::string_view character = text.substr(0, size);
        const bool broken = size == 1 && static_cast<unsigned char>(character[0]) >= 0x80U;
        if (broken || unicode() == static_cast<locale_t>(nullptr)) {
            out += character;
        } else {
            append_utf8(out, static_cast<std::uint32_t>(map(decode(character), unicode())));
        }
        text.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::string to_lower(std::string_view text) {
    return mapped(text, towlower_l);
}

std::string to_upper(std::string_view text) {
    return mapped(text, towupper_l);
}

}  // namespace parcours::values
