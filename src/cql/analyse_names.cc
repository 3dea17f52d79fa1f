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
#include "cql/tree.h"
#include "cql/type.h"
#include "fhir/resource_type.h"
#include "values/text.h"

namespace parcours::cql {

using Kind = Type::Kind;

Analysed Analyser::variable(const Variable& found, Place place) {
    auto node = make(NodeKind::Variable, place, found.type);
    if (node) {
        (*node)->index = found.slot;
        (*node)->name = found.name;
    }
    return node;
}

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

Analysed Analyser::find_declared(const Syntax& syntax) {
    const std::string& name = syntax.text;
    if (const auto found = defines_.find(name); found != defines_.end()) {
        auto index = define(found->second);
        if (!index) {
            return pass_on(index);
        }
        auto node = make(NodeKind::Define, syntax.place, out_.defines[*index].root->type);
        if (node) {
            (*node)->index = *index;
            (*node)->name = name;
        }
        return node;
    }
    for (std::uint32_t i = 0; i < context_.parameters.size(); ++i) {
        if (context_.parameters[i].name == name) {
            auto node = make(NodeKind::Parameter, syntax.place, context_.parameters[i].type);
            if (node) {
                (*node)->index = i;
                (*node)->name = name;
            }
            return node;
        }
    }
    if (const auto found = parameters_.find(name); found != parameters_.end()) {
        if (!found->second->expression) {
            return error(
                syntax.place,
                fmt::format("the parameter \"{}\" has no default and no value is handed in", name));
        }
        return analyse(*found->second->expression);
    }
    if (name == "Patient") {
        return make(NodeKind::Patient, syntax.place,
                    Type::of_resource(model::type_id(fhir::ResourceType::Patient)));
    }
    if (const auto found = codes_.find(name); found != codes_.end()) {
        const Kind kind = found->second.kind() == Value::Kind::Code ? Kind::Code : Kind::Concept;
        return literal(found->second, kind, syntax.place);
    }
    const bool is_set = value_sets_.contains(name) || (context_.terminology != nullptr &&
                                                       context_.terminology->find_value_set(name));
    return is_set ? value_set(name, syntax.place) : unknown_name(syntax);
}

Analysed Analyser::value_set(const std::string& name, Place place) {
    const auto declared = value_sets_.find(name);
    const std::string& asked = declared == value_sets_.end() ? name : declared->second;
    std::optional<ValueSetId> id;
    if (context_.terminology != nullptr) {
        id = context_.terminology->find_value_set(asked);
        if (!id && declared != value_sets_.end()) {
            id = context_.terminology->find_value_set(name);
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
    for (const auto& [name, defined] : defines_) {
        out.push_back(name);
    }
    for (const ParameterDeclaration& parameter : context_.parameters) {
        out.push_back(parameter.name);
    }
    for (const auto& [name, code] : codes_) {
        out.push_back(name);
    }
    for (const auto& [name, url] : value_sets_) {
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

Analysed Analyser::member(const Syntax& syntax) {
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

Analysed Analyser::invoke(const Syntax& syntax) {
    auto arguments = analyse_all(syntax.children);
    if (!arguments) {
        return pass_on(arguments);
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
        Type type = arguments->front()->type;
        for (const NodePtr& argument : *arguments) {
            type = common(type, argument->type);
        }
        auto node = make(NodeKind::Coalesce, syntax.place, std::move(type));
        if (node) {
            (*node)->children = std::move(*arguments);
            if ((*node)->children.size() == 1 && (*node)->type.is(Kind::List)) {
                (*node)->type = Type((*node)->type.arguments[0]);
            }
        }
        return node;
    }
    if (find_function(name) == nullptr) {
        std::vector<std::string> names{"Exists", "Coalesce"};
        for (const Function& function : functions()) {
            names.emplace_back(function.name);
        }
        return error(syntax.place,
                     fmt::format("there is no function '{}'{}", syntax.text, suggest(name, names)));
    }
    return call(name, std::move(*arguments), syntax.place);
}

}  // namespace parcours::cql
