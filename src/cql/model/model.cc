#include "cql/model/model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/model/fhir_r4.h"
#include "cql/model/type_id.h"
#include "cql/type.h"
#include "fhir/resource_type.h"
#include "values/text.h"

namespace parcours::cql::model {
namespace {

constexpr auto column_names = std::to_array<std::string_view>(
    {"None", "Id", "Code", "Category", "Class", "Status", "ClinicalStatus", "VerificationStatus",
     "Clinical", "Abatement", "Recorded", "Value", "Interpretation", "Reason", "BirthDate",
     "Gender", "Deceased", "Active"});

Column find_column(std::string_view name) {
    const auto found = std::ranges::find(column_names, name);
    check(found != column_names.end(), "the model names a column that does not exist");
    return static_cast<Column>(found - column_names.begin());
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        if (end != 0) {
            parts.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return parts;
}

// `name[*]:type[|type…][@Column]`
Property parse_property(std::string_view text) {
    Property out;
    const std::size_t colon = text.find(':');
    const std::size_t at = text.find('@');
    std::string_view name = text.substr(0, colon);
    if (name.ends_with('*')) {
        out.many = true;
        name.remove_suffix(1);
    }
    out.name = name;
    out.fhir_types =
        split(text.substr(colon + 1, at == std::string_view::npos ? at : at - colon - 1), '|');
    if (at != std::string_view::npos) {
        out.column = find_column(text.substr(at + 1));
    }
    std::vector<Type> types;
    for (const std::string& type : out.fhir_types) {
        types.push_back(cql_type(type));
    }
    out.type = Type::choice(std::move(types));
    if (out.many) {
        out.type = Type::list(std::move(out.type));
    }
    return out;
}

std::vector<Property> parse_properties(std::string_view text) {
    std::vector<Property> out;
    for (const std::string& part : split(text, ' ')) {
        out.push_back(parse_property(part));
    }
    return out;
}

std::vector<ModelType> build_types() {
    std::vector<ModelType> types(type_count);
    for (std::uint16_t i = 0; i < type_count; ++i) {
        types[i].id = TypeId{i};
        if (i < engagement_first) {
            types[i].name = fhir::resource_type_name(static_cast<fhir::ResourceType>(i));
            types[i].properties = parse_properties(resource_elements);
        }
    }
    for (const Description& description : resource_descriptions()) {
        const auto type = fhir::find_resource_type(description.name);
        check(type.has_value(), "the model describes a type that FHIR does not have");
        ModelType& out = types[static_cast<std::size_t>(*type)];
        out.described = true;
        out.primary_code = description.primary_code;
        std::ranges::move(parse_properties(description.elements),
                          std::back_inserter(out.properties));
    }
    std::size_t next = engagement_first;
    for (const Description& description : engagement_descriptions()) {
        ModelType& out = types[next++];
        out.name = description.name;
        out.described = true;
        out.primary_code = description.primary_code;
        out.properties = parse_properties(description.elements);
    }
    return types;
}

const std::vector<ModelType>& types() {
    static const std::vector<ModelType> all = build_types();
    return all;
}

std::vector<ElementType> build_elements() {
    std::vector<ElementType> out;
    for (const Description& description : element_descriptions()) {
        out.push_back({std::string(description.name), parse_properties(description.elements)});
    }
    return out;
}

const std::vector<ElementType>& element_types() {
    static const std::vector<ElementType> all = build_elements();
    return all;
}

const Property* find_in(const std::vector<Property>& properties, std::string_view name) {
    const auto found = std::ranges::find(properties, name, &Property::name);
    return found == properties.end() ? nullptr : &*found;
}

// Members of what FHIR writes as an object and CQL as a simple value.
std::optional<Type> simple_member(const Type& type, std::string_view name) {
    using Kind = Type::Kind;
    if (type.is(Kind::Interval)) {
        const bool end = name == "start" || name == "end" || name == "low" || name == "high";
        return end ? std::optional(type.arguments[0]) : std::nullopt;
    }
    if (type.is(Kind::Quantity)) {
        return name == "value" ? std::optional(Type(Kind::Decimal))
               : name == "unit" || name == "code" || name == "system"
                   ? std::optional(Type(Kind::String))
                   : std::nullopt;
    }
    if (type.is(Kind::Code)) {
        const bool known =
            name == "code" || name == "system" || name == "display" || name == "version";
        return known ? std::optional(Type(Kind::String)) : std::nullopt;
    }
    if (type.is(Kind::Concept)) {
        if (name == "coding" || name == "codes") {
            return Type::list(Type(Kind::Code));
        }
        return name == "text" || name == "display" ? std::optional(Type(Kind::String))
                                                   : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

const Property* ModelType::find(std::string_view property) const {
    return find_in(properties, property);
}
const Property* ElementType::find(std::string_view property) const {
    return find_in(properties, property);
}

const ModelType& get_type(TypeId id) {
    return types()[static_cast<std::size_t>(id)];
}

const ModelType* find_type(std::string_view name) {
    if (const auto type = fhir::find_resource_type(name); type) {
        return &get_type(type_id(*type));
    }
    const auto found = std::ranges::find(types().begin() + engagement_first, types().end(), name,
                                         &ModelType::name);
    return found == types().end() ? nullptr : &*found;
}

std::string_view nearest_type(std::string_view name) {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const ModelType& type : types()) {
            out.push_back(type.name);
        }
        return out;
    }();
    return values::nearest(name, names);
}

const ElementType* find_element(std::string_view name) {
    const auto found = std::ranges::find(element_types(), name, &ElementType::name);
    return found == element_types().end() ? nullptr : &*found;
}

Type cql_type(std::string_view fhir_type) {
    using Kind = Type::Kind;
    static constexpr auto simple = std::to_array<std::pair<std::string_view, Kind>>(
        {{"boolean", Kind::Boolean},     {"integer", Kind::Integer},
         {"positiveInt", Kind::Integer}, {"unsignedInt", Kind::Integer},
         {"decimal", Kind::Decimal},     {"date", Kind::Date},
         {"dateTime", Kind::DateTime},   {"instant", Kind::DateTime},
         {"time", Kind::Time},           {"string", Kind::String},
         {"code", Kind::String},         {"id", Kind::String},
         {"uri", Kind::String},          {"url", Kind::String},
         {"canonical", Kind::String},    {"markdown", Kind::String},
         {"Quantity", Kind::Quantity},   {"Age", Kind::Quantity},
         {"Duration", Kind::Quantity},   {"Distance", Kind::Quantity},
         {"Count", Kind::Quantity},      {"CodeableConcept", Kind::Concept},
         {"Coding", Kind::Code},         {"Ratio", Kind::Ratio}});
    for (const auto& [name, kind] : simple) {
        if (name == fhir_type) {
            return kind;
        }
    }
    if (fhir_type == "Period") {
        return Type::interval(Kind::DateTime);
    }
    if (fhir_type == "Range") {
        return Type::interval(Kind::Quantity);
    }
    Type out(Kind::Element);
    out.names.emplace_back(fhir_type);
    return out;
}

std::optional<Type> member_type(const Type& of, std::string_view name) {
    using Kind = Type::Kind;
    switch (of.kind) {
        case Kind::Any:
            return Type(Kind::Any);
        case Kind::List: {
            auto element = member_type(of.arguments[0], name);
            if (!element || element->is(Kind::List)) {
                return element;
            }
            return Type::list(std::move(*element));
        }
        case Kind::Choice: {
            std::vector<Type> found;
            for (const Type& alternative : of.arguments) {
                if (auto type = member_type(alternative, name); type) {
                    found.push_back(std::move(*type));
                }
            }
            if (std::ranges::any_of(found, [](const Type& type) { return !type.is(Kind::Any); })) {
                std::erase_if(found, [](const Type& type) { return type.is(Kind::Any); });
            }
            return found.empty() ? std::nullopt : std::optional(Type::choice(std::move(found)));
        }
        case Kind::Tuple: {
            const auto at = std::ranges::find(of.names, name);
            return at == of.names.end()
                       ? std::nullopt
                       : std::optional(
                             of.arguments[static_cast<std::size_t>(at - of.names.begin())]);
        }
        case Kind::Element: {
            const ElementType* element = of.names.empty() ? nullptr : find_element(of.names[0]);
            if (element == nullptr) {
                return Type(Kind::Any);
            }
            const Property* property = element->find(name);
            return property == nullptr ? std::nullopt : std::optional(property->type);
        }
        case Kind::Resource: {
            const ModelType& type = get_type(of.resource);
            const Property* property = type.find(name);
            if (property == nullptr) {
                return type.described ? std::nullopt : std::optional(Type(Kind::Any));
            }
            return property->type;
        }
        default:
            break;
    }
    if (auto simple = simple_member(of, name); simple) {
        return simple;
    }
    const bool primitive = of.kind >= Kind::Boolean && of.kind <= Kind::Time;
    return primitive && name == "value" ? std::optional(of)
                                        : std::nullopt;  // FHIR's Patient.gender.value
}

std::vector<std::string> member_names(const Type& of) {
    std::vector<std::string> out;
    const auto append = [&out](const std::vector<Property>& properties) {
        std::ranges::transform(properties, std::back_inserter(out), &Property::name);
    };
    if (of.is(Type::Kind::Resource)) {
        append(get_type(of.resource).properties);
    } else if (of.is(Type::Kind::Element) && !of.names.empty() &&
               find_element(of.names[0]) != nullptr) {
        append(find_element(of.names[0])->properties);
    } else if (of.is(Type::Kind::Tuple)) {
        out = of.names;
    } else if (of.is(Type::Kind::List) || of.is(Type::Kind::Choice)) {
        for (const Type& argument : of.arguments) {
            std::ranges::move(member_names(argument), std::back_inserter(out));
        }
    } else {
        for (const std::string_view name : {"start", "end", "low", "high", "value", "unit", "code",
                                            "system", "display", "coding", "codes", "text"}) {
            if (simple_member(of, name)) {
                out.emplace_back(name);
            }
        }
    }
    return out;
}

std::string PropertyPath::to_text() const {
    std::string out;
    for (const std::string& step : steps) {
        out += (out.empty() ? "" : ".") + step;
    }
    return out;
}

std::optional<PropertyPath> find_path(TypeId of, const std::vector<std::string>& steps) {
    PropertyPath path;
    path.of = of;
    path.steps = steps;
    path.type = Type::of_resource(of);
    for (const std::string& step : steps) {
        auto next = member_type(path.type, step);
        if (!next) {
            return std::nullopt;
        }
        path.type = std::move(*next);
    }
    path.property = steps.empty() ? nullptr : get_type(of).find(steps[0]);
    path.column = path.property == nullptr ? Column::None : path.property->column;
    return path;
}

}  // namespace parcours::cql::model
