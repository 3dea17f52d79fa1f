// Retrieves and queries.

#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/lexer.h"
#include "cql/parser_state.h"
#include "cql/tree.h"

namespace parcours::cql {

// [Type], [Type: terminology], [Type: path in terminology], [Type: path ~ code], [Who -> Type]
Parsed Parser::retrieve() {
    const Place place = take().place;
    SyntaxPtr context = retrieve_context();
    if (!at_name()) {
        return unexpected("the name of a type, such as Condition,");
    }
    auto node = make(SyntaxKind::Retrieve, place, take().text);
    if (node->text == "FHIR" && take_symbol(".")) {
        node->text = take().text;
    }
    if (context) {
        node->receiver = true;
        node->children.push_back(std::move(context));
    }
    if (take_symbol(":")) {
        auto filtered = retrieve_terminology(std::move(node));
        if (!filtered) {
            return filtered;
        }
        node = std::move(*filtered);
    }
    if (auto close = expect_symbol("]", "at the end of the retrieve"); !close) {
        return pass_on(close);
    }
    return node;
}

// A name, or one of an included library, before an arrow; null where there is none.
SyntaxPtr Parser::retrieve_context() {
    std::size_t last = 0;
    while (at_name(last) && at_symbol(".", last + 1)) {
        last += 2;
    }
    if (!at_name(last) || !at_symbol("->", last + 1)) {
        return nullptr;
    }
    const Token first = take();
    auto node = make(SyntaxKind::Identifier, first.place, first.text);
    node->quoted = first.kind == TokenKind::Identifier;
    while (take_symbol(".")) {
        const Token name = take();
        auto member = make(SyntaxKind::Member, name.place, name.text);
        member->children.push_back(std::move(node));
        node = std::move(member);
    }
    take_symbol("->");
    return node;
}

Parsed Parser::retrieve_terminology(SyntaxPtr node) {
    const bool path = peek().kind == TokenKind::Word || peek().kind == TokenKind::Identifier;
    if (path && (at_word("in", 1) || at_symbol("~", 1) || at_symbol("=", 1))) {
        node->unit = take().text;
        node->comparator = take().text;
    }
    auto terminology = expression();
    if (!terminology) {
        return terminology;
    }
    node->children.push_back(std::move(*terminology));
    return node;
}

// A retrieve, name or parenthesis that is followed by an alias.
Parsed Parser::query_from(SyntaxPtr first) {
    auto node = make(SyntaxKind::Query, first->place);
    node->query = std::make_unique<QuerySyntax>();
    const Token alias = take();
    node->query->sources.push_back({std::move(first), alias.text, alias.place});
    return query_clauses(std::move(node));
}

Parsed Parser::from_query() {
    auto node = make(SyntaxKind::Query, take().place);
    node->query = std::make_unique<QuerySyntax>();
    do {
        auto source = aliased_source();
        if (!source) {
            return pass_on(source);
        }
        node->query->sources.push_back(std::move(*source));
    } while (take_symbol(","));
    return query_clauses(std::move(node));
}

Parsed Parser::query_source() {
    if (at_symbol("[")) {
        return retrieve();
    }
    if (take_symbol("(")) {
        auto inner = expression();
        if (!inner) {
            return inner;
        }
        if (auto close = expect_symbol(")", "after the source of the query"); !close) {
            return pass_on(close);
        }
        return inner;
    }
    if (!at_name()) {
        return unexpected("a source such as [Condition], a name or a list in parentheses");
    }
    const Token name = take();
    auto node = make(SyntaxKind::Identifier, name.place, name.text);
    node->quoted = name.kind == TokenKind::Identifier;
    return member_chain(std::move(node), false);
}

Result<QuerySyntax::Source> Parser::aliased_source() {
    auto source = query_source();
    if (!source) {
        return pass_on(source);
    }
    const Place place = peek().place;
    auto alias = expect_name("a short name (alias) for the source of the query");
    if (!alias) {
        return pass_on(alias);
    }
    return QuerySyntax::Source{std::move(*source), std::move(*alias), place};
}

Parsed Parser::query_clauses(SyntaxPtr node) {
    QuerySyntax& query = *node->query;
    Result<> read;
    if (take_word("let")) {
        read = let_clause(query);
    }
    while (read && (at_word("with") || at_word("without"))) {
        read = relationship(query, take().text == "without");
    }
    if (read && take_word("where")) {
        auto condition = expression();
        if (!condition) {
            return condition;
        }
        query.where = std::move(*condition);
    }
    if (read && take_word("return")) {
        read = return_clause(query);
    } else if (read && take_word("aggregate")) {
        read = aggregate_clause(query);
    }
    if (read && take_word("sort")) {
        read = sort_clause(query);
    }
    if (!read) {
        return pass_on(read);
    }
    return node;
}

Result<> Parser::let_clause(QuerySyntax& query) {
    do {
        const Place place = peek().place;
        auto name = expect_name("a name after 'let'");
        if (!name) {
            return pass_on(name);
        }
        if (auto colon = expect_symbol(":", "after the name"); !colon) {
            return colon;
        }
        auto value = expression();
        if (!value) {
            return pass_on(value);
        }
        query.lets.push_back({std::move(*value), std::move(*name), place});
    } while (take_symbol(","));
    return {};
}

Result<> Parser::relationship(QuerySyntax& query, bool without) {
    auto source = aliased_source();
    if (!source) {
        return pass_on(source);
    }
    if (!take_words({"such", "that"})) {
        return unexpected("'such that'");
    }
    auto condition = expression();
    if (!condition) {
        return pass_on(condition);
    }
    query.relationships.push_back({without, std::move(*source), std::move(*condition)});
    return {};
}

Result<> Parser::return_clause(QuerySyntax& query) {
    if (take_word("all")) {
        query.return_kind = QuerySyntax::Return::All;
    } else if (take_word("distinct")) {
        query.return_kind = QuerySyntax::Return::Distinct;
    }
    auto value = expression();
    if (!value) {
        return pass_on(value);
    }
    query.returns = std::move(*value);
    return {};
}

Result<> Parser::aggregate_clause(QuerySyntax& query) {
    auto aggregate = std::make_unique<QuerySyntax::Aggregate>();
    if (!take_word("all")) {
        aggregate->distinct = take_word("distinct");
    }
    auto name = expect_name("a name for the running result");
    if (!name) {
        return pass_on(name);
    }
    aggregate->name = *name;
    if (take_word("starting")) {
        auto start = term();
        if (!start) {
            return pass_on(start);
        }
        aggregate->start = std::move(*start);
    }
    if (auto colon = expect_symbol(":", "before what is done for each element"); !colon) {
        return colon;
    }
    auto step = expression();
    if (!step) {
        return pass_on(step);
    }
    aggregate->expression = std::move(*step);
    query.aggregate = std::move(aggregate);
    return {};
}

Result<> Parser::sort_clause(QuerySyntax& query) {
    const auto direction = [this](bool& descending) {
        if (take_word("desc") || take_word("descending")) {
            descending = true;
            return true;
        }
        descending = false;
        return take_word("asc") || take_word("ascending");
    };
    QuerySyntax::SortItem item;
    if (direction(item.descending)) {
        query.sort.push_back(std::move(item));
        return {};
    }
    if (auto by = expect_word("by", "or a direction after 'sort'"); !by) {
        return by;
    }
    do {
        auto key = term();
        if (!key) {
            return pass_on(key);
        }
        item.expression = std::move(*key);
        direction(item.descending);
        query.sort.push_back(std::move(item));
        item = {};
    } while (take_symbol(","));
    return {};
}

}  // namespace parcours::cql
