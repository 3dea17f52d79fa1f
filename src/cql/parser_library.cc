// Documents: a single expression, or the lines of a library.

#include <array>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/lexer.h"
#include "cql/parser.h"
#include "cql/parser_state.h"

namespace parcours::cql {

Result<> Parser::declaration(Document& document) {
    static_cast<void>(take_word("public") || take_word("private"));
    if (at_word("library")) {
        return library_line(document);
    }
    if (at_word("include")) {
        return unexpected("a definition (including other libraries is not supported)");
    }
    Declaration out;
    out.place = peek().place;
    Result<> read;
    if (take_word("using")) {
        out.kind = Declaration::Kind::Using;
        auto name = expect_name("the name of a model, FHIR,");
        if (!name) {
            return pass_on(name);
        }
        out.name = *name;
        if (take_word("version")) {
            auto version = expect_string("a version");
            if (!version) {
                return pass_on(version);
            }
            out.id = *version;
        }
    } else if (take_word("codesystem") || take_word("valueset")) {
        out.kind = tokens_[at_ - 1].text == "valueset" ? Declaration::Kind::ValueSet
                                                       : Declaration::Kind::CodeSystem;
        read = named_url(out);
    } else if (take_word("code")) {
        out.kind = Declaration::Kind::Code;
        read = code_line(out);
    } else if (take_word("concept")) {
        out.kind = Declaration::Kind::Concept;
        read = concept_line(out);
    } else if (take_word("parameter")) {
        out.kind = Declaration::Kind::Parameter;
        read = parameter_line(out);
    } else if (take_word("context")) {
        out.kind = Declaration::Kind::Context;
        auto name = expect_name("the name of a context, Patient,");
        if (!name) {
            return pass_on(name);
        }
        out.name = *name;
    } else if (take_word("define")) {
        out.kind = Declaration::Kind::Define;
        read = define_line(out);
    } else {
        return unexpected("a declaration such as valueset, code, parameter or define");
    }
    if (read) {
        document.declarations.push_back(std::move(out));
    }
    return read;
}

Result<> Parser::library_line(Document& document) {
    take();
    auto name = expect_name("the name of the library");
    if (!name) {
        return pass_on(name);
    }
    document.name = *name;
    while (take_symbol(".")) {
        auto part = expect_name("a part of the library's name");
        if (!part) {
            return pass_on(part);
        }
        document.name += "." + *part;
    }
    if (take_word("version")) {
        auto version = expect_string("a version");
        if (!version) {
            return pass_on(version);
        }
        document.version = *version;
    }
    return {};
}

// valueset "name": 'url' [version '1']
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
    if (take_word("version")) {
        auto version = expect_string("a version");
        if (!version) {
            return pass_on(version);
        }
        out.display = *version;
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
    auto system = expect_name("the name of a code system");
    if (!system) {
        return pass_on(system);
    }
    out.system = *system;
    if (take_word("display")) {
        auto display = expect_string("a display text");
        if (!display) {
            return pass_on(display);
        }
        out.display = *display;
    }
    return {};
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
    if (auto open = expect_symbol("{", "before the codes"); !open) {
        return open;
    }
    do {
        auto code = expect_name("the name of a code");
        if (!code) {
            return pass_on(code);
        }
        out.codes.push_back(*code);
    } while (take_symbol(","));
    if (auto close = expect_symbol("}", "after the codes"); !close) {
        return close;
    }
    if (take_word("display")) {
        auto display = expect_string("a display text");
        if (!display) {
            return pass_on(display);
        }
        out.display = *display;
    }
    return {};
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

Result<> Parser::define_line(Declaration& out) {
    static_cast<void>(take_word("public") || take_word("private"));
    if (at_word("function") &&
        (peek(1).kind == TokenKind::Identifier || peek(1).kind == TokenKind::Word)) {
        return unexpected("a definition without parameters (define function is not supported)");
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

Result<Document> Parser::document() {
    Document out;
    static constexpr auto openers =
        std::to_array<std::string_view>({"library", "using", "include", "codesystem", "valueset",
                                         "code", "concept", "parameter", "context", "define"});
    const auto at_opener = [this] {
        for (const std::string_view word : openers) {
            if (at_word(word) &&
                (peek(1).kind == TokenKind::Identifier || peek(1).kind == TokenKind::Word)) {
                return true;
            }
        }
        return false;
    };
    if (!at_opener()) {
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
    while (peek().kind != TokenKind::End) {
        if (auto read = declaration(out); !read) {
            return pass_on(read);
        }
    }
    return out;
}

Result<Document> parse(std::string_view text) {
    if (text.size() > text_length_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("the expression has {} bytes, more than {}; split it with define",
                                text.size(), text_length_max));
    }
    auto tokens = tokenise(text);
    if (!tokens) {
        return pass_on(tokens);
    }
    return Parser(std::move(*tokens)).document();
}

}  // namespace parcours::cql
