// %factory: makes elements of FHIR's types (FHIR, FHIRPath supplements, "Type Factory API").

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/function.h"
#include "fhirpath/functions/primitive_rules.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {
namespace {

using fhir::Model;
using fhir::TypeId;

/// What stands in a property of the element that is made.
struct Content {
    std::string name;
    Collection items;
    bool is_list = false;
};

std::string extra_json(const Item& item) {
    return item.has_extra ? item.extra().to_json() : "null";
}

// "name": values and, where one has extensions, "_name".
void write_content(JsonWriter& json, const Content& content) {
    if (content.items.empty()) {
        return;
    }
    std::string values = "[";
    std::string extras = "[";
    bool any_value = false;
    bool any_extra = false;
    for (const Item& item : content.items) {
        const std::string value = to_json(item);
        any_value = any_value || !value.empty();
        any_extra = any_extra || item.has_extra;
        values += (values.size() > 1 ? "," : "") + (value.empty() ? "null" : value);
        extras += (extras.size() > 1 ? "," : "") + extra_json(item);
    }
    const auto written = [&content](const std::string& list) {
        return content.is_list ? list + "]" : list.substr(1);
    };
    if (any_value) {
        json.key(content.name).raw(written(values));
    }
    if (any_extra) {
        json.key("_" + content.name).raw(written(extras));
    }
}

// FHIR's type for a value: its own, or the nearest to a System type.
TypeId fhir_type(const Item& item) {
    constexpr auto names =
        std::to_array<std::string_view>({"", "boolean", "integer", "integer", "decimal", "string",
                                         "date", "dateTime", "time", "Quantity"});
    const Model& model = Model::r4();
    const TypeId type = type_of(item);
    if (type != 0 && model.type(type).kind != fhir::TypeKind::System) {
        return type;
    }
    const auto value = to_system(item);
    const auto kind = value ? static_cast<std::size_t>(value->kind) : std::size_t{0};
    return kind < names.size() ? model.find_type(names[kind]) : TypeId{0};
}

bool push_object(const Call& call, std::string_view json, TypeId type) {
    const JsonView made = call.evaluator.arena().keep_json(json);
    call.out.push(Item::of_node(made, {}, type));
    return call.evaluator.work(call.node, json.size());
}

bool optional_argument(const Call& call, std::size_t number, Collection& out) {
    return number >= call.node.arguments.size() || call.evaluator.argument(call, number, out);
}

// A primitive: its value, which may be empty, and extensions.
bool primitive(const Call& call) {
    Collection value;
    Collection extensions;
    if (!optional_argument(call, 0, value) || !optional_argument(call, 1, extensions)) {
        return false;
    }
    const TypeId type = Model::r4().find_type(call.node.name);
    std::string text;
    if (!value.empty()) {
        const auto plain = value.size() == 1 ? to_system(value[0]) : std::nullopt;
        text = plain ? to_json(*plain) : "";
        if (!plain || !is_valid_primitive(call.node.name, *plain)) {
            return call.evaluator.fail(
                call.node, fmt::format("this is no value of FHIR's {}", call.node.name));
        }
    }
    std::string json;
    JsonWriter writer(json);
    writer.begin_object();
    if (!text.empty()) {
        // A decimal may be given as text.
        const bool number = call.node.name == "decimal" && text.starts_with('"');
        writer.key("v").raw(number ? std::string_view(text).substr(1, text.size() - 2) : text);
    }
    writer.key("x").begin_object();
    write_content(writer, {"extension", extensions, true});
    writer.end_object().end_object();
    const JsonView made = call.evaluator.arena().keep_json(json);
    call.out.push(Item::of_node(made["v"], extensions.empty() ? JsonView{} : made["x"], type));
    return call.evaluator.work(call.node, json.size());
}

/// A type's properties in the order of the arguments.
struct Shape {
    std::string_view type;
    std::span<const std::string_view> properties;
};

constexpr auto identifier_parts =
    std::to_array<std::string_view>({"system", "value", "use", "type"});
constexpr auto name_parts =
    std::to_array<std::string_view>({"family", "given", "prefix", "suffix", "text", "use"});
constexpr auto contact_parts = std::to_array<std::string_view>({"system", "value", "use"});
constexpr auto address_parts = std::to_array<std::string_view>(
    {"line", "city", "state", "postalCode", "country", "use", "type"});
constexpr auto quantity_parts =
    std::to_array<std::string_view>({"system", "code", "value", "unit"});
constexpr auto coding_parts =
    std::to_array<std::string_view>({"system", "code", "display", "version"});
constexpr auto concept_parts = std::to_array<std::string_view>({"coding", "text"});
constexpr auto shapes = std::to_array<Shape>({{"Identifier", identifier_parts},
                                              {"HumanName", name_parts},
                                              {"ContactPoint", contact_parts},
                                              {"Address", address_parts},
                                              {"Quantity", quantity_parts},
                                              {"Coding", coding_parts},
                                              {"CodeableConcept", concept_parts}});

// Texts stay texts; a decimal may be written as one.
bool fits(const Item& item, TypeId type, std::string& decimal) {
    const Model& model = Model::r4();
    const auto value = to_system(item);
    if (!model.is_primitive(type)) {
        return item.is_node() && !is_primitive(item);
    }
    if (!value) {
        return true;
    }
    const bool number = model.type(type).name == "decimal";
    if (number && value->kind == Kind::String && is_valid_primitive("decimal", *value)) {
        decimal = value->text();
        return true;
    }
    return number ? value->is_number() : value->kind == Kind::String;
}

bool element(const Call& call) {
    const auto shape = std::ranges::find(shapes, std::string_view(call.node.name), &Shape::type);
    const Model& model = Model::r4();
    const TypeId type = model.find_type(shape->type);
    std::string json;
    JsonWriter writer(json);
    writer.begin_object();
    for (std::size_t i = 0; i < call.node.arguments.size(); ++i) {
        const fhir::ModelElement* const property = model.find_element(type, shape->properties[i]);
        Content content{std::string(shape->properties[i]), {}, property->is_list};
        if (!call.evaluator.argument(call, i, content.items)) {
            return false;
        }
        std::string decimal;
        bool good = property->is_list || content.items.size() <= 1;
        for (const Item& item : content.items) {
            good = good && fits(item, property->types[0], decimal);
        }
        if (!good) {
            return call.evaluator.fail(*call.node.arguments[i],
                                       fmt::format("{}.{} takes {} {}", shape->type, content.name,
                                                   property->is_list ? "items of" : "one",
                                                   model.type(property->types[0]).name));
        }
        if (!decimal.empty()) {
            writer.key(content.name).raw(decimal);
        } else {
            write_content(writer, content);
        }
    }
    writer.end_object();
    return push_object(call, json, type);
}

// {"url", "valueX"}; nothing where the value has no type of FHIR.
std::optional<std::string> extension_json(std::string_view url, const Collection& value) {
    std::string json;
    JsonWriter writer(json);
    writer.begin_object().member("url", url);
    if (!value.empty()) {
        const TypeId type = fhir_type(value[0]);
        if (type == 0 || value.size() > 1) {
            return std::nullopt;
        }
        std::string name(Model::r4().type(type).name);
        name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
        write_content(writer, {"value" + name, value, false});
    }
    writer.end_object();
    return json;
}

// Reads url and value from the arguments that begin at `first`.
bool read_extension(const Call& call, std::size_t first, std::string& json) {
    std::optional<std::string_view> url;
    Collection value;
    if (!call.evaluator.string_argument(call, first, url) ||
        !optional_argument(call, first + 1, value)) {
        return false;
    }
    auto made = url ? extension_json(*url, value) : std::nullopt;
    if (!made) {
        return call.evaluator.fail(call.node,
                                   "an extension takes a url and one value of a FHIR type");
    }
    json = std::move(*made);
    return true;
}

bool extension(const Call& call) {
    std::string json;
    return read_extension(call, 0, json) &&
           push_object(call, json, Model::r4().find_type("Extension"));
}

bool create(const Call& call) {
    const TypeId type = call.node.types.fhir;
    if (type == 0) {
        return call.evaluator.fail(call.node, "create() takes the name of a type of FHIR");
    }
    if (!Model::r4().is_resource(type)) {
        return push_object(call, "{}", type);
    }
    return push_object(
        call, fmt::format("{{\"resourceType\":\"{}\"}}", Model::r4().type(type).name), type);
}

// The members of an object with one of them set, or one more in its list.
std::string with_member(const JsonView& object, std::string_view name, std::string_view json,
                        bool is_list) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    bool found = false;
    for (const auto& [key, value] : object.members()) {
        if (key != name) {
            writer.key(key).raw(value.to_json());
        } else if (is_list) {
            const std::string before = value.to_json();
            writer.key(key).raw(before.substr(0, before.size() - 1) +
                                (before.size() > 2 ? "," : "") + std::string(json) + "]");
            found = true;
        }
    }
    if (!found) {
        writer.key(name).raw(is_list ? "[" + std::string(json) + "]" : std::string(json));
    }
    writer.end_object();
    return out;
}

