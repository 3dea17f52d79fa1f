#pragma once

#include <string>
#include <string_view>

namespace parcours::values {

/// The text with every letter that has one in its small or capital form: one character for one
/// character, of all scripts, whatever the locale of the machine.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string to_upper(std::string_view text);

}  // namespace parcours::values
