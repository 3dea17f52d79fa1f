#include "fhirpath/nodes.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/json.h"
#include "base/json_access.h"
#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "fhirpath/model_types.h"
#include "fhirpath/tree.h"
#include "values/decimal.h"

namespace parcours::fhirpath {
namespace {

namespace dom = simdjson::dom;
using fhir::Model;
using fhir::ModelElement;
using fhir::TypeId;

// A property as it stands in the JSON: "birthDate" and "_birthDate".
struct Property {
    JsonView value;
    JsonView extra;
};

Property find_property(const dom::object& object, std::string_view name, bool wants_extra) {
    Property found;
    for (auto field = object.begin(); field != object.end(); ++field) {
        const std::string_view key = field.key();
        if (key == name) {
            found.value = JsonAccess::make(field.value());
            if (!wants_extra || found.extra.exists()) {
                break;
            }
        } else if (wants_extra && key.size() == name.size() + 1 && key.front() == '_' &&
                   key.substr(1) == name) {
            found.extra = JsonAccess::make(field.value());
            if (found.value.exists()) {
                break;
            }
        }
    }
    return found;
}

void append_one(const JsonView& value, const JsonView& extra, TypeId type, Collection& out) {
    const auto kind =
        value.exists() ? JsonAccess::get(value).type() : dom::element_type::NULL_VALUE;
    if (kind == dom::element_type::OBJECT) {
        if (type == 0 || type == model_types().resource) {
            out.push(object_item(value));
        } else {
            out.push_node(value, {}, type, true);
        }
        return;
    }
    const JsonView beside = extra.exists() && extra.is_object() ? extra : JsonView{};
    if (kind != dom::element_type::NULL_VALUE) {
        out.push_node(value, beside, type, false);
    } else if (beside.exists()) {
        out.push_node({}, beside, type, false);
    }
}

void append_values(const Property& property, TypeId type, Collection& out) {
    dom::array values;
    const bool is_list =
        property.value.exists() && JsonAccess::get(property.value).get(values) == simdjson::SUCCESS;
    if (!is_list && !property.extra.is_array()) {
        append_one(property.value, property.extra, type, out);
        return;
    }
    const std::vector<JsonView> extras = property.extra.elements();
    std::size_t number = 0;
    if (is_list) {
        for (const dom::element value : values) {
            append_one(JsonAccess::make(value),
                       number < extras.size() ? extras[number] : JsonView{}, type, out);
            ++number;
        }
    }
    for (; number < extras.size(); ++number) {
        append_one({}, extras[number], type, out);
    }
}

// "valueQuantity" or "_valueString" for "value".
void append_choice(const dom::object& object, TypeId type, const ModelElement& choice,
                   std::string_view name, Collection& out) {
    for (auto field = object.begin(); field != object.end(); ++field) {
        std::string_view key = field.key();
        const bool beside = key.starts_with('_');
        key.remove_prefix(beside ? 1 : 0);
        if (key.size() <= name.size() || !key.starts_with(name)) {
            continue;
        }
        const ModelElement* const member = Model::r4().find_element(type, key);
        if (member == nullptr || member->choice_of != choice.name) {
            continue;
        }
        const Property property =
            find_property(object, key, Model::r4().is_primitive(member->types[0]));
        if (beside && property.value.exists()) {
            continue;
        }
        append_values(property, member->types[0], out);
    }
}

TypeId untyped_type(std::string_view name) {
    return name == "extension" || name == "modifierExtension" ? model_types().extension : TypeId{0};
}

void append_object_member(const JsonView& json, TypeId type, std::string_view name,
                          fhir::NameId name_id, Collection& out) {
    dom::object object;
    if (JsonAccess::get(json).get(object) != simdjson::SUCCESS) {
        return;
    }
    const Model& model = Model::r4();
    const ModelElement* const element = model.find_element(type, name_id);
    if (element == nullptr) {
        append_values(find_property(object, name, true), untyped_type(name), out);
    } else if (element->is_choice) {
        append_choice(object, type, *element, name, out);
    } else {
        const TypeId to = element->types[0];
        append_values(find_property(object, name, model.is_primitive(to)), to, out);
    }
}

// "1.50", "-12e3": the digits with the point where the exponent puts it.
std::optional<Item> written_item(std::string_view written) {
    const std::size_t mark = written.find_first_of("eE");
    if (mark == std::string_view::npos) {
        return parse_decimal(written);
    }
    int exponent = 0;
    const char* first = written.data() + mark + 1;
    first += *first == '+' ? 1 : 0;
    const auto read = std::from_chars(first, written.data() + written.size(), exponent);
    constexpr int exponent_max = 400;
    if (read.ec != std::errc() || exponent < -exponent_max || exponent > exponent_max) {
        return std::nullopt;
    }
    std::string digits(written.substr(0, mark));
    const bool negative = digits.starts_with('-');
    digits.erase(0, negative ? 1 : 0);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    digits.erase(point, 1);
    const int whole = static_cast<int>(point) + exponent;  // digits before the point
    if (whole <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - whole), '0');
    } else if (static_cast<std::size_t>(whole) > digits.size()) {
        digits.append(static_cast<std::size_t>(whole) - digits.size(), '0');
    }
    const auto at = static_cast<std::size_t>(std::max(whole, 1));
    if (at < digits.size()) {
        digits.insert(at, ".");
    }
    return parse_decimal((negative ? "-" : "") + digits);
}

