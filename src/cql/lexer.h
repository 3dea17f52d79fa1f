#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/tree.h"

namespace parcours::cql {

enum class TokenKind : std::uint8_t {
    End,
    Word,        ///< a bare word: keyword or identifier; the parser decides
    Identifier,  ///< "quoted" or `back-quoted`; `text` without quotes, escapes resolved
    String,      ///< 'text', escapes resolved
    Integer,     ///< digits
    Long,        ///< digits before an L
    Decimal,     ///< digits with a point
    Temporal,    ///< what followed the @
    Symbol       ///< an operator or bracket: `<=`, `(`
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    Place place;
    std::size_t offset = 0;  ///< of its first byte
    std::size_t end = 0;     ///< of the byte behind its last
};

/// Splits CQL into tokens; the last is `End`. Comments and white space are dropped. Errors,
/// InvalidInput with line and column: an unknown character, a string or comment without an end, an
/// unknown escape, text that is not UTF-8.
Result<std::vector<Token>> tokenise(std::string_view text);

/// What to call a token in a message: `'where'`, `the string 'abc'`, `the end of the text`.
[[nodiscard]] std::string describe(const Token& token);

/// Whether a bare word is reserved by the language, and so cannot be an alias.
[[nodiscard]] bool is_reserved(std::string_view word);

}  // namespace parcours::cql
