// Documents: a single expression, or the lines of a library.

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/document.h"
#include "cql/lexer.h"
#include "cql/parser.h"
#include "cql/parser_state.h"

namespace parcours::cql {

namespace {

using Kind = Declaration::Kind;

constexpr auto openers =
    std::to_array<std::pair<std::string_view, Kind>>({{"using", Kind::Using},
                                                      {"include", Kind::Include},
                                                      {"codesystem", Kind::CodeSystem},
                                                      {"valueset", Kind::ValueSet},
                                                      {"code", Kind::Code},
                                                      {"concept", Kind::Concept},
                                                      {"parameter", Kind::Parameter},
                                                      {"context", Kind::Context},
                                                      {"define", Kind::Define}});

}  // namespace

Result<> Parser::declaration(Document& document) {
    Declaration out;
    out.is_private = take_word("private");
    if (!out.is_private) {
        static_cast<void>(take_word("public"));
    }
    if (at_word("library")) {
        return library_line(document);
    }
    out.place = peek().place;
    for (const auto& [word, kind] : openers) {
        if (take_word(word)) {
            out.kind = kind;
            if (auto read = declaration_line(out); !read) {
                return read;
            }
            document.declarations.push_back(std::move(out));
            return {};
        }
    }
    return unexpected("a declaration such as include, valueset, code, parameter or define");
}

Result<> Parser::declaration_line(Declaration& out) {
    switch (out.kind) {
        case Kind::Using:
            return using_line(out);
        case Kind::Include:
            return include_line(out);
        case Kind::CodeSystem:
        case Kind::ValueSet:
            return named_url(out);
        case Kind::Code:
            return code_line(out);
        case Kind::Concept:
            return concept_line(out);
        case Kind::Parameter:
            return parameter_line(out);
        case Kind::Context:
            return context_line(out);
        default:
            return define_line(out);
    }
}

// a.b."c d"
Result<> Parser::dotted_name(std::string& out, std::string_view what) {
    auto name = expect_name(what);
    if (!name) {
        return pass_on(name);
    }
    out = *name;
    while (take_symbol(".")) {
        auto part = expect_name("a part of the name");
        if (!part) {
            return pass_on(part);
        }
        out += "." + *part;
    }
    return {};
}

Result<> Parser::optional_version(std::string& out) {
    if (take_word("version")) {
        auto version = expect_string("a version");
        if (!version) {
            return pass_on(version);
        }
        out = *version;
    }
    return {};
}

Result<> Parser::optional_display(std::string& out) {
    if (take_word("display")) {
        auto display = expect_string("a display text");
        if (!display) {
            return pass_on(display);
        }
        out = *display;
    }
    return {};
}

Result<QualifiedName> Parser::qualified_name(std::string_view what) {
    auto name = expect_name(what);
    if (!name) {
        return pass_on(name);
    }
    if (!take_symbol(".")) {
        return QualifiedName{"", std::move(*name)};
    }
    auto inner = expect_name(what);
    if (!inner) {
        return pass_on(inner);
    }
    return QualifiedName{std::move(*name), std::move(*inner)};
}

// { a, B."c" }
Result<> Parser::qualified_names(std::vector<QualifiedName>& out, std::string_view what) {
    if (auto open = expect_symbol("{", "before the names"); !open) {
        return open;
    }
    do {
        auto name = qualified_name(what);
        if (!name) {
            return pass_on(name);
        }
        out.push_back(std::move(*name));
    } while (take_symbol(","));
    return expect_symbol("}", "or ',' after a name");
}

Result<> Parser::library_line(Document& document) {
    take();
    if (auto name = dotted_name(document.name, "the name of the library"); !name) {
        return name;
    }
    return optional_version(document.version);
}

Result<> Parser::using_line(Declaration& out) {
    if (auto name = dotted_name(out.name, "the name of a model, FHIR,"); !name) {
        return name;
    }
    return optional_version(out.version);
}

// include Common.Cohorts version '1.0' called Cohorts
Result<> Parser::include_line(Declaration& out) {
    if (auto name = dotted_name(out.id, "the name of a library"); !name) {
        return name;
    }
    out.name = out.id.substr(out.id.rfind('.') + 1);
    if (auto version = optional_version(out.version); !version) {
        return version;
    }
    if (take_word("called")) {
        auto name = expect_name("what the library is called here");
        if (!name) {
            return pass_on(name);
        }
        out.name = *name;
    }
    return {};
}

// valueset "name": 'url' [version '1'] [codesystems { "a", "b" }]
Result<> Parser::named_url(Declaration& out) {
    auto name = expect_name("a name");
    if (!name) {
        return pass_on(name);
    }
    out.name = *name;
    if (auto colon = expect_symbol(":", "after the name"); !colon) {
        return colon;
    }
    auto url = expect_string("a URL");
    if (!url) {
        return pass_on(url);
    }
    out.id = *url;
    if (auto version = optional_version(out.version); !version) {
        return version;
    }
    if (out.kind == Kind::ValueSet && take_word("codesystems")) {
        return qualified_names(out.codes, "the name of a code system");
    }
    return {};
}

// code "name": 'code' from "system" [display 'text']
Result<> Parser::code_line(Declaration& out) {
    auto name = expect_name("the name of the code");
    if (!name) {
        return pass_on(name);
    }
    out.name = *name;
    if (auto colon = expect_symbol(":", "after the name"); !colon) {
        return colon;
    }
    auto code = expect_string("a code");
    if (!code) {
        return pass_on(code);
    }
    out.id = *code;
    if (auto from = expect_word("from", "and a code system after the code"); !from) {
        return from;
    }
    auto system = qualified_name("the name of a code system");
    if (!system) {
        return pass_on(system);
    }
    out.system = std::move(*system);
    return optional_display(out.display);
}

// concept "name": { "code", … } [display 'text']
Result<> Parser::concept_line(Declaration& out) {
    auto name = expect_name("the name of the concept");
    if (!name) {
        return pass_on(name);
    }
    out.name = *name;
    if (auto open = expect_symbol(":", "after the name"); !open) {
        return open;
    }
    if (auto codes = qualified_names(out.codes, "the name of a code"); !codes) {
        return codes;
    }
    return optional_display(out.display);
}

// parameter "name" [type] [default expression]
Result<> Parser::parameter_line(Declaration& out) {
    auto name = expect_name("the name of the parameter");
    if (!name) {
        return pass_on(name);
    }
    out.name = *name;
    if (at_name()) {
        auto type = type_specifier();
        if (!type) {
            return pass_on(type);
        }
        out.type = std::move(*type);
    }
    if (take_word("default")) {
        auto value = expression();
        if (!value) {
            return pass_on(value);
        }
        out.expression = std::move(*value);
    }
    if (!out.type && !out.expression) {
        return unexpected("a type or a default for the parameter");
    }
    return {};
}

// context Patient, context FHIR.Patient
Result<> Parser::context_line(Declaration& out) {
    auto name = qualified_name("the name of a context, Patient or Unfiltered,");
    if (!name) {
        return pass_on(name);
    }
    out.name = std::move(name->name);
    return {};
}

Result<> Parser::define_line(Declaration& out) {
    if (take_word("private")) {
        out.is_private = true;
    } else {
        static_cast<void>(take_word("public"));
    }
    const bool named_function = at_word("function") && at_symbol(":", 1);
    if (at_words({"fluent", "function"}) || (at_word("function") && !named_function)) {
        out.fluent = take_word("fluent");
        take();
        return function_line(out);
    }
    auto name = expect_name("the name of the definition");
    if (!name) {
        return pass_on(name);
    }
    out.name = *name;
    if (auto colon = expect_symbol(":", "after the name"); !colon) {
        return colon;
    }
    auto value = expression();
    if (!value) {
        return pass_on(value);
    }
    out.expression = std::move(*value);
    return {};
}

// name(a Integer, b List<Code>) [returns Boolean]: body | external
Result<> Parser::function_line(Declaration& out) {
    out.kind = Kind::Function;
    if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Identifier) {
        return unexpected("the name of the function");
    }
    out.name = take().text;
    if (auto read = operands(out); !read) {
        return read;
    }
    if (take_word("returns")) {
        auto type = type_specifier();
        if (!type) {
            return pass_on(type);
        }
        out.type = std::move(*type);
    }
    if (auto colon = expect_symbol(":", "before what the function gives"); !colon) {
        return colon;
    }
    if (take_word("external")) {
        out.external = true;
        return {};
    }
    auto value = expression();
    if (!value) {
        return pass_on(value);
    }
    out.expression = std::move(*value);
    return {};
}

