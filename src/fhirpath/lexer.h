#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhirpath/failure.h"

namespace parcours::fhirpath {

/// Line and column (bytes), both from 1.
struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

enum class TokenKind : std::uint8_t {
    Identifier,  ///< a word, keywords too
    Delimited,   ///< `a name`
    String,
    Number,    ///< digits, perhaps with a point
    Long,      ///< digits with L
    Temporal,  ///< @…: `text` is without "@"
    Symbol,    ///< operators and brackets, "$this", "%"
    End
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;  ///< without quotes, escapes resolved
    Place place;

    [[nodiscard]] bool is_symbol(std::string_view symbol) const {
        return kind == TokenKind::Symbol && text == symbol;
    }
    [[nodiscard]] bool is_word(std::string_view word) const {
        return kind == TokenKind::Identifier && text == word;
    }
};

/// The tokens of an expression and an `End`; comments and white space are left out.
/// Failure, Syntax: an unfinished text, name or comment; a character no expression has.
Outcome<std::vector<Token>> tokenise(std::string_view text);

/// A failure with its place.
[[nodiscard]] Failure make_failure(FailureKind kind, std::string message, Place place);

}  // namespace parcours::fhirpath
