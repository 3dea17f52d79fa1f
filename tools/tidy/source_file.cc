#include "tools/tidy/source_file.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::tidy {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where the literal or comment that begins at `at` ends; `at` itself where none begins.
std::size_t end_of_words(std::string_view text, std::size_t at) {
    const auto end_after = [&](std::string_view mark, std::size_t from) {
        const auto found = text.find(mark, from);
        return found == std::string_view::npos ? text.size() : found + mark.size();
    };
    if (text.substr(at, 2) == "//") {
        const auto found = text.find('\n', at);
        return found == std::string_view::npos ? text.size() : found;
    }
    if (text.substr(at, 2) == "/*") {
        return end_after("*/", at + 2);
    }
    if (text.substr(at, 2) == "R\"" && (at == 0 || !is_word(text[at - 1]))) {
        const auto open = text.find('(', at);
        if (open == std::string_view::npos) {
            return text.size();
        }
        return end_after(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const char quote = text[at];
    // 1'000'000 is a number, not a literal.
    const bool digits = quote == '\'' && at > 0 && is_word(text[at - 1]);
    if ((quote != '"' && quote != '\'') || digits) {
        return at;
    }
    for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            return i + 1;
        }
    }
    return at + 1;
}

bool begins_include(std::string_view text, std::size_t at) {
    return text.substr(at, 8) == "#include" && (at == 0 || text[at - 1] == '\n');
}

}  // namespace

std::string blank_words(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < text.size();) {
        if (begins_include(text, i)) {
            const auto end = text.find('\n', i);
            i = end == std::string_view::npos ? text.size() : end;
            continue;
        }
        const std::size_t end = end_of_words(text, i);
        for (std::size_t k = i; k < end; ++k) {
            if (out[k] != '\n') {
                out[k] = ' ';
            }
        }
        i = end > i ? end : i + 1;
    }
    return out;
}

std::vector<Token> tokens_of(std::string_view blanked) {
    std::vector<Token> tokens;
    std::size_t line = 1;
    for (std::size_t i = 0; i < blanked.size();) {
        const char c = blanked[i];
        std::size_t length = 1;
        if (begins_include(blanked, i)) {
            const auto open = blanked.find_first_of("<\"\n", i);
            const auto close =
                open == std::string_view::npos ? open : blanked.find_first_of(">\"\n", open + 1);
            if (close != std::string_view::npos && blanked[open] != '\n' &&
                blanked[close] != '\n') {
                tokens.push_back({blanked.substr(open, close - open + 1), line, true});
            }
            const auto end = blanked.find('\n', i);
            length = (end == std::string_view::npos ? blanked.size() : end) - i;
        } else if (is_word(c)) {
            while (i + length < blanked.size() && is_word(blanked[i + length])) {
                ++length;
            }
            tokens.push_back({blanked.substr(i, length), line, false});
        } else if (blanked.substr(i, 2) == "::" || blanked.substr(i, 3) == "...") {
            length = c == ':' ? 2 : 3;
            tokens.push_back({blanked.substr(i, length), line, false});
        } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
            tokens.push_back({blanked.substr(i, 1), line, false});
        }
        line += c == '\n' ? 1 : 0;
        i += length;
    }
    return tokens;
}

std::string_view module_of(std::string_view path) {
    if (!path.starts_with("src/")) {
        return {};
    }
    path.remove_prefix(4);
    return path.substr(0, path.find('/'));
}

bool is_test(std::string_view path) {
    return path.find("/tests/") != std::string_view::npos || path.starts_with("tests/");
}

bool is_header(std::string_view path) {
    return path.ends_with(".h");
}

}  // namespace parcours::tidy
