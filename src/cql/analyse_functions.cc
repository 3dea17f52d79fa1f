// Calls: functions that libraries define, those of the language, and methods.

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
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/functions/function.h"
#include "cql/scope.h"
#include "cql/tree.h"
#include "cql/type.h"

namespace parcours::cql {

using Kind = Type::Kind;

Result<> Analyser::type_operands(LibraryScope& scope, DefinedFunction& function) {
    if (function.typed) {
        return {};
    }
    for (const Declaration::Operand& operand : function.line->operands) {
        auto type = type_of(*operand.type);
        if (!type) {
            return std::unexpected(Libraries::within(type.error(), scope));
        }
        function.parameters.push_back(std::move(*type));
    }
    function.typed = true;
    return {};
}

// Analyses a function once; a body that comes back to itself never ends, and is refused.
Result<std::uint32_t> Analyser::define(LibraryScope& scope, DefinedFunction& function) {
    if (function.index) {
        return *function.index;
    }
    const Declaration& line = *function.line;
    const auto refuse = [&](std::string message) -> Result<std::uint32_t> {
        return std::unexpected(
            Libraries::within(error(line.place, std::move(message)).error(), scope));
    };
    if (line.external) {
        return refuse(
            fmt::format("the function \"{}\" is external; external functions are not "
                        "supported: write its body",
                        line.name));
    }
    if (function.being_analysed) {
        return refuse(fmt::format("the function \"{}\" calls itself; recursion is not part of CQL",
                                  line.name));
    }
    if (auto typed = type_operands(scope, function); !typed) {
        return pass_on(typed);
    }
    function.being_analysed = true;
    FunctionBody body;
    body.name = line.name;
    std::vector<Variable> names;
    for (std::size_t i = 0; i < line.operands.size(); ++i) {
        body.slots.push_back(new_slot());
        names.push_back({line.operands[i].name, body.slots.back(), function.parameters[i]});
    }
    auto root = in_definition(scope, false, std::move(names), *line.expression);
    if (!root) {
        return pass_on(root);
    }
    if (line.type) {
        auto type = type_of(*line.type);
        if (!type) {
            return std::unexpected(Libraries::within(type.error(), scope));
        }
        if (!fit((*root)->type, *type)) {
            return refuse(fmt::format("the function \"{}\" gives {} where it says {}", line.name,
                                      (*root)->type.to_text(), type->to_text()));
        }
        root = converted(std::move(*root), *type);
        if (!root) {
            return pass_on(root);
        }
    }
    body.root = std::move(*root);
    function.being_analysed = false;
    function.index = static_cast<std::uint32_t>(out_.functions.size());
    out_.functions.push_back(std::move(body));
    return *function.index;
}

// The overload that needs the least conversion (CQL 1.5 §Conversion precedence); two that need the
// same are an error.
Result<std::optional<FunctionCandidate>> Analyser::find_function_of(
    LibraryScope& scope, const std::string& name, const std::vector<NodePtr>& arguments,
    bool fluent) {
    const auto overloads = scope.functions.find(name);
    if (overloads == scope.functions.end()) {
        return std::optional<FunctionCandidate>();
    }
    std::optional<FunctionCandidate> best;
    int best_cost = 0;
    for (DefinedFunction& function : overloads->second) {
        const bool hidden = function.line->is_private && &scope != library_;
        if ((fluent && !function.line->fluent) || hidden ||
            function.line->operands.size() != arguments.size()) {
            continue;
        }
        if (auto typed = type_operands(scope, function); !typed) {
            return pass_on(typed);
        }
        int cost = 0;
        bool fits = true;
        for (std::size_t i = 0; i < arguments.size() && fits; ++i) {
            const auto one = fit(arguments[i]->type, function.parameters[i]);
            fits = one.has_value();
            cost += one.value_or(0);
        }
        if (fits && (!best || cost < best_cost)) {
            best = FunctionCandidate{&scope, &function};
            best_cost = cost;
        }
    }
    return best;
}

Analysed Analyser::invoke_defined(const FunctionCandidate& candidate,
                                  std::vector<NodePtr> arguments, Place place) {
    auto index = define(*candidate.scope, *candidate.function);
    if (!index) {
        return pass_on(index);
    }
    const FunctionBody& body = out_.functions[*index];
    auto node = make(NodeKind::Invoke, place, body.root->type);
    if (!node) {
        return node;
    }
    (*node)->index = *index;
    (*node)->name = body.name;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto argument = converted(std::move(arguments[i]), candidate.function->parameters[i]);
        if (!argument) {
            return argument;
        }
        (*node)->children.push_back(std::move(*argument));
    }
    return node;
}

