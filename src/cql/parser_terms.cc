// Terms: arithmetic, prefixes, members, calls and parentheses.

#include <array>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/lexer.h"
#include "cql/parser_state.h"
#include "cql/tree.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

SyntaxPtr join(SyntaxPtr node, SyntaxPtr left, SyntaxPtr right) {
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return node;
}

}  // namespace

Parsed Parser::additive() {
    auto left = multiplicative();
    while (left && (at_symbol("+") || at_symbol("-") || at_symbol("&"))) {
        const Token operation = take();
        if (auto counted = count_operator(); !counted) {
            return pass_on(counted);
        }
        auto right = multiplicative();
        if (!right) {
            return right;
        }
        left = join(make(SyntaxKind::Binary, operation.place, operation.text), std::move(*left),
                    std::move(*right));
    }
    return left;
}

Parsed Parser::multiplicative() {
    auto left = power();
    while (left && (at_symbol("*") || at_symbol("/") || at_word("div") || at_word("mod"))) {
        const Token operation = take();
        if (auto counted = count_operator(); !counted) {
            return pass_on(counted);
        }
        auto right = power();
        if (!right) {
            return right;
        }
        left = join(make(SyntaxKind::Binary, operation.place, operation.text), std::move(*left),
                    std::move(*right));
    }
    return left;
}

Parsed Parser::power() {
    auto left = unary_term();
    while (left && at_symbol("^")) {
        const Token operation = take();
        if (auto counted = count_operator(); !counted) {
            return pass_on(counted);
        }
        auto right = unary_term();
        if (!right) {
            return right;
        }
        left = join(make(SyntaxKind::Binary, operation.place, operation.text), std::move(*left),
                    std::move(*right));
    }
    return left;
}

Parsed Parser::unary_term() {
    const Place place = peek().place;
    static constexpr auto phrases =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"start", "of"},
                                                                      {"end", "of"},
                                                                      {"width", "of"},
                                                                      {"successor", "of"},
                                                                      {"predecessor", "of"},
                                                                      {"singleton", "from"},
                                                                      {"point", "from"},
                                                                      {"date", "from"},
                                                                      {"time", "from"},
                                                                      {"timezoneoffset", "from"},
                                                                      {"timezone", "from"},
                                                                      {"year", "from"},
                                                                      {"month", "from"},
                                                                      {"day", "from"},
                                                                      {"hour", "from"},
                                                                      {"minute", "from"},
                                                                      {"second", "from"},
                                                                      {"millisecond", "from"}});
    std::string operation;
    if (at_symbol("-") || at_symbol("+")) {
        operation = take().text;
    } else {
        for (const auto& [first, second] : phrases) {
            if (take_words({first, second})) {
                operation =
                    fmt::format("{} {}", first == "timezone" ? "timezoneoffset" : first, second);
                break;
            }
        }
    }
    if (!operation.empty()) {
        if (auto entered = enter(); !entered) {
            return pass_on(entered);
        }
        auto operand = unary_term();
        --depth_;
        if (!operand) {
            return operand;
        }
        auto node = make(SyntaxKind::Unary, place, std::move(operation));
        node->children.push_back(std::move(*operand));
        return node;
    }
    if (at_word("convert")) {
        return convert();
    }
    if (at_word("distinct") || at_word("flatten")) {
        auto node = make(SyntaxKind::Unary, place, take().text);
        auto operand = expression();
        if (!operand) {
            return operand;
        }
        node->children.push_back(std::move(*operand));
        return node;
    }
    if (at_word("expand") || at_word("collapse")) {
        return expand_like();
    }
    return postfix();
}

// convert X to Type, convert X to 'unit'
Parsed Parser::convert() {
    auto node = make(SyntaxKind::Convert, take().place);
    auto operand = expression();
    if (!operand) {
        return operand;
    }
    node->children.push_back(std::move(*operand));
    if (auto word = expect_word("to", "after what is converted"); !word) {
        return pass_on(word);
    }
    if (peek().kind == TokenKind::String) {
        node->unit = take().text;
        return node;
    }
    if (const auto unit = at_precision(); unit) {
        node->unit = precision_name(*unit);
        take();
        return node;
    }
    auto type = type_specifier();
    if (!type) {
        return pass_on(type);
    }
    node->type = std::move(*type);
    return node;
}

Parsed Parser::expand_like() {
    const Token word = take();
    auto node = make(SyntaxKind::ExpandLike, word.place, word.text);
    auto operand = expression();
    if (!operand) {
        return operand;
    }
    node->children.push_back(std::move(*operand));
    if (take_word("per")) {
        if (const auto unit = at_precision(); unit) {
            node->precision = unit;
            take();
            return node;
        }
        auto per = expression();
        if (!per) {
            return per;
        }
        node->children.push_back(std::move(*per));
    }
    return node;
}

Parsed Parser::postfix() {
    const bool parenthesis = at_symbol("(");
    const bool opens_source = at_symbol("[") || at_name();
    auto base = primary();
    if (!base) {
        return base;
    }
    const bool may_be_source = parenthesis || (opens_source && (*base)->kind != SyntaxKind::Invoke);
    return member_chain(std::move(*base), may_be_source);
}