bool push_changed(const Call& call, const Item& item, std::string_view name,
                  const std::string& json, bool is_list) {
    const bool object = item.is_object();
    const std::string text = with_member(object ? item.value() : item.extra(), name, json, is_list);
    const JsonView made = call.evaluator.arena().keep_json(text);
    call.out.push(object ? Item::of_node(made, {}, item.type)
                         : Item::of_node(item.value(), made, item.type));
    return call.evaluator.work(call.node, text.size());
}

bool read_instance(const Call& call, Collection& instance) {
    if (!call.evaluator.argument(call, 0, instance)) {
        return false;
    }
    return (instance.size() == 1 && instance[0].is_node()) ||
           call.evaluator.fail(call.node, "it takes one element of FHIR");
}

bool with_extension(const Call& call) {
    Collection instance;
    std::string json;
    return read_instance(call, instance) && read_extension(call, 1, json) &&
           push_changed(call, instance[0], "extension", json, true);
}

bool with_property(const Call& call) {
    Collection instance;
    Collection value;
    std::optional<std::string_view> name;
    if (!read_instance(call, instance) || !call.evaluator.string_argument(call, 1, name) ||
        !call.evaluator.argument(call, 2, value)) {
        return false;
    }
    if (!name || value.size() != 1) {
        return call.evaluator.fail(call.node, "it takes the name of a property and one value");
    }
    const fhir::ModelElement* const property = Model::r4().find_element(instance[0].type, *name);
    return push_changed(call, instance[0], *name, to_json(value[0]),
                        property != nullptr && property->is_list);
}

