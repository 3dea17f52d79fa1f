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
#include "fhir/model.h"
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

Type type_of(const Property& property) {
    std::vector<Type> types;
    for (const std::string& type : property.fhir_types) {
        types.push_back(cql_type(type));
    }
    Type out = Type::choice(std::move(types));
    return property.many ? Type::list(std::move(out)) : out;
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
    out.type = type_of(out);
    return out;
}

std::vector<Property> parse_properties(std::string_view text) {
    std::vector<Property> out;
    for (const std::string& part : split(text, ' ')) {
        out.push_back(parse_property(part));
    }
    return out;
}

Column column_of(std::string_view columns, std::string_view property) {
    for (const std::string& part : split(columns, ' ')) {
        const std::size_t at = part.find('@');
        if (std::string_view(part).substr(0, at) == property) {
            return find_column(std::string_view(part).substr(at + 1));
        }
    }
    return Column::None;
}

// FHIR's own elements of a type, as CQL sees them.
std::vector<Property> fhir_properties(fhir::TypeId type, std::string_view columns) {
    const fhir::Model& model = fhir::Model::r4();
    std::vector<Property> out;
    for (const fhir::ModelElement* element : model.elements(type)) {
        Property property;
        property.name = model.name(element->name);
        property.many = element->is_list;
        property.column = column_of(columns, property.name);
        for (const fhir::TypeId choice : element->types) {
            const std::string_view name = model.type(choice).name;
            property.fhir_types.emplace_back(name == "System.String" ? "string" : name);
        }
        property.type = type_of(property);
        out.push_back(std::move(property));
    }
    return out;
}

std::vector<ModelType> build_types() {
    std::vector<ModelType> types(type_count);
    for (std::uint16_t i = 0; i < engagement_first; ++i) {
        ModelType& out = types[i];
        out.id = TypeId{i};
        out.name = fhir::resource_type_name(static_cast<fhir::ResourceType>(i));
        const auto described =
            std::ranges::find(resource_descriptions(), out.name, &Description::name);
        const bool known = described != resource_descriptions().end();
        out.primary_code = known ? described->primary_code : std::string_view();
        const std::string columns =
            "id@Id " + std::string(known ? described->elements : std::string_view());
        out.properties = fhir_properties(fhir::Model::r4().find_type(out.name), columns);
    }
    std::uint16_t next = engagement_first;
    for (const Description& description : engagement_descriptions()) {
        ModelType& out = types[next];
        out.id = TypeId{next++};
        out.name = description.name;
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
    const fhir::Model& model = fhir::Model::r4();
    std::vector<ElementType> out;
    for (std::size_t i = 1; i < model.type_count(); ++i) {
        const auto id = static_cast<fhir::TypeId>(i);
        const fhir::ModelType& type = model.type(id);
        if (type.kind == fhir::TypeKind::Complex || type.kind == fhir::TypeKind::Backbone) {
            out.push_back({std::string(type.name), fhir_properties(id, "")});
        }
    }
    std::ranges::sort(out, {}, &ElementType::name);
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
        if (name == "lowClosed" || name == "highClosed") {
            return Type(Kind::Boolean);
        }
        const bool end = name == "start" || name == "end" || name == "low" || name == "high";
        return end ? std::optional(type.arguments[0]) : std::nullopt;
    }
    if (type.is(Kind::Quantity)) {
        return name == "value" ? std::optional(Type(Kind::Decimal))
               : name == "unit" || name == "code" || name == "system"
                   ? std::optional(Type(Kind::String))
                   : std::nullopt;
    }
    if (type.is(Kind::Ratio)) {
        return name == "numerator" || name == "denominator" ? std::optional(Type(Kind::Quantity))
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
    const auto found = std::ranges::lower_bound(element_types(), name, {}, &ElementType::name);
    return found == element_types().end() || found->name != name ? nullptr : &*found;
}

Type cql_type(std::string_view fhir_type) {
    using Kind = Type::Kind;
    static constexpr auto simple =
        std::to_array<std::pair<std::string_view, Kind>>({{"boolean", Kind::Boolean},
                                                          {"integer", Kind::Integer},
                                                          {"positiveInt", Kind::Integer},
                                                          {"unsignedInt", Kind::Integer},
                                                          {"decimal", Kind::Decimal},
                                                          {"date", Kind::Date},
                                                          {"dateTime", Kind::DateTime},
                                                          {"instant", Kind::DateTime},
                                                          {"time", Kind::Time},
                                                          {"string", Kind::String},
                                                          {"code", Kind::String},
                                                          {"id", Kind::String},
                                                          {"uri", Kind::String},
                                                          {"url", Kind::String},
                                                          {"canonical", Kind::String},
                                                          {"markdown", Kind::String},
                                                          {"oid", Kind::String},
                                                          {"uuid", Kind::String},
                                                          {"base64Binary", Kind::String},
                                                          {"xhtml", Kind::String},
                                                          {"SimpleQuantity", Kind::Quantity},
                                                          {"MoneyQuantity", Kind::Quantity},
                                                          {"Quantity", Kind::Quantity},
                                                          {"Age", Kind::Quantity},
                                                          {"Duration", Kind::Quantity},
                                                          {"Distance", Kind::Quantity},
                                                          {"Count", Kind::Quantity},
                                                          {"CodeableConcept", Kind::Concept},
                                                          {"Coding", Kind::Code},
                                                          {"Ratio", Kind::Ratio}});
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
            const Property* property = get_type(of.resource).find(name);
            return property == nullptr ? std::nullopt : std::optional(property->type);
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
        for (const std::string_view name :
             {"start", "end", "low", "high", "lowClosed", "highClosed", "value", "unit", "code",
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