// Members, calls and indexes after a base; a name that follows makes it the source of a query.
Parsed Parser::member_chain(SyntaxPtr base, bool may_be_source) {
    while (at_symbol(".") || at_symbol("[")) {
        if (auto counted = count_operator(); !counted) {
            return pass_on(counted);
        }
        const Place place = take().place;
        if (tokens_[at_ - 1].text == "[") {
            auto index = expression();
            if (!index) {
                return index;
            }
            if (auto close = expect_symbol("]", "after the index"); !close) {
                return pass_on(close);
            }
            base = join(make(SyntaxKind::Index, place), std::move(base), std::move(*index));
            may_be_source = false;
            continue;
        }
        if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Identifier) {
            return unexpected("the name of a property or function after the point");
        }
        const Token name = take();
        if (at_symbol("(")) {
            auto call = invoke(name.text, name.place, std::move(base));
            if (!call) {
                return call;
            }
            base = std::move(*call);
            may_be_source = false;
            continue;
        }
        const bool model = base->kind == SyntaxKind::Identifier &&
                           (base->text == "FHIR" || base->text == "System");
        if (model && at_instance()) {
            auto type = std::make_unique<TypeSyntax>();
            type->name = name.text;
            type->place = name.place;
            auto instance = tuple(std::move(type), name.place);
            if (!instance) {
                return instance;
            }
            base = std::move(*instance);
            may_be_source = false;
            continue;
        }
        auto node = make(SyntaxKind::Member, name.place, name.text);
        node->children.push_back(std::move(base));
        base = std::move(node);
    }
    if (may_be_source && at_name()) {
        return query_from(std::move(base));
    }
    return base;
}

Parsed Parser::invoke(std::string name, Place place, SyntaxPtr receiver) {
    auto node = make(SyntaxKind::Invoke, place, std::move(name));
    if (receiver) {
        node->receiver = true;
        node->children.push_back(std::move(receiver));
    }
    take();
    if (take_symbol(")")) {
        return node;
    }
    do {
        auto argument = expression();
        if (!argument) {
            return argument;
        }
        node->children.push_back(std::move(*argument));
    } while (take_symbol(","));
    if (auto close = expect_symbol(")", "or ',' after an argument"); !close) {
        return pass_on(close);
    }
    return node;
}

Parsed Parser::primary() {
    const Token& token = peek();
    switch (token.kind) {
        case TokenKind::Integer:
        case TokenKind::Long:
        case TokenKind::Decimal:
            return number();
        case TokenKind::String: {
            const Token text = take();
            return make(SyntaxKind::String, text.place, text.text);
        }
        case TokenKind::Temporal: {
            const Token text = take();
            return make(SyntaxKind::Temporal, text.place, text.text);
        }
        case TokenKind::Identifier: {
            const Token name = take();
            if (at_symbol("(")) {
                return invoke(name.text, name.place, nullptr);
            }
            auto node = make(SyntaxKind::Identifier, name.place, name.text);
            node->quoted = true;
            return node;
        }
        case TokenKind::Word:
            return word_primary();
        case TokenKind::Symbol:
            break;
        case TokenKind::End:
            return unexpected("an expression");
    }
    if (at_symbol("[")) {
        return retrieve();
    }
    if (at_symbol("{")) {
        return list(nullptr, token.place);
    }
    if (take_symbol("(")) {
        auto inner = expression();
        if (!inner) {
            return inner;
        }
        if (auto close = expect_symbol(")", "to close the parenthesis"); !close) {
            return pass_on(close);
        }
        return inner;
    }
    return unexpected("an expression");
}

Parsed Parser::word_primary() {
    const Token word = peek();
    const std::string_view text = word.text;
    if (text == "null" || text == "true" || text == "false") {
        take();
        return make(text == "null" ? SyntaxKind::Null : SyntaxKind::Boolean, word.place, word.text);
    }
    if (text == "if") {
        return conditional();
    }
    if (text == "case") {
        return case_expression();
    }
    if (text == "from") {
        return from_query();
    }
    if (text == "cast") {
        return cast();
    }
    if (text == "minimum" || text == "maximum") {
        auto node = make(SyntaxKind::TypeExtent, take().place, word.text);
        auto type = type_specifier();
        if (!type) {
            return pass_on(type);
        }
        node->type = std::move(*type);
        return node;
    }
    if (text == "Interval" && (at_symbol("[", 1) || at_symbol("(", 1))) {
        return interval();
    }
    if (text == "Tuple" && at_symbol("{", 1)) {
        take();
        return tuple(nullptr, word.place);
    }
    if (text == "Code" && peek(1).kind == TokenKind::String) {
        return code_selector();
    }
    if (text == "Concept" && at_symbol("{", 1) && at_word("Code", 2)) {
        return concept_selector();
    }
    return name_primary();
}

// `{ name: …` or `{ : }` after the name of a type.
bool Parser::at_instance() const {
    const bool name = peek(1).kind == TokenKind::Word || peek(1).kind == TokenKind::Identifier;
    return at_symbol("{") && ((name && at_symbol(":", 2)) || at_symbol(":", 1));
}

// A name, a call, `List<Integer>{…}` or an instance such as `Quantity { value: 1 }`.
Parsed Parser::name_primary() {
    const Token word = peek();
    if (word.text == "List" && (at_symbol("<", 1) || at_symbol("{", 1))) {
        auto type = type_specifier();
        if (!type) {
            return pass_on(type);
        }
        return list(std::move(*type), word.place);
    }
    if (is_reserved(word.text)) {
        return unexpected("an expression");
    }
    take();
    if (at_symbol("(")) {
        return invoke(word.text, word.place, nullptr);
    }
    if (at_instance()) {
        auto type = std::make_unique<TypeSyntax>();
        type->name = word.text;
        type->place = word.place;
        return tuple(std::move(type), word.place);
    }
    return make(SyntaxKind::Identifier, word.place, word.text);
}

}  // namespace parcours::cql
