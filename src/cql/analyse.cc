// Types, calls and the walk over expressions.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/tree.h"
#include "cql/type.h"

namespace parcours::cql {

using Kind = Type::Kind;

namespace {

/// Of a condition's words: more does not help who reads them.
constexpr std::size_t written_bytes_max = 1'000;

/// How many bytes a comment or white space takes at a place; 0 where neither begins.
std::size_t blank_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) {
        return std::min(rest.find('\n'), rest.size());
    }
    if (rest.starts_with("/*")) {
        const std::size_t end = rest.find("*/");
        return end == std::string_view::npos ? rest.size() : end + 2;
    }
    return std::string_view(" \t\r\n").find(rest.front()) == std::string_view::npos ? 0 : 1;
}

/// The text on one line, without comments.
std::string words_of(std::string_view text) {
    std::string out;
    char quote = '\0';
    for (std::size_t at = 0; at < text.size() && out.size() < written_bytes_max;) {
        const char c = text[at];
        const std::size_t blank = quote == '\0' ? blank_at(text, at) : 0;
        if (blank > 0) {
            out += out.empty() || out.back() == ' ' ? "" : " ";
            at += blank;
            continue;
        }
        if (quote != '\0' && c == '\\' && at + 1 < text.size()) {
            out += c;
            out += text[at + 1];
            at += 2;
            continue;
        }
        if (quote == '\0' && (c == '\'' || c == '"' || c == '`')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        }
        out += c;
        ++at;
    }
    return std::string(cut_utf8(out, written_bytes_max));
}

}  // namespace

Error Analyser::relocate(Error error, const CompileContext& context) {
    if (!error.where.file.empty()) {
        return error;  // of a library that is included
    }
    error.where.file = context.file;
    if (error.where.line == 1) {
        error.where.column += context.origin.column - 1;
    }
    error.where.line += error.where.line == 0 ? 0 : context.origin.line - 1;
    return error;
}

Result<std::vector<NodePtr>> Analyser::analyse_all(const std::vector<SyntaxPtr>& all) {
    std::vector<NodePtr> out;
    for (const SyntaxPtr& syntax : all) {
        auto node = analyse(*syntax);
        if (!node) {
            return pass_on(node);
        }
        out.push_back(std::move(*node));
    }
    return out;
}

Analysed Analyser::analyse(const Syntax& syntax) {
    if (depth_ >= tree_depth_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("the expression is deeper than {} levels through its definitions; "
                                "make it simpler",
                                tree_depth_max),
                    {{}, syntax.place.line, syntax.place.column});
    }
    ++depth_;
    auto node = analyse_node(syntax);
    --depth_;
    if (context_.keep_words && node && (*node)->type.is(Kind::Boolean) && syntax.end > 0) {
        const std::string_view text = library_->document.text;
        (*node)->written = words_of(text.substr(syntax.begin, syntax.end - syntax.begin));
    }
    return node;
}

Analysed Analyser::analyse_node(const Syntax& syntax) {
    switch (syntax.kind) {
        case SyntaxKind::Null:
            return literal({}, Kind::Any, syntax.place);
        case SyntaxKind::Boolean:
            return literal(syntax.text == "true", Kind::Boolean, syntax.place);
        case SyntaxKind::String:
            return literal(syntax.text, Kind::String, syntax.place);
        case SyntaxKind::Integer:
        case SyntaxKind::Long:
        case SyntaxKind::Decimal:
            return number(syntax, false);
        case SyntaxKind::Quantity:
            return quantity(syntax);
        case SyntaxKind::Ratio:
            return ratio(syntax);
        case SyntaxKind::Temporal:
            return temporal(syntax);
        case SyntaxKind::Identifier:
            return identifier(syntax);
        case SyntaxKind::Member:
            return member(syntax);
        case SyntaxKind::Index:
            return call("Indexer", analyse_all(syntax.children), syntax.place, {}, "[ ]");
        case SyntaxKind::Invoke:
            return invoke(syntax);
        case SyntaxKind::Retrieve:
            return retrieve(syntax);
        case SyntaxKind::Query:
            return query(syntax);
        case SyntaxKind::Unary:
            return unary(syntax);
        case SyntaxKind::Binary:
            return binary(syntax);
        default:
            return analyse_more(syntax);
    }
}

