// Literals with units, selectors of lists, intervals, tuples and codes, conditionals, types.

#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/lexer.h"
#include "cql/parser_state.h"
#include "cql/tree.h"
#include "values/temporal.h"

namespace parcours::cql {

// 5, 5L, 5.0, 5 days, 5 'mg', 1 'mg' : 2 'mL'
Parsed Parser::number() {
    const Token token = take();
    const SyntaxKind kind = token.kind == TokenKind::Integer ? SyntaxKind::Integer
                            : token.kind == TokenKind::Long  ? SyntaxKind::Long
                                                             : SyntaxKind::Decimal;
    auto node = make(kind, token.place, token.text);
    if (kind == SyntaxKind::Long) {
        return node;
    }
    if (peek().kind == TokenKind::String) {
        node->kind = SyntaxKind::Quantity;
        node->unit = take().text;
    } else if (const auto precision = at_precision(); precision && !at_word("between", 1)) {
        node->kind = SyntaxKind::Quantity;
        node->unit = precision_name(*precision);
        node->quoted = true;  // a calendar word, not UCUM
        take();
    }
    const bool ratio_follows = at_symbol(":") && (peek(1).kind == TokenKind::Integer ||
                                                  peek(1).kind == TokenKind::Decimal);
    return ratio_follows ? ratio(std::move(node)) : Parsed(std::move(node));
}

Parsed Parser::ratio(SyntaxPtr numerator) {
    auto node = make(SyntaxKind::Ratio, numerator->place);
    take();
    auto denominator = number();
    if (!denominator) {
        return denominator;
    }
    if ((*denominator)->kind == SyntaxKind::Ratio) {
        return unexpected("only one ':' in a ratio");
    }
    node->children.push_back(std::move(numerator));
    node->children.push_back(std::move(*denominator));
    return node;
}

Parsed Parser::cast() {
    auto node = make(SyntaxKind::Cast, take().place);
    auto operand = term();
    if (!operand) {
        return operand;
    }
    node->children.push_back(std::move(*operand));
    if (auto word = expect_word("as", "after what is cast"); !word) {
        return pass_on(word);
    }
    auto type = type_specifier();
    if (!type) {
        return pass_on(type);
    }
    node->type = std::move(*type);
    return node;
}

Result<> Parser::expression_into(Syntax& node) {
    auto child = expression();
    if (!child) {
        return pass_on(child);
    }
    node.children.push_back(std::move(*child));
    return {};
}

Parsed Parser::conditional() {
    auto node = make(SyntaxKind::If, take().place);
    auto read = expression_into(*node);
    if (read) {
        read = expect_word("then", "after the condition of 'if'");
    }
    if (read) {
        read = expression_into(*node);
    }
    if (read) {
        read = expect_word("else", "and another value after 'then'");
    }
    if (read) {
        read = expression_into(*node);
    }
    if (!read) {
        return pass_on(read);
    }
    return node;
}

Parsed Parser::case_expression() {
    auto node = make(SyntaxKind::Case, take().place);
    Result<> read;
    if (!at_word("when")) {
        node->has_comparand = true;
        read = expression_into(*node);
    }
    if (read && !at_word("when")) {
        return unexpected("'when' after 'case'");
    }
    while (read && take_word("when")) {
        read = expression_into(*node);
        if (read) {
            read = expect_word("then", "after the condition of 'when'");
        }
        if (read) {
            read = expression_into(*node);
        }
    }
    if (read) {
        read = expect_word("else", "or another 'when'");
    }
    if (read) {
        read = expression_into(*node);
    }
    if (read) {
        read = expect_word("end", "at the end of 'case'");
    }
    if (!read) {
        return pass_on(read);
    }
    return node;
}

// {…} or List<T>{…}; `{ name: value }` is a tuple.
Parsed Parser::list(std::unique_ptr<TypeSyntax> type, Place place) {
    const bool name_first =
        peek(1).kind == TokenKind::Word || peek(1).kind == TokenKind::Identifier;
    if (!type && at_symbol("{") && ((name_first && at_symbol(":", 2)) || at_symbol(":", 1))) {
        return tuple(nullptr, place);
    }
    auto node = make(SyntaxKind::List, place);
    node->type = std::move(type);
    if (auto open = expect_symbol("{", "before the elements of the list"); !open) {
        return pass_on(open);
    }
    if (take_symbol("}")) {
        return node;
    }
    do {
        if (auto element = expression_into(*node); !element) {
            return pass_on(element);
        }
    } while (take_symbol(","));
    if (auto close = expect_symbol("}", "or ',' after an element of the list"); !close) {
        return pass_on(close);
    }
    return node;
}

Parsed Parser::interval() {
    auto node = make(SyntaxKind::Interval, take().place);
    node->low_closed = take().text == "[";
    if (auto low = expression_into(*node); !low) {
        return pass_on(low);
    }
    if (auto comma = expect_symbol(",", "between the ends of the interval"); !comma) {
        return pass_on(comma);
    }
    if (auto high = expression_into(*node); !high) {
        return pass_on(high);
    }
    if (!at_symbol("]") && !at_symbol(")")) {
        return unexpected("']' (end included) or ')' (end excluded)");
    }
    node->high_closed = take().text == "]";
    return node;
}

Parsed Parser::tuple(std::unique_ptr<TypeSyntax> type, Place place) {
    auto node = make(SyntaxKind::Tuple, place);
    node->type = std::move(type);
    take();
    if (take_symbol(":")) {
        if (auto close = expect_symbol("}", "after ':' in an empty tuple"); !close) {
            return pass_on(close);
        }
        return node;
    }
    do {
        if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Identifier) {
            return unexpected("the name of an element");
        }
        node->names.push_back(take().text);
        auto read = expect_symbol(":", "after the element's name");
        if (read) {
            read = expression_into(*node);
        }
        if (!read) {
            return pass_on(read);
        }
    } while (take_symbol(","));
    if (auto close = expect_symbol("}", "or ',' after an element"); !close) {
        return pass_on(close);
    }
    return node;
}