namespace {

std::string types_text(const std::vector<NodePtr>& arguments) {
    std::string out;
    for (const NodePtr& argument : arguments) {
        out += (out.empty() ? "" : ", ") + argument->type.to_text();
    }
    return out;
}

}  // namespace

// A function of one's own library; a fluent one of any that is included. Takes the arguments only
// where there is one.
Result<std::optional<NodePtr>> Analyser::invoke_user(const Syntax& syntax,
                                                     std::vector<NodePtr>& arguments) {
    std::vector<LibraryScope*> scopes{library_};
    if (syntax.receiver) {
        for (const auto& [name, scope] : library_->includes) {
            scopes.push_back(scope);
        }
    }
    bool named = false;
    for (LibraryScope* scope : scopes) {
        auto found = find_function_of(*scope, syntax.text, arguments, syntax.receiver);
        if (!found) {
            return pass_on(found);
        }
        if (*found) {
            auto node = invoke_defined(**found, std::move(arguments), syntax.place);
            if (!node) {
                return pass_on(node);
            }
            return std::optional<NodePtr>(std::move(*node));
        }
        named = named || scope->functions.contains(syntax.text);
    }
    if (named && find_function(syntax.text) == nullptr) {
        return error(syntax.place,
                     fmt::format("no function \"{}\"{} takes ({})", syntax.text,
                                 syntax.receiver ? " that is fluent" : "", types_text(arguments)));
    }
    return std::optional<NodePtr>();
}

// `Common.IsAdult(x)`
Analysed Analyser::invoke_included(LibraryScope& scope, const Syntax& syntax) {
    std::vector<NodePtr> arguments;
    for (std::size_t i = 1; i < syntax.children.size(); ++i) {
        auto argument = analyse(*syntax.children[i]);
        if (!argument) {
            return argument;
        }
        arguments.push_back(std::move(*argument));
    }
    auto found = find_function_of(scope, syntax.text, arguments, false);
    if (!found) {
        return pass_on(found);
    }
    if (!*found) {
        return error(syntax.place,
                     fmt::format("the library '{}' has no function \"{}\" that takes ({}){}",
                                 scope.name, syntax.text, types_text(arguments),
                                 suggest(syntax.text, Libraries::public_names(scope))));
    }
    return invoke_defined(**found, std::move(arguments), syntax.place);
}

namespace {

// `X.where($this > 1)`: a method of FHIRPath whose argument is read for each element.
bool is_iteration(const Syntax& syntax) {
    static constexpr auto names =
        std::to_array<std::string_view>({"where", "select", "all", "exists"});
    return syntax.receiver && syntax.children.size() == 2 &&
           std::ranges::find(names, std::string_view(syntax.text)) != names.end();
}

}  // namespace

// The functions whose operand is a value set or a code system; null for others.
Analysed Analyser::invoke_terminology(std::string_view name, std::vector<NodePtr>& in,
                                      Place place) {
    const auto takes = [&](std::string_view one, std::string_view other, std::size_t count,
                           Kind kind) {
        return (name == one || name == other) && in.size() == count && in.back()->type.is(kind);
    };
    if (takes("ExpandValueSet", "expandValueSet", 1, Kind::ValueSet)) {
        return expand_value_set(*in.front(), place);
    }
    if (takes("InValueSet", "AnyInValueSet", 2, Kind::ValueSet)) {
        const NodePtr set = std::move(in[1]);
        return in_value_set(std::move(in.front()), *set, place);
    }
    if (takes("InCodeSystem", "AnyInCodeSystem", 2, Kind::CodeSystem)) {
        const NodePtr system = std::move(in[1]);
        return in_code_system(std::move(in.front()), *system, place);
    }
    return NodePtr();
}