Analysed Analyser::analyse_more(const Syntax& syntax) {
    switch (syntax.kind) {
        case SyntaxKind::IsTest:
            return is_test(syntax);
        case SyntaxKind::IsType:
        case SyntaxKind::AsType:
        case SyntaxKind::Cast:
            return type_operator(syntax);
        case SyntaxKind::Convert:
            return convert(syntax);
        case SyntaxKind::Between:
            return between(syntax);
        case SyntaxKind::Elapsed:
            return elapsed(syntax);
        case SyntaxKind::Timing:
            return timing(syntax);
        case SyntaxKind::If:
            return conditional(syntax);
        case SyntaxKind::Case:
            return case_expression(syntax);
        case SyntaxKind::List:
            return list(syntax);
        case SyntaxKind::Interval:
            return interval(syntax);
        case SyntaxKind::Tuple:
            return tuple(syntax);
        case SyntaxKind::CodeSelector:
            return code_selector(syntax);
        case SyntaxKind::ConceptSelector:
            return concept_selector(syntax);
        case SyntaxKind::TypeExtent:
            return type_extent(syntax);
        case SyntaxKind::ExpandLike:
            return expand_like(syntax);
        default:
            return error(syntax.place, "this expression is not supported");
    }
}

Result<Type> Analyser::type_of(const TypeSyntax& syntax) {
    static constexpr auto simple =
        std::to_array<std::pair<std::string_view, Kind>>({{"Any", Kind::Any},
                                                          {"Boolean", Kind::Boolean},
                                                          {"Integer", Kind::Integer},
                                                          {"Long", Kind::Long},
                                                          {"Decimal", Kind::Decimal},
                                                          {"String", Kind::String},
                                                          {"Date", Kind::Date},
                                                          {"DateTime", Kind::DateTime},
                                                          {"Time", Kind::Time},
                                                          {"Quantity", Kind::Quantity},
                                                          {"Ratio", Kind::Ratio},
                                                          {"Code", Kind::Code},
                                                          {"Concept", Kind::Concept},
                                                          {"Interval", Kind::Interval},
                                                          {"List", Kind::List},
                                                          {"Choice", Kind::Choice},
                                                          {"Tuple", Kind::Tuple}});
    std::vector<Type> arguments;
    for (const TypeSyntax& argument : syntax.arguments) {
        auto type = type_of(argument);
        if (!type) {
            return type;
        }
        arguments.push_back(std::move(*type));
    }
    for (const auto& [name, kind] : simple) {
        if (name != syntax.name) {
            continue;
        }
        const bool wants_one = kind == Kind::Interval || kind == Kind::List;
        const bool wants_some = kind == Kind::Choice || kind == Kind::Tuple;
        if ((wants_one && arguments.size() != 1) || (wants_some && arguments.empty()) ||
            (!wants_one && !wants_some && !arguments.empty())) {
            return error(syntax.place, fmt::format("the type {} takes {} type argument(s)", name,
                                                   wants_one    ? "one"
                                                   : wants_some ? "some"
                                                                : "no"));
        }
        if (kind == Kind::Choice) {
            return Type::choice(std::move(arguments));
        }
        Type out(kind);
        out.arguments = std::move(arguments);
        out.names = syntax.names;
        return out;
    }
    if (const model::ModelType* type = model::find_type(syntax.name); type != nullptr) {
        return Type::of_resource(type->id);
    }
    if (syntax.name == "ValueSet" || syntax.name == "CodeSystem" || syntax.name == "Vocabulary") {
        return Type(syntax.name == "CodeSystem" ? Kind::CodeSystem : Kind::ValueSet);
    }
    Type element = model::cql_type(syntax.name);
    if (!element.is(Kind::Element) || model::find_element(syntax.name) != nullptr) {
        return element;
    }
    std::vector<std::string> names{std::string(model::nearest_type(syntax.name))};
    for (const auto& [name, kind] : simple) {
        names.emplace_back(name);
    }
    return error(syntax.place,
                 fmt::format("there is no type '{}'{}", syntax.name, suggest(syntax.name, names)));
}

}  // namespace parcours::cql
