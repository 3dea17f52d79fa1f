#include "cql/model/read_json.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/model/contact.h"
#include "cql/model/model.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "fhir/status.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql::model {
namespace {

Value read_decimal(const JsonView& json) {
    if (!json.is_number()) {
        return {};
    }
    if (auto exact = Decimal::parse(json.to_json()); exact) {  // keeps 0.1 a tenth
        return *exact;
    }
    const auto number = json.number();
    return number ? Value(Decimal::from_double(*number)) : Value();
}

Value read_integer(const JsonView& json) {
    const auto number = json.integer();
    const bool fits = number && *number >= std::numeric_limits<std::int32_t>::min() &&
                      *number <= std::numeric_limits<std::int32_t>::max();
    return fits ? Value(static_cast<std::int32_t>(*number)) : Value();
}

Value read_date_time(const JsonView& json) {
    const auto parsed = parse_date_time(json.text());
    return parsed ? Value(values::from_fhir(*parsed)) : Value();
}

Value read_date(const JsonView& json) {
    const auto parsed = parse_date_time(json.text());
    return parsed ? Value(values::date_from_fhir(*parsed)) : Value();
}

Value read_time(const JsonView& json) {
    const auto parsed = values::parse_temporal("T" + std::string(json.text()));
    return parsed ? Value(*parsed) : Value();
}

Code code_of(const JsonView& json) {
    return {std::string(json["system"].text()), std::string(json["code"].text()),
            std::string(json["display"].text()), std::string(json["version"].text())};
}

Value read_concept(const JsonView& json) {
    if (!json.is_object()) {
        return {};
    }
    Concept out;
    for (const JsonView& coding : json["coding"].elements()) {
        out.codes.push_back(code_of(coding));
    }
    out.display = json["text"].text();
    return out;
}

// FHIRHelpers.ToQuantity: the UCUM code, else the unit, else 1. Comparators (<, >) give null.
Value read_quantity(const JsonView& json) {
    const Value number = read_decimal(json["value"]);
    if (number.is_null() || json["comparator"]) {
        return {};
    }
    std::string_view unit = json["code"].text();
    unit = unit.empty() ? json["unit"].text("1") : unit;
    return Quantity{number.decimal(), std::string(unit)};
}

Value read_ratio(const JsonView& json) {
    const Value numerator = read_quantity(json["numerator"]);
    const Value denominator = read_quantity(json["denominator"]);
    return numerator.is_null() || denominator.is_null()
               ? Value()
               : Value(Ratio{numerator.quantity(), denominator.quantity()});
}

Value read_period(const JsonView& json) {
    if (!json.is_object()) {
        return {};
    }
    Value low = read_date_time(json["start"]);
    Value high = read_date_time(json["end"]);
    return low.is_null() && high.is_null()
               ? Value()
               : Value(IntervalValue{std::move(low), std::move(high), true, true});
}

Value read_range(const JsonView& json) {
    Value low = read_quantity(json["low"]);
    Value high = read_quantity(json["high"]);
    return low.is_null() && high.is_null()
               ? Value()
               : Value(IntervalValue{std::move(low), std::move(high), true, true});
}

Value read_property(const JsonView& object, const Property& property);

Value read_element(const JsonView& json, const ElementType& type) {
    if (!json.is_object()) {
        return {};
    }
    TupleValue out;
    for (const Property& property : type.properties) {
        if (Value value = read_property(json, property); !value.is_null()) {
            out.elements.emplace_back(property.name, std::move(value));
        }
    }
    return out;
}

// What no table describes: guessed from its shape.
Value read_anything(const JsonView& json) {
    if (json.is_string()) {
        return json.text();
    }
    if (json.is_bool()) {
        return json.boolean();
    }
    if (json.is_number()) {
        const Value whole = read_integer(json);
        return whole.is_null() ? read_decimal(json) : whole;
    }
    if (json.is_array()) {
        ListValue out;
        for (const JsonView& element : json.elements()) {
            out.elements.push_back(read_anything(element));
        }
        return out;
    }
    if (!json.is_object()) {
        return {};
    }
    if (json["coding"]) {
        return read_concept(json);
    }
    if (json["start"].is_string() || json["end"].is_string()) {
        return read_period(json);
    }
    if (json["value"].is_number()) {
        return read_quantity(json);
    }
    if (json["system"].is_string() && json["code"].is_string()) {
        return code_of(json);
    }
    TupleValue out;
    for (const auto& [name, member] : json.members()) {
        out.elements.emplace_back(name, read_anything(member));
    }
    return out;
}

std::string choice_name(const Property& property, std::string_view type) {
    std::string name = property.name;
    name += static_cast<char>(type[0] >= 'a' && type[0] <= 'z' ? type[0] - 'a' + 'A' : type[0]);
    name += type.substr(1);
    return name;
}

Value read_many(const JsonView& json, std::string_view type) {
    if (!json) {
        return {};
    }
    ListValue out;
    for (const JsonView& element : json.elements()) {
        if (Value value = read_value(element, type); !value.is_null()) {
            out.elements.push_back(std::move(value));
        }
    }
    return out;
}

Value read_property(const JsonView& object, const Property& property) {
    if (property.fhir_types.size() == 1) {
        const JsonView json = object[property.name];
        return property.many ? read_many(json, property.fhir_types[0])
               : json        ? read_value(json, property.fhir_types[0])
                             : Value();
    }
    for (const std::string& type : property.fhir_types) {
        if (const JsonView json = object[choice_name(property, type)]; json) {
            return read_value(json, type);
        }
    }
    return {};
}

bool is_after(const Value& moment, Instant as_of) {
    const Value& first = moment.kind() == Value::Kind::Interval ? moment.interval().low : moment;
    const std::int64_t limit =
        std::chrono::floor<std::chrono::milliseconds>(as_of.time_since_epoch()).count();
    return first.kind() == Value::Kind::Temporal && first.temporal().low_milliseconds() > limit;
}

// R4 binds the states of a Condition to one code system each: a code that names none is of that.
Value with_system(const JsonView& resource, Column column, Value value) {
    const bool clinical = column == Column::ClinicalStatus;
    if ((!clinical && column != Column::VerificationStatus) ||
        value.kind() != Value::Kind::Concept || resource["resourceType"].text() != "Condition") {
        return value;
    }
    Concept states = value.concept_value();
    for (Code& code : states.codes) {
        if (code.system.empty()) {
            code.system =
                clinical ? fhir::clinical_status_system : fhir::verification_status_system;
        }
    }
    return states;
}

// Later deaths and abatements are hidden, and with the abatement the status it brought.
Value cut(const JsonView& resource, const Property& property, Value value, Instant as_of) {
    if (property.column == Column::Abatement || property.column == Column::Deceased) {
        return is_after(value, as_of) ? Value() : value;
    }
    if (property.column == Column::ClinicalStatus && value.kind() == Value::Kind::Concept) {
        const Property* abatement =
            get_type(type_id(fhir::ResourceType::Condition)).find("abatement");
        if (is_after(read_property(resource, *abatement), as_of)) {
            return Concept{
                {{"http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "", ""}},
                ""};
        }
    }
    return with_system(resource, property.column, std::move(value));
}

}  // namespace

Value read_value(const JsonView& json, std::string_view fhir_type) {
    switch (const Type type = cql_type(fhir_type); type.kind) {
        case Type::Kind::Boolean:
            return json.boolean();
        case Type::Kind::Integer:
            return read_integer(json);
        case Type::Kind::Decimal:
            return read_decimal(json);
        case Type::Kind::String:
            return json.is_string() ? Value(json.text()) : Value();
        case Type::Kind::Date:
            return read_date(json);
        case Type::Kind::DateTime:
            return read_date_time(json);
        case Type::Kind::Time:
            return read_time(json);
        case Type::Kind::Quantity:
            return read_quantity(json);
        case Type::Kind::Ratio:
            return read_ratio(json);
        case Type::Kind::Code:
            return json.is_object() ? Value(code_of(json)) : Value();
        case Type::Kind::Concept:
            return read_concept(json);
        case Type::Kind::Interval:
            return fhir_type == "Period" ? read_period(json) : read_range(json);
        default:
            break;
    }
    const ElementType* element = find_element(fhir_type);
    return element == nullptr ? read_anything(json) : read_element(json, *element);
}

namespace {

Value read_first_step(const JsonView& resource, const PropertyPath& path, Instant as_of) {
    if (path.of == contact) {
        if (auto value = read_contact(resource, path.steps.front()); value) {
            return std::move(*value);
        }
    }
    check(path.property != nullptr, "a path begins with a property");
    return cut(resource, *path.property, read_property(resource, *path.property), as_of);
}

}  // namespace

Value read_path(const JsonView& resource, const PropertyPath& path, Instant as_of) {
    Value value = read_first_step(resource, path, as_of);
    for (std::size_t i = 1; i < path.steps.size(); ++i) {
        value = member_of(value, path.steps[i]);
    }
    return value;
}

}  // namespace parcours::cql::model
