#include "cql/lexer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "values/text.h"

namespace parcours::cql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(char c) {
    return is_word_start(c) || is_digit(c);
}

constexpr std::array<std::string_view, 5> long_symbols = {"<=", ">=", "!=", "!~", "->"};
constexpr std::string_view short_symbols = "()[]{}<>=~+-*/^&|.,:;%";

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            if (auto skipped = skip_space(); !skipped) {
                return pass_on(skipped);
            }
            Token token{TokenKind::End, {}, place_, at_};
            if (at_ == text_.size()) {
                tokens.push_back(std::move(token));
                return tokens;
            }
            if (auto read = next(token); !read) {
                return pass_on(read);
            }
            token.end = at_;
            tokens.push_back(std::move(token));
        }
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void advance() {
        const auto byte = static_cast<unsigned char>(text_[at_++]);
        if (byte == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if ((byte & 0xC0U) != 0x80U) {
            ++place_.column;
        }
    }

    void advance(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            advance();
        }
    }

    [[nodiscard]] static std::unexpected<Error> error(std::string message, Place where) {
        return fail(ErrorCode::InvalidInput, std::move(message), {{}, where.line, where.column});
    }

    Result<> skip_space() {
        while (at_ < text_.size()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                advance();
            } else if (c == '/' && peek(1) == '/') {
                while (at_ < text_.size() && peek() != '\n') {
                    advance();
                }
            } else if (c == '/' && peek(1) == '*') {
                const Place start = place_;
                const std::size_t end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) {
                    return error("a comment begins here and never ends; close it with */", start);
                }
                advance(end + 2 - at_);
            } else {
                break;
            }
        }
        return {};
    }

    Result<> next(Token& token) {
        const char c = peek();
        if (is_word_start(c)) {
            token.kind = TokenKind::Word;
            while (is_word(peek())) {
                token.text += peek();
                advance();
            }
            return {};
        }
        if (c == '$') {
            return dollar(token);
        }
        if (is_digit(c)) {
            number(token);
            return {};
        }
        if (c == '@') {
            return temporal(token);
        }
        if (c == '\'') {
            token.kind = TokenKind::String;
            return quoted(token, '\'');
        }
        if (c == '"' || c == '`') {
            token.kind = TokenKind::Identifier;
            return quoted(token, c);
        }
        return symbol(token);
    }

    Result<> dollar(Token& token) {
        token.kind = TokenKind::Word;
        do {
            token.text += peek();
            advance();
        } while (is_word(peek()));
        if (token.text != "$this" && token.text != "$index" && token.text != "$total") {
            return error(
                fmt::format("'{}' is unknown; only $this, $index and $total exist", token.text),
                token.place);
        }
        return {};
    }

    void number(Token& token) {
        token.kind = TokenKind::Integer;
        while (is_digit(peek())) {
            token.text += peek();
            advance();
        }
        if (peek() == '.' && is_digit(peek(1))) {
            token.kind = TokenKind::Decimal;
            do {
                token.text += peek();
                advance();
            } while (is_digit(peek()));
        } else if (peek() == 'L') {
            token.kind = TokenKind::Long;
            advance();
        }
    }

    // Takes as many characters as a date, a "T" and a time with offset may have.
    Result<> temporal(Token& token) {
        token.kind = TokenKind::Temporal;
        advance();
        bool in_time = false;
        while (at_ < text_.size()) {
            const char c = peek();
            const bool sign = c == '+' || c == '-';
            const bool fits =
                is_digit(c) || (c == 'T' && !in_time) || (in_time && (c == ':' || c == 'Z')) ||
                (c == '.' && in_time && is_digit(peek(1))) ||
                (sign && is_digit(peek(1)) && (in_time ? offset_follows() : c == '-'));
            if (!fits) {
                break;
            }
            in_time = in_time || c == 'T';
            token.text += c;
            advance();
            if (c == 'Z') {
                break;
            }
        }
        if (token.text.empty()) {
            return error("a date must follow '@', such as @2024-01-31 or @T08:30", token.place);
        }
        return {};
    }

    [[nodiscard]] bool offset_follows() const {
        return is_digit(peek(1)) && is_digit(peek(2)) && peek(3) == ':' && is_digit(peek(4));
    }

    Result<> quoted(Token& token, char quote) {
        advance();
        while (true) {
            if (at_ == text_.size()) {
                return error(
                    fmt::format("a quotation begins here and never ends; close it with {}", quote),
                    token.place);
            }
            const char c = peek();
            if (c == quote) {
                advance();
                return {};
            }
            if (c == '\\') {
                if (auto done = escape(token.text); !done) {
                    return pass_on(done);
                }
                continue;
            }
            token.text += c;
            advance();
        }
    }

    Result<> escape(std::string& out) {
        const Place start = place_;
        const char c = peek(1);
        constexpr std::string_view from = "'\"`\\/nrtf";
        constexpr std::string_view to = "'\"`\\/\n\r\t\f";
        if (const std::size_t found = from.find(c); c != '\0' && found != std::string_view::npos) {
            out += to[found];
            advance(2);
            return {};
        }
        if (c == 'u' && unicode_escape(out)) {
            return {};
        }
        return error(
            "unknown escape after '\\'; use \\' \\\" \\` \\\\ \\/ \\n \\r \\t \\f or \\u and four "
            "hexadecimal digits",
            start);
    }

    // \uXXXX, or two of them for a character beyond 16 bits.
    bool unicode_escape(std::string& out) {
        const auto unit = [this](std::size_t at) {
            const bool escaped =
                text_.substr(at_ + at).starts_with("\\u") && at_ + at + 6 <= text_.size();
            return escaped ? values::parse_hex(text_.substr(at_ + at + 2, 4)) : std::nullopt;
        };
        const auto high = unit(0);
        if (!high || (*high >= 0xDC00U && *high < 0xE000U)) {
            return false;
        }
        if (*high < 0xD800U || *high >= 0xE000U) {
            values::append_utf8(out, *high);
            advance(6);
            return true;
        }
        const auto low = unit(6);
        if (!low || *low < 0xDC00U || *low >= 0xE000U) {
            return false;
        }
        values::append_utf8(out, 0x10000U + ((*high - 0xD800U) << 10U) + (*low - 0xDC00U));
        advance(12);
        return true;
    }

    Result<> symbol(Token& token) {
        token.kind = TokenKind::Symbol;
        for (const std::string_view known : long_symbols) {
            if (text_.substr(at_).starts_with(known)) {
                token.text = known;
                advance(2);
                return {};
            }
        }
        if (short_symbols.find(peek()) == std::string_view::npos) {
            const std::string_view shown =
                text_.substr(at_, values::utf8_length(text_.substr(at_)));
            return error(
                fmt::format("the character '{}' means nothing here; text stands between ' and '",
                            shown),
                token.place);
        }
        token.text = peek();
        advance();
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Place place_{1, 1};
};

