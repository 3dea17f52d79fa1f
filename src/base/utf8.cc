#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"

namespace parcours {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The size of the character at the beginning; 0 where there is none.
std::size_t first_size(std::string_view bytes) {
    const std::size_t size_max = std::min<std::size_t>(bytes.size(), 4);
    for (std::size_t size = 1; size <= size_max; ++size) {
        if (is_utf8(bytes.substr(0, size))) {
            return size;
        }
    }
    return 0;
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
    if (is_utf8(bytes)) {
        return std::string(bytes);
    }
    std::string out;
    while (!bytes.empty()) {
        const std::size_t size = first_size(bytes);
        out.append(size == 0 ? replacement : bytes.substr(0, size));
        bytes.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && continues(text[end])) {
        --end;
    }
    return text.substr(0, end);
}

}  // namespace parcours
