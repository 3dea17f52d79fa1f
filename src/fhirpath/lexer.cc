#include "fhirpath/lexer.h"

#include <array>
#include <cctype>
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

namespace parcours::fhirpath {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word_start(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_word(char c) {
    return is_word_start(c) || is_digit(c);
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Outcome<std::vector<Token>> read() {
        std::vector<Token> tokens;
        while (skip_blank() && at_ < text_.size()) {
            Token token;
            token.place = place_;
            if (!read_one(token)) {
                return std::unexpected(std::move(*failure_));
            }
            tokens.push_back(std::move(token));
        }
        if (failure_) {
            return std::unexpected(std::move(*failure_));
        }
        tokens.push_back({TokenKind::End, "", place_});
        return tokens;
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    void advance() {
        if (text_[at_] == '\n') {
            ++place_.line;
            place_.column = 1;
        } else {
            ++place_.column;
        }
        ++at_;
    }

    bool fail_at(Place place, std::string message) {
        failure_ = make_failure(FailureKind::Syntax, std::move(message), place);
        return false;
    }

    // False where a comment does not end.
    bool skip_blank() {
        while (at_ < text_.size()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                advance();
            } else if (c == '/' && peek(1) == '/') {
                while (at_ < text_.size() && peek() != '\n' && peek() != '\r') {
                    advance();
                }
            } else if (c == '/' && peek(1) == '*') {
                const Place start = place_;
                const std::size_t end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) {
                    return fail_at(start, "the comment does not end; write */ after it");
                }
                while (at_ < end + 2) {
                    advance();
                }
            } else {
                return true;
            }
        }
        return true;
    }

    bool read_one(Token& token) {
        const char c = peek();
        if (is_word_start(c)) {
            token.kind = TokenKind::Identifier;
            take_while(token.text, is_word);
            return true;
        }
        if (is_digit(c)) {
            return read_number(token);
        }
        switch (c) {
            case '\'':
                token.kind = TokenKind::String;
                return read_quoted(token.text);
            case '"':
            case '`':
                token.kind = TokenKind::Delimited;
                return read_quoted(token.text);
            case '@':
                return read_temporal(token);
            case '$':
                token.kind = TokenKind::Symbol;
                advance();
                token.text = "$";
                take_while(token.text, is_word);
                return true;
            default:
                return read_symbol(token);
        }
    }

    template <class Accept>
    void take_while(std::string& out, Accept accept) {
        while (at_ < text_.size() && accept(peek())) {
            out += peek();
            advance();
        }
    }

    void take(std::string& out) {
        out += peek();
        advance();
    }

    bool read_number(Token& token) {
        token.kind = TokenKind::Number;
        take_while(token.text, is_digit);
        if (peek() == '.' && is_digit(peek(1))) {
            take(token.text);
            take_while(token.text, is_digit);
        } else if (peek() == 'L' && !is_word(peek(1))) {
            token.kind = TokenKind::Long;
            advance();
        }
        return true;
    }

    // The shape of a date or time only; whether it exists is the parser's question.
    bool read_temporal(Token& token) {
        token.kind = TokenKind::Temporal;
        advance();
        if (peek() != 'T') {
            take_while(token.text, is_digit);
            while (peek() == '-' && is_digit(peek(1)) && token.text.size() < 10) {
                take(token.text);
                take_while(token.text, is_digit);
            }
        }
        if (peek() == 'T') {
            const bool is_time = token.text.empty();
            take(token.text);
            read_clock(token.text);
            if (!is_time) {
                read_offset(token.text);
            }
        }
        return true;
    }

    void read_clock(std::string& out) {
        take_while(out, is_digit);
        while (peek() == ':' && is_digit(peek(1))) {
            take(out);
            take_while(out, is_digit);
        }
        if (peek() == '.' && is_digit(peek(1))) {
            take(out);
            take_while(out, is_digit);
        }
    }

    void read_offset(std::string& out) {
        if (peek() == 'Z') {
            take(out);
        } else if ((peek() == '+' || peek() == '-') && is_digit(peek(1)) && is_digit(peek(2)) &&
                   peek(3) == ':') {
            take(out);
            take_while(out, is_digit);
            take(out);
            take_while(out, is_digit);
        }
    }

    bool read_quoted(std::string& out) {
        const Place start = place_;
        const char quote = peek();
        advance();
        while (at_ < text_.size() && peek() != quote) {
            if (peek() == '\\') {
                advance();
                read_escape(out);
            } else {
                take(out);
            }
        }
        if (at_ >= text_.size()) {
            return fail_at(start,
                           fmt::format("the text that begins here has no closing {}", quote));
        }
        advance();
        return true;
    }

    // After the backslash. One before any other character is dropped.
    void read_escape(std::string& out) {
        if (at_ >= text_.size()) {
            return;
        }
        const char c = peek();
        if (c == 'u') {
            if (const auto unit = hex_unit(at_ + 1)) {
                read_unicode(out, *unit);
                return;
            }
        }
        static constexpr std::string_view from = "nrtf";
        static constexpr std::string_view to = "\n\r\t\f";
        const std::size_t known = from.find(c);
        out += known == std::string_view::npos ? c : to[known];
        advance();
    }

    [[nodiscard]] std::optional<std::uint32_t> hex_unit(std::size_t at) const {
        return at + 4 <= text_.size() ? values::parse_hex(text_.substr(at, 4)) : std::nullopt;
    }

    void read_unicode(std::string& out, std::uint32_t unit) {
        std::size_t length = 5;
        if (unit >= 0xD800U && unit < 0xDC00U && peek(5) == '\\' && peek(6) == 'u') {
            const auto low = hex_unit(at_ + 7);
            if (low && *low >= 0xDC00U && *low < 0xE000U) {
                unit = 0x10000U + ((unit - 0xD800U) << 10U) + (*low - 0xDC00U);
                length = 11;
            }
        }
        const bool lone = unit >= 0xD800U && unit < 0xE000U;
        values::append_utf8(out, lone ? 0xFFFDU : unit);
        for (std::size_t i = 0; i < length; ++i) {
            advance();
        }
    }

    bool read_symbol(Token& token) {
        static constexpr auto symbols = std::to_array<std::string_view>(
            {"<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",",
             "+",  "-",  "*",  "/",  "|", "&", "<", ">", "=", "~", "%"});
        for (const std::string_view symbol : symbols) {
            if (text_.substr(at_).starts_with(symbol)) {
                token.kind = TokenKind::Symbol;
                token.text = symbol;
                for (std::size_t i = 0; i < symbol.size(); ++i) {
                    advance();
                }
                return true;
            }
        }
        const std::size_t length = values::utf8_length(text_.substr(at_));
        return fail_at(place_, fmt::format("no expression has the character {}",
                                           values::quote(text_.substr(at_, length), '\'')));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Place place_;
    std::optional<Failure> failure_;
};

}  // namespace

Failure make_failure(FailureKind kind, std::string message, Place place) {
    return {kind,
            Error{ErrorCode::InvalidInput, std::move(message), {"", place.line, place.column}}};
}

Outcome<std::vector<Token>> tokenise(std::string_view text) {
    return Lexer(text).read();
}

}  // namespace parcours::fhirpath
