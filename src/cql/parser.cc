#include "cql/parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/lexer.h"
#include "cql/parser_state.h"
#include "cql/tree.h"
#include "values/temporal.h"

namespace parcours::cql {

const Token& Parser::peek(std::size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::at_word(std::string_view word, std::size_t ahead) const {
    return peek(ahead).kind == TokenKind::Word && peek(ahead).text == word;
}

bool Parser::at_symbol(std::string_view symbol, std::size_t ahead) const {
    return peek(ahead).kind == TokenKind::Symbol && peek(ahead).text == symbol;
}

bool Parser::at_name(std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::Identifier ||
           (token.kind == TokenKind::Word && !is_reserved(token.text));
}

bool Parser::at_words(std::initializer_list<std::string_view> words) const {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!at_word(word, ahead++)) {
            return false;
        }
    }
    return true;
}

bool Parser::take_word(std::string_view word) {
    const bool found = at_word(word);
    at_ += found ? 1 : 0;
    return found;
}

bool Parser::take_words(std::initializer_list<std::string_view> words) {
    const bool found = at_words(words);
    at_ += found ? words.size() : 0;
    return found;
}

bool Parser::take_symbol(std::string_view symbol) {
    const bool found = at_symbol(symbol);
    at_ += found ? 1 : 0;
    return found;
}

std::unexpected<Error> Parser::unexpected(std::string_view expected) const {
    const Token& token = peek();
    return fail(ErrorCode::InvalidInput,
                fmt::format("found {} where {} was expected", describe(token), expected),
                {{}, token.place.line, token.place.column});
}

Result<> Parser::expect_word(std::string_view word, std::string_view where) {
    if (!take_word(word)) {
        return unexpected(fmt::format("'{}' {}", word, where));
    }
    return {};
}

Result<> Parser::expect_symbol(std::string_view symbol, std::string_view where) {
    if (!take_symbol(symbol)) {
        return unexpected(fmt::format("'{}' {}", symbol, where));
    }
    return {};
}

Result<std::string> Parser::expect_string(std::string_view what) {
    if (peek().kind != TokenKind::String) {
        return unexpected(fmt::format("{}, a text between single quotes,", what));
    }
    return take().text;
}

Result<std::string> Parser::expect_name(std::string_view what) {
    if (!at_name()) {
        return unexpected(what);
    }
    return take().text;
}

SyntaxPtr Parser::make(SyntaxKind kind, Place place, std::string text) {
    auto node = std::make_unique<Syntax>();
    node->kind = kind;
    node->place = place;
    node->text = std::move(text);
    return node;
}

namespace {

// How tightly the infix operators bind (CQL 1.5 Appendix G): the first line binds tightest.
enum Level : int {
    level_is,
    level_between,
    level_inequality,
    level_timing,
    level_equality,
    level_membership,
    level_and,
    level_or,
    level_implies,
    level_union,
    level_count
};

struct Infix {
    std::string_view text;
    int level;
};

constexpr auto infixes = std::to_array<Infix>({
    {"<=", level_inequality},
    {"<", level_inequality},
    {">", level_inequality},
    {">=", level_inequality},
    {"=", level_equality},
    {"!=", level_equality},
    {"~", level_equality},
    {"!~", level_equality},
    {"in", level_membership},
    {"contains", level_membership},
    {"and", level_and},
    {"or", level_or},
    {"xor", level_or},
    {"implies", level_implies},
    {"|", level_union},
    {"union", level_union},
    {"intersect", level_union},
    {"except", level_union},
});

}  // namespace

// One level deeper; whoever entered leaves by `--depth_`. After an error nobody goes on.
Result<> Parser::enter() {
    if (depth_ >= nesting_max) {
        return fail(
            ErrorCode::Limit,
            fmt::format(
                "the expression is nested deeper than {} levels; name parts of it with define",
                nesting_max),
            {{}, peek().place.line, peek().place.column});
    }
    ++depth_;
    return {};
}

Parsed Parser::expression() {
    if (depth_ == 0) {
        operators_ = 0;
    }
    if (auto entered = enter(); !entered) {
        return pass_on(entered);
    }
    auto parsed = binary(level_count - 1);
    --depth_;
    return parsed;
}

// Operators in a row make a tree that is as deep as they are many.
Result<> Parser::count_operator() {
    if (++operators_ > operators_max) {
        return fail(
            ErrorCode::Limit,
            fmt::format("the expression has more than {} operators; name parts of it with define",
                        operators_max),
            {{}, peek().place.line, peek().place.column});
    }
    return {};
}

void Parser::note_extent(Syntax& node, std::size_t first) const {
    node.begin = tokens_[first].offset;
    node.end = at_ > first ? tokens_[at_ - 1].end : node.begin;
}

Parsed Parser::binary(int level) {
    if (level < 0) {
        return prefixed();
    }
    const std::size_t first = at_;
    auto left = binary(level - 1);
    if (!left) {
        return left;
    }
    note_extent(**left, first);
    while (true) {
        auto more = suffix(*left, level);
        if (!more) {
            return pass_on(more);
        }
        note_extent(**left, first);
        if (!*more) {
            return left;
        }
        if (auto counted = count_operator(); !counted) {
            return pass_on(counted);
        }
    }
}