Result<> Parser::operands(Declaration& out) {
    if (auto open = expect_symbol("(", "after the function's name"); !open) {
        return open;
    }
    if (take_symbol(")")) {
        return {};
    }
    do {
        if (peek().kind != TokenKind::Word && peek().kind != TokenKind::Identifier) {
            return unexpected("the name of an operand");
        }
        std::string name = take().text;
        auto type = type_specifier();
        if (!type) {
            return pass_on(type);
        }
        out.operands.push_back({std::move(name), std::move(*type)});
    } while (take_symbol(","));
    return expect_symbol(")", "or ',' after an operand");
}

bool Parser::at_declaration() const {
    const bool access = at_word("public") || at_word("private");
    const std::size_t ahead = access ? 1 : 0;
    const TokenKind next = peek(ahead + 1).kind;
    if (next != TokenKind::Identifier && next != TokenKind::Word) {
        return false;
    }
    return at_word("library", ahead) || std::ranges::any_of(openers, [&](const auto& opener) {
               return at_word(opener.first, ahead);
           });
}

Result<Document> Parser::document() {
    Document out;
    if (at_declaration()) {
        while (peek().kind != TokenKind::End) {
            if (auto read = declaration(out); !read) {
                return pass_on(read);
            }
        }
        return out;
    }
    if (peek().kind == TokenKind::End) {
        return unexpected("an expression");
    }
    auto parsed = expression();
    if (!parsed) {
        return pass_on(parsed);
    }
    if (peek().kind != TokenKind::End) {
        return unexpected("an operator or the end of the text");
    }
    out.expression = std::move(*parsed);
    return out;
}

Result<Document> parse(std::string_view text) {
    if (text.size() > text_length_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("the expression has {} bytes, more than {}; split it with define",
                                text.size(), text_length_max),
                    {{}, 1, 1});
    }
    auto tokens = tokenise(text);
    if (!tokens) {
        return pass_on(tokens);
    }
    auto document = Parser(std::move(*tokens)).document();
    if (document) {
        document->text = text;
    }
    return document;
}

}  // namespace parcours::cql