// Its codes are known when it is compiled.
Analysed Analyser::expand_value_set(const Node& set, Place place) {
    auto codes = context_.terminology->expand(set.value_set);
    if (!codes) {
        return error(place, codes.error().message);
    }
    ListValue list;
    for (Code& code : *codes) {
        list.elements.emplace_back(std::move(code));
    }
    return literal(std::move(list), Type::list(Kind::Code), place);
}

Analysed Analyser::invoke(const Syntax& syntax) {
    if (syntax.receiver) {
        if (LibraryScope* scope = included(*syntax.children[0]); scope != nullptr) {
            return invoke_included(*scope, syntax);
        }
        if (is_iteration(syntax)) {
            return iteration(syntax);
        }
    }
    auto arguments = analyse_all(syntax.children);
    if (!arguments) {
        return pass_on(arguments);
    }
    auto user = invoke_user(syntax, *arguments);
    if (!user) {
        return pass_on(user);
    }
    if (*user) {
        return std::move(**user);
    }
    if (auto added = add_written_places(syntax, *arguments); !added) {
        return pass_on(added);
    }
    std::string name = syntax.text;
    if (syntax.receiver && !name.empty() && name[0] >= 'a' && name[0] <= 'z') {
        name[0] = static_cast<char>(name[0] - 'a' + 'A');  // X.first() is First(X)
    }
    if (name == "Exists" && arguments->size() == 1) {
        return exists(std::move(arguments->front()), syntax.place);
    }
    if (name == "Coalesce" && !arguments->empty()) {
        return coalesce(std::move(*arguments), syntax.place);
    }
    if (auto terminology = invoke_terminology(name, *arguments, syntax.place);
        !terminology || *terminology) {
        return terminology;
    }
    if (find_function(name) == nullptr) {
        std::vector<std::string> names{"Exists", "Coalesce"};
        for (const Function& function : functions()) {
            names.emplace_back(function.name);
        }
        for (const auto& [defined, overloads] : library_->functions) {
            names.push_back(defined);
        }
        return error(syntax.place,
                     fmt::format("there is no function '{}'{}", syntax.text, suggest(name, names)));
    }
    return call(name, std::move(*arguments), syntax.place);
}

Analysed Analyser::iteration(const Syntax& syntax) {
    auto base = analyse(*syntax.children[0]);
    if (!base) {
        return base;
    }
    const bool is_list = (*base)->type.is(Kind::List);
    const Type element = is_list ? Type((*base)->type.arguments[0]) : (*base)->type;
    auto node = make(NodeKind::Query, syntax.place, Type::list(element));
    if (!node) {
        return node;
    }
    (*node)->query = std::make_unique<Query>();
    Query& query = *(*node)->query;
    const Variable each{"$this", new_slot(), element};
    query.sources.push_back({each.slot, std::move(*base), true});
    scope_.push_back(each);
    auto outer = std::exchange(element_, each);
    auto body = analyse(*syntax.children[1]);
    element_ = std::move(outer);
    scope_.pop_back();
    if (!body) {
        return body;
    }
    if (syntax.text == "select") {
        const bool nested = (*body)->type.is(Kind::List);
        (*node)->type = Type::list((*body)->type);
        query.returns = std::move(*body);
        if (!nested) {
            return node;
        }
        std::vector<NodePtr> arguments;
        arguments.push_back(std::move(*node));
        return call("Flatten", std::move(arguments), syntax.place);
    }
    if (auto boolean = require_boolean(**body, fmt::format("'{}'", syntax.text)); !boolean) {
        return pass_on(boolean);
    }
    if (syntax.text == "all") {
        query.returns = std::move(*body);
        (*node)->type = Type::list(Kind::Boolean);
        std::vector<NodePtr> arguments;
        arguments.push_back(std::move(*node));
        return call("AllTrue", std::move(arguments), syntax.place);
    }
    query.where = std::move(*body);
    return syntax.text == "exists" ? exists(std::move(*node), syntax.place) : std::move(node);
}

}  // namespace parcours::cql