// Nothing where it is beyond the range of Decimal.
std::optional<Item> number_item(const JsonView& json, bool as_decimal) {
    if (const auto whole = json.integer()) {
        if (as_decimal) {
            return Item::of(values::Decimal::from_integer(*whole), 0);
        }
        const bool fits = *whole >= std::numeric_limits<std::int32_t>::min() &&
                          *whole <= std::numeric_limits<std::int32_t>::max();
        return fits ? Item::of_integer(*whole) : Item::of_long(*whole);
    }
    if (const std::string_view written = json.written(); !written.empty()) {
        return written_item(written);
    }
    const auto decimal = values::Decimal::from_double(json.number().value_or(0));
    // It was written with a point.
    return decimal ? std::optional(Item::of(*decimal, 1)) : std::nullopt;
}

Item text_item(std::string_view text, ValueClass kind) {
    std::optional<Item> item;
    if (kind == ValueClass::Date) {
        item = parse_date(text);
    } else if (kind == ValueClass::DateTime) {
        item = parse_date_time(text);
    } else if (kind == ValueClass::Time) {
        item = parse_time(text);
    }
    return item.value_or(Item::of(text));
}

std::optional<Item> quantity_item(const Item& item) {
    const JsonView json = item.value();
    const JsonView number = json["value"];
    const std::string_view code = json["code"].text();
    if (!number.is_number() || json["comparator"].exists() || code.empty() ||
        json["system"].text() != ucum_url) {
        return std::nullopt;
    }
    const auto decimal = number_item(number, true);
    if (!decimal) {
        return std::nullopt;
    }
    const bool time = code == "a" || code == "mo" || code == "wk" || code == "d" || code == "h" ||
                      code == "min" || code == "s" || code == "ms";
    const std::uint8_t digits = number.written().empty() ? 0 : decimal->digits;
    return Item::of_quantity(decimal->decimal(), digits, code,
                             time ? UnitKind::Either : UnitKind::Ucum);
}

void append_property_children(const dom::object& object, TypeId type, Collection& out) {
    for (auto field = object.begin(); field != object.end(); ++field) {
        std::string_view key = field.key();
        const bool beside = key.starts_with('_');
        key.remove_prefix(beside ? 1 : 0);
        if (key == "resourceType" && type != 0) {
            continue;
        }
        dom::element plain;
        if (beside && object.at_key(key).get(plain) == simdjson::SUCCESS) {
            continue;
        }
        const ModelElement* const element = Model::r4().find_element(type, key);
        const TypeId to = element == nullptr ? untyped_type(key) : element->types[0];
        const bool primitive = to == 0 || Model::r4().is_primitive(to);
        append_values(find_property(object, key, primitive), to, out);
    }
}

}  // namespace

void append_member(const Item& item, std::string_view name, fhir::NameId name_id, Collection& out) {
    if (item.kind == Kind::Quantity) {
        if (name == "value") {
            out.push(Item::of(item.decimal(), item.digits));
        } else if (name == "unit") {
            out.push(Item::of(item.unit()));
        }
        return;
    }
    if (item.kind == Kind::Type) {
        const bool system = Model::r4().type(item.type).kind == fhir::TypeKind::System;
        const std::string_view full = Model::r4().public_name(item.type);
        if (name == "namespace") {
            out.push(Item::of(std::string_view(system ? "System" : "FHIR")));
        } else if (name == "name") {
            out.push(Item::of(system ? full.substr(full.find('.') + 1) : full));
        }
        return;
    }
    if (!item.is_node()) {
        return;
    }
    if (item.is_object()) {
        append_object_member(item.value(), item.type, name, name_id, out);
    } else if (item.has_extra) {
        append_object_member(item.extra(), model_types().element, name, name_id, out);
    }
}