// Code '44054006' from "SNOMED" display 'Diabetes'
Parsed Parser::code_selector() {
    auto node = make(SyntaxKind::CodeSelector, take().place);
    auto code = expect_string("a code");
    if (!code) {
        return pass_on(code);
    }
    node->text = *code;
    if (auto from = expect_word("from", "and a code system after the code"); !from) {
        return pass_on(from);
    }
    auto system = qualified_name("the name of a code system");
    if (!system) {
        return pass_on(system);
    }
    node->unit = std::move(system->name);
    node->comparator = std::move(system->library);
    if (take_word("display")) {
        auto display = expect_string("a display text");
        if (!display) {
            return pass_on(display);
        }
        node->names.push_back(*display);
    }
    return node;
}

Parsed Parser::concept_selector() {
    auto node = make(SyntaxKind::ConceptSelector, take().place);
    take();
    do {
        if (!at_word("Code")) {
            return unexpected("Code 'code' from \"code system\"");
        }
        auto code = code_selector();
        if (!code) {
            return code;
        }
        node->children.push_back(std::move(*code));
    } while (take_symbol(","));
    if (auto close = expect_symbol("}", "after the codes of the concept"); !close) {
        return pass_on(close);
    }
    if (take_word("display")) {
        auto display = expect_string("a display text");
        if (!display) {
            return pass_on(display);
        }
        node->names.push_back(*display);
    }
    return node;
}

namespace {

// After any other type `<` compares: `X.value as Quantity < 8 '%'`.
bool takes_arguments(std::string_view type) {
    return type == "List" || type == "Interval" || type == "Choice";
}

}  // namespace

Result<std::unique_ptr<TypeSyntax>> Parser::type_specifier() {
    if (auto entered = enter(); !entered) {
        return pass_on(entered);
    }
    auto type = std::make_unique<TypeSyntax>();
    type->place = peek().place;
    if (!at_name()) {
        return unexpected("the name of a type, such as Integer or Condition,");
    }
    type->name = take().text;
    if ((type->name == "System" || type->name == "FHIR") && take_symbol(".")) {
        type->name = take().text;
    }
    Result<> read;
    if (type->name == "Tuple" && at_symbol("{")) {
        read = tuple_type(*type);
    } else if (takes_arguments(type->name) && take_symbol("<")) {
        do {
            auto argument = type_specifier();
            if (!argument) {
                return argument;
            }
            type->arguments.push_back(std::move(**argument));
        } while (take_symbol(","));
        read = expect_symbol(">", "after the type's argument");
    }
    --depth_;
    if (!read) {
        return pass_on(read);
    }
    return type;
}

Result<> Parser::tuple_type(TypeSyntax& type) {
    take();
    do {
        if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Identifier) {
            return unexpected("the name of an element");
        }
        type.names.push_back(take().text);
        static_cast<void>(take_symbol(":"));
        auto element = type_specifier();
        if (!element) {
            return pass_on(element);
        }
        type.arguments.push_back(std::move(**element));
    } while (take_symbol(","));
    return expect_symbol("}", "after the elements of the tuple type");
}

}  // namespace parcours::cql