// Sorted.
constexpr auto reserved =
    std::to_array<std::string_view>({"after",        "aggregate",  "all",
                                     "and",          "as",         "asc",
                                     "ascending",    "before",     "between",
                                     "by",           "case",       "cast",
                                     "code",         "codesystem", "collapse",
                                     "concept",      "contains",   "context",
                                     "convert",      "date",       "day",
                                     "days",         "default",    "define",
                                     "desc",         "descending", "difference",
                                     "display",      "distinct",   "div",
                                     "duration",     "during",     "else",
                                     "end",          "ends",       "except",
                                     "exists",       "expand",     "false",
                                     "flatten",      "fluent",     "from",
                                     "hour",         "hours",      "if",
                                     "implies",      "in",         "include",
                                     "included",     "includes",   "intersect",
                                     "is",           "let",        "library",
                                     "maximum",      "meets",      "millisecond",
                                     "milliseconds", "minimum",    "minute",
                                     "minutes",      "mod",        "month",
                                     "months",       "not",        "null",
                                     "occurs",       "of",         "on",
                                     "or",           "overlaps",   "parameter",
                                     "per",          "point",      "predecessor",
                                     "private",      "properly",   "public",
                                     "return",       "same",       "second",
                                     "seconds",      "singleton",  "sort",
                                     "start",        "starting",   "starts",
                                     "successor",    "such",       "that",
                                     "then",         "time",       "timezoneoffset",
                                     "to",           "true",       "union",
                                     "using",        "valueset",   "version",
                                     "week",         "weeks",      "when",
                                     "where",        "width",      "with",
                                     "within",       "without",    "xor",
                                     "year",         "years"});
static_assert(std::ranges::is_sorted(reserved));

}  // namespace

Result<std::vector<Token>> tokenise(std::string_view text) {
    if (const auto broken = values::find_invalid_utf8(text); broken) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("byte {} of the expression is not UTF-8; save the text as UTF-8",
                                *broken + 1));
    }
    return Lexer(text).run();
}

std::string describe(const Token& token) {
    switch (token.kind) {
        case TokenKind::End:
            return "the end of the text";
        case TokenKind::Identifier:
            return fmt::format("the name \"{}\"", token.text);
        case TokenKind::String:
            return fmt::format("the string '{}'", token.text);
        case TokenKind::Temporal:
            return fmt::format("the date @{}", token.text);
        case TokenKind::Integer:
        case TokenKind::Long:
        case TokenKind::Decimal:
            return fmt::format("the number {}", token.text);
        case TokenKind::Word:
        case TokenKind::Symbol:
            break;
    }
    return fmt::format("'{}'", token.text);
}

bool is_reserved(std::string_view word) {
    return std::ranges::binary_search(reserved, word);
}

}  // namespace parcours::cql
