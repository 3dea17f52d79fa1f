#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace parcours {

/// The text without what is blank at both ends.
[[nodiscard]] std::string_view trim(std::string_view text, std::string_view blank = " \t\r\n");

/// With the letters A to Z in lower case; all else, other alphabets too, stays as it is.
[[nodiscard]] constexpr char to_lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string to_lower_ascii(std::string_view text);

/// Percent-encodes all but the unreserved characters of RFC 3986 §2.3 and what `plain` names.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view plain = {});

/// Sorts, and keeps one of equal values.
template <class Value>
void sort_unique(std::vector<Value>& values) {
    std::ranges::sort(values);
    const auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
}

}  // namespace parcours
