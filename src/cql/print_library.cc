// Libraries in their canonical form.

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "cql/document.h"
#include "cql/parser.h"
#include "values/text.h"

namespace parcours::cql {
namespace {

using Kind = Declaration::Kind;

std::string in_quotes(std::string_view name) {
    return values::quote(name, '"');
}

std::string text_clause(std::string_view word, std::string_view text) {
    return text.empty() ? "" : fmt::format(" {} {}", word, values::quote(text, '\''));
}

std::string qualified(const QualifiedName& name) {
    return name.library.empty() ? in_quotes(name.name)
                                : in_quotes(name.library) + "." + in_quotes(name.name);
}

std::string listed(const std::vector<QualifiedName>& names) {
    std::string out;
    for (const QualifiedName& name : names) {
        out += (out.empty() ? "" : ", ") + qualified(name);
    }
    return "{ " + out + " }";
}

std::string function_text(const Declaration& line) {
    std::string operands;
    for (const Declaration::Operand& operand : line.operands) {
        operands += fmt::format("{}{} {}", operands.empty() ? "" : ", ", in_quotes(operand.name),
                                print(*operand.type));
    }
    return fmt::format("define {}{}function {}({}){}:{}", line.is_private ? "private " : "",
                       line.fluent ? "fluent " : "", in_quotes(line.name), operands,
                       line.type ? " returns " + print(*line.type) : "",
                       line.external ? " external" : "\n    " + print(*line.expression));
}

std::string declaration_text(const Declaration& line) {
    const std::string name = in_quotes(line.name);
    const std::string version = text_clause("version", line.version);
    const std::string display = text_clause("display", line.display);
    switch (line.kind) {
        case Kind::Using:
            return fmt::format("using {}{}", name, version);
        case Kind::Include:
            return fmt::format("include {}{} called {}", in_quotes(line.id), version, name);
        case Kind::CodeSystem:
            return fmt::format("codesystem {}: {}{}", name, values::quote(line.id, '\''), version);
        case Kind::ValueSet:
            return fmt::format("valueset {}: {}{}{}", name, values::quote(line.id, '\''), version,
                               line.codes.empty() ? "" : " codesystems " + listed(line.codes));
        case Kind::Code:
            return fmt::format("code {}: {} from {}{}", name, values::quote(line.id, '\''),
                               qualified(line.system), display);
        case Kind::Concept:
            return fmt::format("concept {}: {}{}", name, listed(line.codes), display);
        case Kind::Parameter:
            return fmt::format("parameter {}{}{}", name, line.type ? " " + print(*line.type) : "",
                               line.expression ? " default " + print(*line.expression) : "");
        case Kind::Context:
            return "context " + name;
        case Kind::Function:
            return function_text(line);
        case Kind::Define:
            break;
    }
    return fmt::format("define {}{}:\n    {}", line.is_private ? "private " : "", name,
                       print(*line.expression));
}

}  // namespace

std::string print(const Document& document) {
    if (document.expression) {
        return print(*document.expression);
    }
    std::string out;
    if (!document.name.empty()) {
        out = fmt::format("library {}{}\n", in_quotes(document.name),
                          text_clause("version", document.version));
    }
    for (const Declaration& line : document.declarations) {
        const bool own_access = line.kind == Kind::Define || line.kind == Kind::Function;
        out += (line.is_private && !own_access ? "private " : "") + declaration_text(line) + "\n";
    }
    return out;
}

}  // namespace parcours::cql
