#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::tidy {

/// A file to be judged. `path` is from the root of the repository, such as "src/base/hash.cc".
struct SourceFile {
    std::string path;
    std::string text;
};

/// A broken rule: `path:line: says`.
struct Finding {
    std::string path;
    std::size_t line = 0;
    std::string says;
};

/// The text with comments, string and character literals blanked: every line and column stays
/// where it was. The names in `#include` lines stay.
std::string blank_words(std::string_view text);

/// One word or sign of code.
struct Token {
    std::string_view text;
    std::size_t line = 0;   ///< from 1
    bool included = false;  ///< the name of an #include, with its quotes or angle brackets
};

/// The tokens of a text that `blank_words` gave; they point into it.
std::vector<Token> tokens_of(std::string_view blanked);

/// "src/base/hash.cc" → "base"; empty outside src/.
std::string_view module_of(std::string_view path);
bool is_test(std::string_view path);
bool is_header(std::string_view path);

}  // namespace parcours::tidy
