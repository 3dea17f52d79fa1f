// Instances of named types: `Quantity { value: 5, unit: 'mg' }`, `FHIR.Period { start: … }`.

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <initializer_list>
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

namespace parcours::cql {

using Kind = Type::Kind;

// The value written for an element, by any of its names; null where none was.
Analysed Analyser::instance_element(const Syntax& syntax,
                                    std::initializer_list<std::string_view> names) {
    for (std::size_t i = 0; i < syntax.names.size(); ++i) {
        if (std::ranges::find(names, std::string_view(syntax.names[i])) != names.end()) {
            return analyse(*syntax.children[i]);
        }
    }
    return literal({}, Kind::Any, syntax.place);
}

Analysed Analyser::instance_call(
    const Syntax& syntax, std::string_view function,
    std::initializer_list<std::initializer_list<std::string_view>> elements) {
    std::vector<NodePtr> arguments;
    for (const auto& names : elements) {
        auto element = instance_element(syntax, names);
        if (!element) {
            return element;
        }
        arguments.push_back(std::move(*element));
    }
    return call(function, std::move(arguments), syntax.place, {}, syntax.type->name);
}

Analysed Analyser::interval_instance(const Syntax& syntax) {
    auto low = instance_element(syntax, {"start", "low"});
    auto high = instance_element(syntax, {"end", "high"});
    if (!low || !high) {
        return low ? std::move(high) : std::move(low);
    }
    return range(std::move(*low), std::move(*high), true, true, syntax.place);
}

namespace {

// Elements that are written but not kept: the id of anything, a quantity's system.
bool is_known_element(const Type& type, std::string_view name) {
    static constexpr auto kept = std::to_array<std::string_view>(
        {"id", "extension", "system", "userSelected", "comparator"});
    return model::member_type(type, name).has_value() ||
           std::ranges::find(kept, name) != kept.end();
}

}  // namespace

// A resource that stands in no record: its elements are those that are written.
Analysed Analyser::resource_instance(const Syntax& syntax, const Type& type) {
    const model::ModelType& model = model::get_type(type.resource);
    auto node = tuple_of(syntax);
    if (!node) {
        return node;
    }
    for (std::size_t i = 0; i < syntax.names.size(); ++i) {
        NodePtr& element = (*node)->children[i];
        const model::Property* const property = model.find(syntax.names[i]);
        if (property == nullptr) {
            return error(syntax.place,
                         fmt::format("{} has no element '{}'{}", model.name, syntax.names[i],
                                     suggest(syntax.names[i], model::member_names(type))));
        }
        if (!fit(element->type, property->type)) {
            return error(element->place,
                         fmt::format("{}.{} is {}, not {}", model.name, property->name,
                                     property->type.to_text(), element->type.to_text()));
        }
        auto value = converted(std::move(element), property->type);
        if (!value) {
            return value;
        }
        element = std::move(*value);
    }
    (*node)->type = type;
    return node;
}

Analysed Analyser::instance(const Syntax& syntax) {
    auto type = type_of(*syntax.type);
    if (!type) {
        return pass_on(type);
    }
    if (type->is(Kind::Resource)) {
        return resource_instance(syntax, *type);
    }
    for (const std::string& name : syntax.names) {
        if (!is_known_element(*type, name)) {
            return error(syntax.place,
                         fmt::format("{} has no element '{}'{}", syntax.type->name, name,
                                     suggest(name, model::member_names(*type))));
        }
    }
    switch (type->kind) {
        case Kind::Quantity:
            return instance_call(syntax, "MakeQuantity", {{"value"}, {"code", "unit"}});
        case Kind::Ratio:
            return instance_call(syntax, "MakeRatio", {{"numerator"}, {"denominator"}});
        case Kind::Code:
            return instance_call(syntax, "MakeCode",
                                 {{"code"}, {"system"}, {"display"}, {"version"}});
        case Kind::Concept:
            return instance_call(syntax, "MakeConcept", {{"codes", "coding"}, {"display", "text"}});
        case Kind::Interval:
            return interval_instance(syntax);
        case Kind::Element: {
            auto node = tuple_of(syntax);
            if (node) {
                (*node)->type = std::move(*type);
            }
            return node;
        }
        default:
            return instance_element(syntax, {"value"});  // FHIR.string { value: 'x' }
    }
}

}  // namespace parcours::cql
