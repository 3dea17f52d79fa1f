// The grammar as others read it: a JSON Schema for editors, a reference for people.

#include <fmt/core.h>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "campaign/grammar.h"
#include "campaign/key_resource.h"

namespace parcours::campaign {
namespace {

constexpr std::string_view schema_head =
    R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://parcours.example/schema/campaign.schema.json",
  "title": "A Parcours campaign (campaigns/NAME.yaml)",
  "description": "What an editor can check. `parcours check` checks the rest: that ways lead somewhere, that time passes in circles, that content, cohorts and conditions exist. Made of the program's own table of keys.",
  "$ref": "#/$defs/campaign",
  "$defs": {
    "name": { "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64 },
    "cql": { "type": "string", "minLength": 1, "description": "CQL about the patient that gives true or false. `enrolled` is the moment of enrolment; with a key, its name (`appointment`) is that resource. `success` and `not success` stand for the campaign's own success." },
    "span": { "type": "string", "pattern": "^[0-9]+ +(minute|hour|day|week|month|year)s?$" },
    "moment": { "type": "string", "pattern": "^([0-9]+ +(minute|hour|day|week|month|year)s?( +(before|after) +[a-z][a-z0-9.-]*)?|on +[a-z][a-z0-9.-]*|until +[0-9]{4}-[0-9]{2}-[0-9]{2}( +[0-9]{1,2}:[0-9]{2})?)$", "description": "A length of time from now, one that leans on a date (`3 days before appointment`, `on appointment`), or a day: `until 2030-10-01 09:00`." },
    "time": { "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$" },
    "window": { "type": "string", "pattern": "^([a-z,-]+ +)?[0-9]{1,2}:[0-9]{2}(-[0-9]{1,2}:[0-9]{2})?$", "description": "The next local time: `10:00`, `10:00-16:00`, `mon-fri 10:00-16:00`." },
    "share": { "type": "string", "pattern": "^[0-9.]+ *%$" },
    "truth": { "enum": [true, false, "true", "false", "yes", "no"] },
    "titles": { "oneOf": [ { "type": "string" }, { "type": "object", "additionalProperties": { "type": "string" } } ] },
    "target": { "$ref": "#/$defs/name", "description": "The name of a step." },
    "steps": { "type": "object", "minProperties": 1, "propertyNames": { "$ref": "#/$defs/name" }, "additionalProperties": { "$ref": "#/$defs/step" } },
    "flow-steps": { "type": "object", "required": ["steps"], "additionalProperties": false, "properties": { "note": { "type": "string" }, "steps": { "$ref": "#/$defs/steps" } } })json";

std::string in_quotes(std::string_view text) {
    std::string out;
    JsonWriter(out).value(text);
    return out;
}

std::string group_schema(const KeyGroup& group) {
    std::string required;
    std::string properties;
    for (const KeyInfo& key : group.keys) {
        if (key.required) {
            required += (required.empty() ? "" : ", ") + in_quotes(key.name);
        }
        properties += fmt::format("{}        {}: {{ {}, \"description\": {} }}",
                                  properties.empty() ? "" : ",\n", in_quotes(key.name), key.schema,
                                  in_quotes(fmt::format("{}.", key.help)));
    }
    const std::string needs =
        required.empty() ? "" : fmt::format("      \"required\": [{}],\n", required);
    return fmt::format(
        ",\n    {}: {{\n      \"type\": \"object\",\n      \"description\": {},\n{}"
        "      \"additionalProperties\": false{},\n      \"properties\": {{\n{}\n      }}\n    }}",
        in_quotes(group.name), in_quotes(group.help), needs, group.more, properties);
}

/// What a value is, in a word or two, for people.
std::string_view value_words(std::string_view schema) {
    struct Words {
        std::string_view found;
        std::string_view words;
    };
    // The first that is found says it.
    constexpr Words all[] = {{"minLength", "CQL"},          {"defs/cql\"", "CQL"},
                             {"defs/span", "length"},       {"defs/moment", "moment"},
                             {"defs/window", "local time"}, {"defs/time", "local time"},
                             {"defs/truth", "yes or no"},   {"defs/arm", "list of ways"},
                             {"defs/lot", "list of ways"},  {"additionalProperties", "map"},
                             {"defs/target", "step"},       {"defs/share", "share"},
                             {"defs/name", "name"},         {"enum", "word"},
                             {"\"array\"", "list"},         {"integer", "value"}};
    for (const Words& one : all) {
        if (schema.find(one.found) != std::string_view::npos) {
            return one.words;
        }
    }
    return "text";
}

void write_keys(std::string& out, const KeyGroup& group) {
    out += "| key | is | |\n|---|---|---|\n";
    for (const KeyInfo& key : group.keys) {
        out += fmt::format("| `{}`{} | {} | {} |\n", key.name, key.required ? " (must)" : "",
                           value_words(key.schema), key.help);
    }
}

}  // namespace

std::string schema_text() {
    std::string out(schema_head);
    std::string kinds;
    for (const KeyGroup& group : step_groups()) {
        kinds +=
            fmt::format("{}{{ \"$ref\": \"#/$defs/{}\" }}", kinds.empty() ? "" : ", ", group.name);
    }
    for (const KeyGroup& group : head_groups()) {
        out += group_schema(group);
    }
    out += fmt::format(",\n    \"step\": {{ \"oneOf\": [ {} ] }}", kinds);
    for (const KeyGroup& group : step_groups()) {
        out += group_schema(group);
    }
    return out + "\n  }\n}\n";
}

std::string reference_text() {
    std::string out =
        "# Reference of campaigns\n\n"
        "Every key of a campaign file, made of the program's own table (`campaign_reference "
        "markdown`). How they work\ntogether is told in [campaigns.md](campaigns.md). Every "
        "example "
        "is read, checked and run as a test.\n";
    for (const KeyGroup& group : head_groups()) {
        out += fmt::format("\n## `{}`\n\n{}\n\n", group.name, group.help);
        write_keys(out, group);
    }
    out += "\n## Events that begin an enrolment\n\n| event | when | `key` |\n|---|---|---|\n";
    for (const KeyResource& resource : key_resources()) {
        out += fmt::format("| `{}` | {} | `{}` |\n", resource.event, resource.help, resource.name);
    }
    for (const KeyGroup& group : step_groups()) {
        out += fmt::format("\n## `{}`\n\n{}\n\n```yaml\n{}```\n\n", group.name, group.help,
                           group.example);
        write_keys(out, group);
    }
    return out;
}

std::string example_campaign(const KeyGroup& step) {
    return fmt::format(
        "campaign: example\n"
        "title: {{ en: Example, fr: Exemple, zh: 例 }}\n"
        "purpose: operations\n"
        "concern: diabetes\n"
        "enter: {{ by: hand }}\n"
        "steps:\n"
        "{}{}",
        step.example, step.name == "end" ? "" : "  done: { end: completed }\n");
}

}  // namespace parcours::campaign