// Takes one operator of exactly this level and its right side; false where there is none.
Result<bool> Parser::suffix(SyntaxPtr& left, int level) {
    const auto replace = [&left](Parsed parsed) -> Result<bool> {
        if (!parsed) {
            return pass_on(parsed);
        }
        left = std::move(*parsed);
        return true;
    };
    if (level == level_is && (at_word("is") || at_word("as"))) {
        return replace(is_or_as(std::move(left)));
    }
    if (level == level_between && (at_word("between") || at_words({"properly", "between"}))) {
        const bool properly = take_word("properly");
        return replace(between(std::move(left), properly));
    }
    if (level == level_timing && at_timing()) {
        auto node = make(SyntaxKind::Timing, peek().place);
        node->timing = std::make_unique<TimingSyntax>();
        if (auto read = timing(*node->timing); !read) {
            return pass_on(read);
        }
        auto right = binary(level - 1);
        if (!right) {
            return pass_on(right);
        }
        node->children.push_back(std::move(left));
        node->children.push_back(std::move(*right));
        left = std::move(node);
        return true;
    }
    for (const Infix& infix : infixes) {
        if (infix.level != level || !(at_word(infix.text) || at_symbol(infix.text))) {
            continue;
        }
        auto node = make(SyntaxKind::Binary, take().place,
                         std::string(infix.text == "|" ? "union" : infix.text));
        if (level == level_membership && at_precision() && at_word("of", 1)) {
            node->precision = at_precision();
            at_ += 2;
        }
        auto right = binary(level - 1);
        if (!right) {
            return pass_on(right);
        }
        node->children.push_back(std::move(left));
        node->children.push_back(std::move(*right));
        left = std::move(node);
        return true;
    }
    return false;
}

Parsed Parser::is_or_as(SyntaxPtr left) {
    const Token word = take();
    auto node = make(SyntaxKind::IsType, word.place);
    node->children.push_back(std::move(left));
    if (word.text == "is") {
        const bool negated = take_word("not");
        for (const std::string_view constant : {"null", "true", "false"}) {
            if (take_word(constant)) {
                node->kind = SyntaxKind::IsTest;
                node->text = constant;
                node->negated = negated;
                return node;
            }
        }
        if (negated) {
            return unexpected("'null', 'true' or 'false' after 'is not'");
        }
    } else {
        node->kind = SyntaxKind::AsType;
    }
    auto type = type_specifier();
    if (!type) {
        return pass_on(type);
    }
    node->type = std::move(*type);
    return node;
}

Parsed Parser::between(SyntaxPtr left, bool properly) {
    auto node = make(SyntaxKind::Between, take().place);
    node->negated = properly;
    node->children.push_back(std::move(left));
    auto low = term();
    if (!low) {
        return low;
    }
    if (auto word = expect_word("and", "between the two ends of 'between'"); !word) {
        return pass_on(word);
    }
    auto high = term();
    if (!high) {
        return high;
    }
    node->children.push_back(std::move(*low));
    node->children.push_back(std::move(*high));
    return node;
}

// `days between A and B`, `difference in months between A and B`
Parsed Parser::elapsed(std::string_view kind) {
    auto node = make(SyntaxKind::Elapsed, peek().place, std::string(kind));
    node->precision = at_precision();
    if (!node->precision) {
        return unexpected("a unit such as days or months");
    }
    take();
    if (take_word("of")) {
        auto interval_of = unary_term();
        if (!interval_of) {
            return interval_of;
        }
        node->children.push_back(std::move(*interval_of));
        return node;
    }
    if (auto word = expect_word("between", "after the unit"); !word) {
        return pass_on(word);
    }
    auto low = term();
    if (!low) {
        return low;
    }
    if (auto word = expect_word("and", "between the two dates"); !word) {
        return pass_on(word);
    }
    auto high = term();
    if (!high) {
        return high;
    }
    node->children.push_back(std::move(*low));
    node->children.push_back(std::move(*high));
    return node;
}

Parsed Parser::prefixed() {
    const Place place = peek().place;
    for (const std::string_view word : {"not", "exists"}) {
        if (!at_word(word)) {
            continue;
        }
        take();
        if (auto entered = enter(); !entered) {
            return pass_on(entered);
        }
        const std::size_t first = at_;
        auto operand = prefixed();
        --depth_;
        if (operand && word == "not") {
            auto tighter = Result<bool>(true);
            while (tighter && *tighter) {
                tighter = suffix(*operand, level_is);
            }
            if (!tighter) {
                return pass_on(tighter);
            }
        }
        if (!operand) {
            return operand;
        }
        note_extent(**operand, first);
        auto node = make(SyntaxKind::Unary, place, std::string(word));
        node->children.push_back(std::move(*operand));
        return node;
    }
    if (at_words({"duration", "in"}) || at_words({"difference", "in"})) {
        const std::string kind = take().text;
        take();
        return elapsed(kind);
    }
    if (at_precision() && at_word("between", 1)) {
        return elapsed("duration");
    }
    return term();
}

}  // namespace parcours::cql
