#include "http/api/tests/schema.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace parcours::http::api::testing {
namespace {

constexpr std::array<std::string_view, 18> known_words = {
    "$ref",      "type",      "enum",    "required",    "properties",    "additionalProperties",
    "items",     "oneOf",     "minimum", "maximum",     "minItems",      "maxItems",
    "minLength", "maxLength", "default", "description", "minProperties", "title"};

bool has_type(const JsonView& value, std::string_view type) {
    return type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "boolean" ? value.is_bool()
           : type == "null"    ? value.is_null()
           : type == "integer" ? value.integer() || value.natural()
           : type == "number"  ? value.is_number()
                               : false;
}

bool has_any_type(const JsonView& value, const JsonView& type) {
    if (type.is_string()) {
        return has_type(value, type.text());
    }
    return std::ranges::any_of(type.elements(),
                               [&](const JsonView& each) { return has_type(value, each.text()); });
}

}  // namespace

JsonView SchemaJudge::resolve(std::string_view reference) const {
    JsonView found = root_;
    while (!reference.empty()) {
        const std::size_t slash = reference.find('/');
        const std::string_view part = reference.substr(0, slash);
        if (part != "#") {
            found = found[part];
        }
        reference.remove_prefix(slash == std::string_view::npos ? reference.size() : slash + 1);
    }
    return found;
}

std::vector<std::string> SchemaJudge::judge(const JsonView& schema, const JsonView& value) const {
    std::vector<std::string> faults;
    look(schema, value, "", faults);
    return faults;
}

void SchemaJudge::look(const JsonView& schema, const JsonView& value, const std::string& path,
                       std::vector<std::string>& faults) const {
    if (!schema.is_object()) {
        faults.push_back(path + ": there is no schema");
        return;
    }
    for (const auto& [word, rule] : schema.members()) {
        if (std::ranges::find(known_words, word) == known_words.end()) {
            faults.push_back(path + ": the judge does not know \"" + std::string(word) + '"');
        }
    }
    if (const JsonView reference = schema["$ref"]) {
        look(resolve(reference.text()), value, path, faults);
    }
    if (const JsonView type = schema["type"]; type && !has_any_type(value, type)) {
        faults.push_back(path + ": is not " + type.to_json() + " but " + value.to_json());
        return;
    }
    if (const JsonView allowed = schema["enum"]) {
        const auto values = allowed.elements();
        if (std::ranges::none_of(
                values, [&](const JsonView& each) { return each.to_json() == value.to_json(); })) {
            faults.push_back(path + ": " + value.to_json() + " is none of " + allowed.to_json());
        }
    }
    if (const JsonView least = schema["minimum"];
        least && value.is_number() && *value.number() < *least.number()) {
        faults.push_back(path + ": is less than " + least.to_json());
    }
    if (const JsonView ways = schema["oneOf"]) {
        const auto all = ways.elements();
        if (std::ranges::count_if(
                all, [&](const JsonView& way) { return judge(way, value).empty(); }) != 1) {
            faults.push_back(path + ": fits not exactly one of the alternatives");
        }
    }
    look_at_object(schema, value, path, faults);
    look_at_array(schema, value, path, faults);
}

void SchemaJudge::look_at_object(const JsonView& schema, const JsonView& value,
                                 const std::string& path, std::vector<std::string>& faults) const {
    if (!value.is_object()) {
        return;
    }
    for (const JsonView name : schema["required"].elements()) {
        if (!value[name.text()]) {
            faults.push_back(path + ": lacks \"" + std::string(name.text()) + '"');
        }
    }
    const JsonView others = schema["additionalProperties"];
    for (const auto& [name, member] : value.members()) {
        const std::string below = path + '/' + std::string(name);
        if (const JsonView rule = schema["properties"][name]) {
            look(rule, member, below, faults);
        } else if (others.is_object()) {
            look(others, member, below, faults);
        } else if (others.is_bool() && !*others.boolean()) {
            faults.push_back(below + ": is not described");
        }
    }
}

void SchemaJudge::look_at_array(const JsonView& schema, const JsonView& value,
                                const std::string& path, std::vector<std::string>& faults) const {
    if (!value.is_array()) {
        return;
    }
    const auto elements = value.elements();
    const auto count = static_cast<std::int64_t>(elements.size());
    if (const JsonView least = schema["minItems"]; least && count < *least.integer()) {
        faults.push_back(path + ": has too few elements");
    }
    if (const JsonView most = schema["maxItems"]; most && count > *most.integer()) {
        faults.push_back(path + ": has too many elements");
    }
    if (const JsonView items = schema["items"]) {
        for (std::size_t i = 0; i < elements.size(); ++i) {
            look(items, elements[i], path + '/' + std::to_string(i), faults);
        }
    }
}

}  // namespace parcours::http::api::testing