constexpr auto table = std::to_array<Function>({
    {"Address", 0, 7, element, "line, city, state, postalCode, country, use, type"},
    {"CodeableConcept", 0, 2, element, "coding, text"},
    {"Coding", 0, 4, element, "system, code, display, version"},
    {"ContactPoint", 0, 3, element, "system, value, use"},
    {"Extension", 1, 2, extension, "url, value"},
    {"HumanName", 0, 6, element, "family, given, prefix, suffix, text, use"},
    {"Identifier", 0, 4, element, "system, value, use, type"},
    {"Quantity", 0, 4, element, "system, code, value, unit"},
    {"base64Binary", 1, 2, primitive, "value, extensions"},
    {"boolean", 1, 2, primitive, "value, extensions"},
    {"canonical", 1, 2, primitive, "value, extensions"},
    {"code", 1, 2, primitive, "value, extensions"},
    {"create", 1, 1, create, "An element without content", true},
    {"date", 1, 2, primitive, "value, extensions"},
    {"dateTime", 1, 2, primitive, "value, extensions"},
    {"decimal", 1, 2, primitive, "value, extensions"},
    {"id", 1, 2, primitive, "value, extensions"},
    {"instant", 1, 2, primitive, "value, extensions"},
    {"integer", 1, 2, primitive, "value, extensions"},
    {"markdown", 1, 2, primitive, "value, extensions"},
    {"oid", 1, 2, primitive, "value, extensions"},
    {"positiveInt", 1, 2, primitive, "value, extensions"},
    {"string", 1, 2, primitive, "value, extensions"},
    {"time", 1, 2, primitive, "value, extensions"},
    {"unsignedInt", 1, 2, primitive, "value, extensions"},
    {"uri", 1, 2, primitive, "value, extensions"},
    {"url", 1, 2, primitive, "value, extensions"},
    {"uuid", 1, 2, primitive, "value, extensions"},
    {"withExtension", 2, 3, with_extension, "An element with one more extension"},
    {"withProperty", 3, 3, with_property, "An element with a property set"},
});

}  // namespace

const Function* find_factory_function(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Function::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace parcours::fhirpath
