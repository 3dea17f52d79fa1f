#pragma once

#include <string>
#include <string_view>

namespace parcours::channel {

/// What people write, so that it can be compared: NFKC_Casefold (full-width forms, case), then
/// accents removed. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::u32string fold(std::string_view text);

/// The same as UTF-8, letters and digits alone: words parted by one space, with one at both ends.
[[nodiscard]] std::string fold_words(std::string_view text);

}  // namespace parcours::channel
