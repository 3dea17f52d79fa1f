#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::campaign {

/// The words of a list "yes, oui, 是" as replies are compared with them: without spaces around and
/// marks at the ends, in small letters (ASCII).
[[nodiscard]] std::vector<std::string> reply_words(std::string_view list);

/// Whether a reply says one of them: it is the word, or begins with it as a word of its own.
/// "Yes!", "yes please" and "YES, on Monday" say "yes"; "yesterday" does not.
[[nodiscard]] bool says(std::string_view reply, std::span<const std::string> words);

}  // namespace parcours::campaign
