#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours::scenario {

/// One word of a line: what stands between blanks, a text in quotes, or the mark "," or ":" at the
/// end of a word.
struct Word {
    std::string text;     ///< without its quotes
    bool quoted = false;  ///< never a mark and never a word of the language
    Location where;

    [[nodiscard]] bool is(std::string_view literal) const { return !quoted && text == literal; }
    [[nodiscard]] bool is_mark() const { return is(",") || is(":"); }
};
using Words = std::vector<Word>;

/// Splits a line; what follows a `#` at the beginning of a word is a comment. Inside quotes `\"` is
/// a quote. `where` is the place of the first letter. Errors, InvalidInput: quotes without an end.
Result<Words> split_words(std::string_view line, const Location& where);

/// The words as they would be written.
[[nodiscard]] std::string join_words(const Words& words);

}  // namespace parcours::scenario
