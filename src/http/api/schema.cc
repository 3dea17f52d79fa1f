#include "http/api/schema.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/problem.h"

namespace parcours::http::api {
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

std::string_view type_words(std::string_view type) {
    return type == "object"    ? "an object"
           : type == "array"   ? "a list"
           : type == "string"  ? "a text"
           : type == "boolean" ? "true or false"
           : type == "integer" ? "a whole number"
           : type == "number"  ? "a number"
                               : "null";
}

std::string type_text(const JsonView& type) {
    if (type.is_string()) {
        return std::string(type_words(type.text()));
    }
    std::string words;
    for (const JsonView one : type.elements()) {
        words += (words.empty() ? "" : " or ") + std::string(type_words(one.text()));
    }
    return words;
}

void look_at_bounds(const JsonView& schema, const JsonView& value, const std::string& path,
                    std::vector<FieldProblem>& faults) {
    if (const JsonView least = schema["minimum"];
        least && value.is_number() && *value.number() < *least.number()) {
        faults.push_back({path, "must be at least " + least.to_json()});
    }
    if (const JsonView most = schema["maximum"];
        most && value.is_number() && *value.number() > *most.number()) {
        faults.push_back({path, "must be at most " + most.to_json()});
    }
    if (!value.is_string()) {
        return;
    }
    if (const JsonView least = schema["minLength"];
        least && length_of(value.text()) < *least.integer()) {
        faults.push_back({path, *least.integer() == 1
                                    ? "must not be empty"
                                    : "must have at least " + least.to_json() + " characters"});
    }
    if (const JsonView most = schema["maxLength"];
        most && length_of(value.text()) > *most.integer()) {
        faults.push_back({path, "must have at most " + most.to_json() + " characters"});
    }
}

std::string known_members(const JsonView& schema) {
    std::string known;
    for (const auto& [name, rule] : schema["properties"].members()) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return known;
}

}  // namespace

std::int64_t length_of(std::string_view text) {
    return std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::string choice_text(const JsonView& allowed) {
    std::string list;
    for (const JsonView one : allowed.elements()) {
        list += (list.empty() ? "" : ", ") +
                (one.is_string() ? std::string(one.text()) : one.to_json());
    }
    return "one of: " + list;
}

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

JsonView SchemaJudge::behind(JsonView schema) const {
    while (const JsonView reference = schema["$ref"]) {
        schema = resolve(reference.text());
    }
    return schema;
}

std::vector<FieldProblem> SchemaJudge::judge(const JsonView& schema, const JsonView& value) const {
    Faults faults;
    look(schema, value, "", faults);
    return faults;
}

void SchemaJudge::look(const JsonView& schema, const JsonView& value, const std::string& path,
                       Faults& faults) const {
    if (!schema.is_object()) {
        faults.push_back({path, "there is no schema"});
        return;
    }
    for (const auto& [word, rule] : schema.members()) {
        if (std::ranges::find(known_words, word) == known_words.end()) {
            faults.push_back({path, "the judge does not know \"" + std::string(word) + '"'});
        }
    }
    if (const JsonView reference = schema["$ref"]) {
        look(resolve(reference.text()), value, path, faults);
    }
    if (const JsonView type = schema["type"]; type && !has_any_type(value, type)) {
        faults.push_back({path, "must be " + type_text(type)});
        return;
    }
    if (const JsonView allowed = schema["enum"]) {
        const auto values = allowed.elements();
        if (std::ranges::none_of(
                values, [&](const JsonView& each) { return each.to_json() == value.to_json(); })) {
            faults.push_back({path, "must be " + choice_text(allowed)});
        }
    }
    look_at_bounds(schema, value, path, faults);
    if (const JsonView ways = schema["oneOf"]) {
        const auto all = ways.elements();
        if (std::ranges::count_if(
                all, [&](const JsonView& way) { return judge(way, value).empty(); }) != 1) {
            faults.push_back({path, "fits not exactly one of the alternatives"});
        }
    }
    look_at_object(schema, value, path, faults);
    look_at_array(schema, value, path, faults);
}

void SchemaJudge::look_at_object(const JsonView& schema, const JsonView& value,
                                 const std::string& path, Faults& faults) const {
    if (!value.is_object()) {
        return;
    }
    for (const JsonView name : schema["required"].elements()) {
        if (!value[name.text()]) {
            faults.push_back({path + '/' + std::string(name.text()), "is missing"});
        }
    }
    const auto members = value.members();
    if (const JsonView least = schema["minProperties"];
        least && static_cast<std::int64_t>(members.size()) < *least.integer()) {
        faults.push_back({path, "must have at least " + least.to_json() +
                                    " of the members: " + known_members(schema)});
    }
    const JsonView others = schema["additionalProperties"];
    std::set<std::string_view> seen;
    for (const auto& [name, member] : members) {
        const std::string below = path + '/' + std::string(name);
        if (!seen.insert(name).second) {
            faults.push_back({below, "comes twice"});
        } else if (const JsonView rule = schema["properties"][name]) {
            look(rule, member, below, faults);
        } else if (others.is_object()) {
            look(others, member, below, faults);
        } else if (others.is_bool() && !*others.boolean()) {
            faults.push_back({below, "is not known here; known: " + known_members(schema)});
        }
    }
}

void SchemaJudge::look_at_array(const JsonView& schema, const JsonView& value,
                                const std::string& path, Faults& faults) const {
    if (!value.is_array()) {
        return;
    }
    const auto elements = value.elements();
    const auto count = static_cast<std::int64_t>(elements.size());
    if (const JsonView least = schema["minItems"]; least && count < *least.integer()) {
        faults.push_back({path, "must have at least " + least.to_json() + " elements"});
    }
    if (const JsonView most = schema["maxItems"]; most && count > *most.integer()) {
        faults.push_back({path, "must have at most " + most.to_json() + " elements"});
        return;
    }
    if (const JsonView items = schema["items"]) {
        for (std::size_t i = 0; i < elements.size(); ++i) {
            look(items, elements[i], path + '/' + std::to_string(i), faults);
        }
    }
}

}  // namespace parcours::http::api
