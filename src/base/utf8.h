#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parcours {

/// The text with every byte that belongs to no UTF-8 character replaced by U+FFFD: for paths and
/// foreign names, which may hold any bytes, where they go into JSON or onto a screen.
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);

/// The longest beginning of at most `bytes_max` bytes that ends between two characters.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace parcours
