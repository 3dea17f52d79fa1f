#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parcours::outreach {

/// The longest value that a message quotes, in characters. A name of 5,000 is no name, and would
/// cost its reader 33 text messages.
inline constexpr std::size_t value_length_max = 120;

/// A value of the record as it may stand in a message or a header: one line, without control
/// characters (ESC, U+0080 to U+009F), line separators, and marks that turn the direction of the
/// text around them (U+202E …). Line ends become a space; what joins letters (U+200D) stays.
[[nodiscard]] std::string plain_value(std::string_view value);

/// How many characters of UTF-8 a text has.
[[nodiscard]] std::size_t count_value_characters(std::string_view value);

}  // namespace parcours::outreach
