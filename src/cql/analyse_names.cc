// Names, members and calls.

#include <algorithm>
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
#include "cql/model/model.h"
#include "cql/scope.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "fhir/resource_type.h"

namespace parcours::cql {

using Kind = Type::Kind;

// Nearest first: aliases, members of what is sorted, definitions, parameters, Patient, terminology.
Analysed Analyser::identifier(const Syntax& syntax) {
    for (auto at = scope_.rbegin(); at != scope_.rend(); ++at) {
        if (at->name == syntax.text) {
            return variable(*at, syntax.place);
        }
    }
    if (element_ && model::member_type(element_->type, syntax.text) &&
        !element_->type.is(Kind::Any)) {
        auto base = variable(*element_, syntax.place);
        return base ? member_of_node(std::move(*base), syntax.text, syntax.place) : std::move(base);
    }
    return find_declared(syntax);
}

// A definition of the text or of a library it includes.
Analysed Analyser::defined(LibraryScope& scope, DefinedExpression& found, Place place) {
    if (unfiltered_ && !found.unfiltered) {
        return error(place, fmt::format("\"{}\" is about one patient and cannot be used in context "
                                        "Unfiltered",
                                        found.line->name));
    }
    auto index = define(scope, found);
    if (!index) {
        return pass_on(index);
    }
    const Node& root = *out_.defines[*index].root;
    if (root.kind == NodeKind::Literal && root.type.is(Kind::ValueSet)) {
        auto set = literal(root.value, Kind::ValueSet, place);
        if (set) {
            (*set)->value_set = root.value_set;
            (*set)->name = root.name;
        }
        return set;
    }
    auto node = make(NodeKind::Define, place, root.type);
    if (node) {
        (*node)->index = *index;
        (*node)->name = found.line->name;
    }
    return node;
}

// A parameter of the caller's; null where there is none of that name.
Analysed Analyser::handed_in(const std::string& name, Place place) {
    for (std::uint32_t i = 0; i < context_.parameters.size(); ++i) {
        if (context_.parameters[i].name == name) {
            if (unfiltered_ && context_.parameters[i].of_patient) {
                return error(place, fmt::format("\"{}\" is about one patient and cannot be used in "
                                                "context Unfiltered",
                                                name));
            }
            auto node = make(NodeKind::Parameter, place, context_.parameters[i].type);
            if (node) {
                (*node)->index = i;
                (*node)->name = name;
            }
            return node;
        }
    }
    return NodePtr();
}

// What a library declares under a name; null where it declares nothing.
Analysed Analyser::find_in_library(LibraryScope& scope, const std::string& name, Place place) {
    if (const auto found = scope.defines.find(name);
        found != scope.defines.end() && (&scope == library_ || !found->second.line->is_private)) {
        return defined(scope, found->second, place);
    }
    const auto parameter_line = scope.parameters.find(name);
    if (&scope == library_ || parameter_line != scope.parameters.end()) {
        auto handed = handed_in(name, place);
        if (!handed || *handed) {
            return handed;
        }
    }
    if (parameter_line != scope.parameters.end()) {
        return parameter(scope, *parameter_line->second, place);
    }
    const auto code = libraries_.code(scope, name);
    if (!code) {
        return pass_on(code);
    }
    if (*code != nullptr) {
        const Kind kind = (*code)->kind() == Value::Kind::Code ? Kind::Code : Kind::Concept;
        return literal(**code, kind, place);
    }
    if (const auto found = scope.value_sets.find(name); found != scope.value_sets.end()) {
        return value_set(found->second, name, place);
    }
    if (const auto found = scope.code_systems.find(name); found != scope.code_systems.end()) {
        return literal(found->second->id, Kind::CodeSystem, place);
    }
    return NodePtr();
}

Analysed Analyser::find_declared(const Syntax& syntax) {
    const std::string& name = syntax.text;
    auto found = find_in_library(*library_, name, syntax.place);
    if (!found || *found) {
        return found;
    }
    if (name == "Patient") {
        if (unfiltered_) {
            return error(syntax.place, "there is no single patient in context Unfiltered");
        }
        return make(NodeKind::Patient, syntax.place,
                    Type::of_resource(model::type_id(fhir::ResourceType::Patient)));
    }
    const bool is_set =
        context_.terminology != nullptr &&
        (context_.terminology->find_value_set(name) || context_.terminology->why_unusable(name));
    return is_set ? value_set(nullptr, name, syntax.place) : unknown_name(syntax);
}

Analysed Analyser::value_set(const Declaration* declared, const std::string& name, Place place) {
    const std::string& asked = declared == nullptr ? name : declared->id;
    std::optional<ValueSetId> id;
    if (context_.terminology != nullptr) {
        id = context_.terminology->find_value_set(asked);
        if (!id && declared != nullptr) {
            id = context_.terminology->find_value_set(name);
        }
    }
    if (!id && context_.terminology != nullptr) {
        auto why = context_.terminology->why_unusable(asked);
        if (!why && declared != nullptr) {
            why = context_.terminology->why_unusable(name);
        }
        if (why) {
            return error(place,
                         fmt::format("the value set \"{}\" cannot be used: {}", asked, *why));
        }
    }
    if (!id) {
        std::vector<std::string> names = context_.terminology == nullptr
                                             ? std::vector<std::string>()
                                             : context_.terminology->value_set_names();
        return error(place,
                     fmt::format("there is no value set \"{}\"{}", asked, suggest(asked, names)));
    }
    auto node = literal(name, Kind::ValueSet, place);
    if (node) {
        (*node)->value_set = *id;
        (*node)->name = name;
    }
    return node;
}

std::vector<std::string> Analyser::known_names() const {
    std::vector<std::string> out;
    for (const Variable& variable : scope_) {
        out.push_back(variable.name);
    }
    for (const auto& [name, defined] : library_->defines) {
        out.push_back(name);
    }
    for (const auto& [name, line] : library_->parameters) {
        out.push_back(name);
    }
    for (const ParameterDeclaration& parameter : context_.parameters) {
        out.push_back(parameter.name);
    }
    for (const auto& [name, line] : library_->code_lines) {
        out.push_back(name);
    }
    for (const auto& [name, line] : library_->value_sets) {
        out.push_back(name);
    }
    for (const auto& [name, scope] : library_->includes) {
        out.push_back(name);
    }
    out.emplace_back("Patient");
    if (context_.terminology != nullptr) {
        std::ranges::move(context_.terminology->value_set_names(), std::back_inserter(out));
    }
    return out;
}

Analysed Analyser::unknown_name(const Syntax& syntax) {
    std::string hint = suggest(syntax.text, known_names());
    if (hint.empty() && find_function(syntax.text) != nullptr) {
        hint = fmt::format("; did you mean '{}()'?", syntax.text);
    }
    if (syntax.quoted) {
        return error(
            syntax.place,
            fmt::format("there is no value set, code or definition named \"{}\"{}", syntax.text,
                        hint.empty() ? "; a text stands between single quotes" : hint));
    }
    return error(syntax.place, fmt::format("the name '{}' is unknown{}", syntax.text, hint));
}

// The included library that a name stands for, where nothing nearer has that name.
LibraryScope* Analyser::included(const Syntax& syntax) const {
    if (syntax.kind != SyntaxKind::Identifier ||
        std::ranges::find(scope_, syntax.text, &Variable::name) != scope_.end()) {
        return nullptr;
    }
    const auto found = library_->includes.find(syntax.text);
    return found == library_->includes.end() ? nullptr : found->second;
}

Analysed Analyser::member(const Syntax& syntax) {
    if (LibraryScope* scope = included(*syntax.children[0]); scope != nullptr) {
        auto found = find_in_library(*scope, syntax.text, syntax.place);
        if (found && !*found) {
            return error(syntax.place,
                         fmt::format("the library '{}' has no \"{}\"{}", scope->name, syntax.text,
                                     suggest(syntax.text, Libraries::public_names(*scope))));
        }
        return found;
    }
    auto base = analyse(*syntax.children[0]);
    return base ? member_of_node(std::move(*base), syntax.text, syntax.place) : std::move(base);
}

Analysed Analyser::member_of_node(NodePtr base, const std::string& name, Place place) {
    auto type = model::member_type(base->type, name);
    if (!type) {
        return error(place, fmt::format("{} has no property '{}'{}", base->type.to_text(), name,
                                        suggest(name, model::member_names(base->type))));
    }
    if (base->type.is(Kind::List) && base->type.arguments[0].is(Kind::Resource)) {
        return member_of_rows(std::move(base), name, place);
    }
    const bool path = base->type.is(Kind::Resource) || base->kind == NodeKind::Property ||
                      base->kind == NodeKind::PatientProperty;
    if (path) {
        return property(std::move(base), name, place);
    }
    auto node = make(NodeKind::Member, place, std::move(*type));
    if (node) {
        (*node)->name = name;
        (*node)->children.push_back(std::move(base));
    }
    return node;
}

// One node reads the whole path: `E.period.start`.
Analysed Analyser::property(NodePtr base, const std::string& name, Place place) {
    const bool longer = base->kind == NodeKind::Property || base->kind == NodeKind::PatientProperty;
    const bool resource_of_path = longer && base->type.is(Kind::Resource);
    check(!resource_of_path, "a property of a resource is never a resource");
    std::vector<std::string> steps;
    model::TypeId of{};
    if (longer) {
        steps = base->path.steps;
        of = base->path.of;
    } else {
        of = base->type.resource;
    }
    steps.push_back(name);
    auto path = model::find_path(of, steps);
    check(path.has_value(), "a path that has a type can be found");
    if (longer) {
        base->path = std::move(*path);
        base->type = base->path.type;
        base->place = place;
        return base;
    }
    auto node =
        make(base->kind == NodeKind::Patient ? NodeKind::PatientProperty : NodeKind::Property,
             place, path->type);
    if (node) {
        (*node)->path = std::move(*path);
        if ((*node)->kind == NodeKind::Property) {
            (*node)->children.push_back(std::move(base));
        }
    }
    return node;
}

// `[Condition].code`: the query `[Condition] X return all X.code`, lists flattened.
Analysed Analyser::member_of_rows(NodePtr base, const std::string& name, Place place) {
    const Variable each{"$each", new_slot(), base->type.arguments[0]};
    auto element = variable(each, place);
    if (!element) {
        return element;
    }
    auto value = property(std::move(*element), name, place);
    if (!value) {
        return value;
    }
    const bool nested = (*value)->type.is(Kind::List);
    auto node = make(NodeKind::Query, place, Type::list((*value)->type));
    if (!node) {
        return node;
    }
    (*node)->query = std::make_unique<Query>();
    (*node)->query->sources.push_back({each.slot, std::move(base), true});
    (*node)->query->returns = std::move(*value);
    if (!nested) {
        return node;
    }
    std::vector<NodePtr> arguments;
    arguments.push_back(std::move(*node));
    return call("Flatten", std::move(arguments), place);
}

// How many places a Decimal literal was written with is part of what these functions ask for.
Result<> Analyser::add_written_places(const Syntax& syntax, std::vector<NodePtr>& arguments) {
    const bool asks = syntax.text == "Precision" || syntax.text == "precision" ||
                      syntax.text == "LowBoundary" || syntax.text == "lowBoundary" ||
                      syntax.text == "HighBoundary" || syntax.text == "highBoundary";
    if (!asks || arguments.empty() || syntax.children[0]->kind != SyntaxKind::Decimal) {
        return {};
    }
    const bool boundary = syntax.text[0] != 'P' && syntax.text[0] != 'p';
    const std::string& written = syntax.children[0]->text;
    const auto places = static_cast<std::int32_t>(written.size() - written.find('.') - 1);
    if (boundary && arguments.size() == 1) {
        auto all = literal({}, Kind::Any, syntax.place);
        if (!all) {
            return pass_on(all);
        }
        arguments.push_back(std::move(*all));
    }
    auto count = literal(places, Kind::Integer, syntax.place);
    if (!count) {
        return pass_on(count);
    }
    arguments.push_back(std::move(*count));
    return {};
}

}  // namespace parcours::cql