void append_children(const Item& item, Collection& out) {
    if (item.kind == Kind::Quantity) {
        append_member(item, "value", 0, out);
        append_member(item, "unit", 0, out);
        return;
    }
    if (!item.is_node()) {
        return;
    }
    const bool is_object = item.is_object();
    if (!is_object && !item.has_extra) {
        return;
    }
    dom::object object;
    if (JsonAccess::get(is_object ? item.value() : item.extra()).get(object) == simdjson::SUCCESS) {
        append_property_children(object, is_object ? item.type : model_types().element, out);
    }
}

std::optional<Item> to_system(const Item& item) {
    if (!item.is_node()) {
        return item;
    }
    if (!item.has_value) {
        return is_primitive(item) ? std::nullopt : std::optional(item);
    }
    const JsonView json = item.value();
    const ValueClass kind = model_types().value_class(item.type);
    if (item.is_object()) {
        return kind == ValueClass::Quantity ? quantity_item(item).value_or(item) : item;
    }
    std::string_view text;
    if (JsonAccess::get(json).get(text) == simdjson::SUCCESS) {
        return text_item(text, kind);
    }
    if (const auto truth = json.boolean()) {
        return Item::of(*truth);
    }
    if (json.is_number()) {
        return number_item(json, kind == ValueClass::Decimal);
    }
    return item;
}

bool is_fhir_quantity(const Item& item) {
    return item.is_node() && model_types().value_class(item.type) == ValueClass::Quantity;
}

bool is_primitive(const Item& item) {
    return !item.is_object();
}

TypeId type_of(const Item& item) {
    const ModelTypes& types = model_types();
    switch (item.kind) {
        case Kind::Node:
            break;
        case Kind::Type:
            return 0;
        default:
            return types.system[static_cast<std::size_t>(item.kind)];
    }
    if (item.type != 0 || !item.has_value || item.is_object()) {
        return item.type;
    }
    const auto system = to_system(item);
    return system && !system->is_node() ? type_of(*system) : TypeId{0};
}

bool is_of(const Item& item, const TypeName& types) {
    if (types.system != 0 && types.system == model_types().any) {
        return true;
    }
    const TypeId type = type_of(item);
    if (type == 0) {
        return false;
    }
    const Model& model = Model::r4();
    return (types.system != 0 && model.is_subtype(type, types.system)) ||
           (types.fhir != 0 && model.is_subtype(type, types.fhir));
}

Item object_item(const JsonView& json) {
    const std::string_view name = json["resourceType"].text();
    const TypeId type = name.empty() ? TypeId{0} : Model::r4().find_type(name);
    const bool resource = type != 0 && Model::r4().is_resource(type);
    return Item::of_node(json, {}, resource ? type : TypeId{0});
}

bool same_json(const JsonView& left, const JsonView& right) {
    if (left.is_object() && right.is_object()) {
        const auto members = left.members();
        if (members.size() != right.members().size()) {
            return false;
        }
        for (const auto& [name, value] : members) {
            const JsonView other = right[name];
            if (!other.exists() || !same_json(value, other)) {
                return false;
            }
        }
        return true;
    }
    if (left.is_array() && right.is_array()) {
        const auto ours = left.elements();
        const auto theirs = right.elements();
        bool same = ours.size() == theirs.size();
        for (std::size_t i = 0; same && i < ours.size(); ++i) {
            same = same_json(ours[i], theirs[i]);
        }
        return same;
    }
    if (left.is_number() && right.is_number()) {
        const auto one = number_item(left, true);
        const auto other = number_item(right, true);
        return one && other ? one->decimal() == other->decimal() : left.number() == right.number();
    }
    if (left.is_string() && right.is_string()) {
        return left.text() == right.text();
    }
    return left.exists() && right.exists() && left.to_json() == right.to_json();
}

}  // namespace parcours::fhirpath
