#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "campaign/definition.h"

namespace parcours::campaign {

/// A key that a map in a campaign file may have, with its documentation.
struct KeyInfo {
    std::string_view name;
    /// What its value must be: the inside of a JSON Schema object, such as `"type": "string"`.
    std::string_view schema;
    std::string_view help;  ///< a sentence without a full stop
    bool required = false;
};

/// The keys that one kind of map may have. The reader knows exactly these; the published schema and
/// the reference in docs/ are made of them.
struct KeyGroup {
    std::string_view name;  ///< of the schema's definition: "campaign", "enter", "send" …
    std::string_view what;  ///< for messages: "a campaign"
    std::string_view help;  ///< one or two sentences
    std::span<const KeyInfo> keys;
    std::string_view more;     ///< further members of its schema; each begins with a comma
    std::string_view example;  ///< of steps: lines of `steps:` that are read, checked and run
};

/// The head of a campaign and what stands in it, then all kinds of steps.
[[nodiscard]] std::span<const KeyGroup> head_groups();
[[nodiscard]] std::span<const KeyGroup> step_groups();
/// Must exist.
[[nodiscard]] const KeyGroup& get_key_group(std::string_view name);
/// Whether a group has the key.
[[nodiscard]] bool has_key(const KeyGroup& group, std::string_view key);

/// Events a campaign may start on or wait for.
[[nodiscard]] std::span<const std::string_view> awaited_events();
[[nodiscard]] std::span<const std::string_view> task_kinds();
/// By what the lot of the holdout may be drawn in layers: gender, age, language.
[[nodiscard]] std::span<const std::string_view> strata_names();
/// Exits by name: left-care, palliative, done-elsewhere.
[[nodiscard]] std::span<const std::string_view> exit_names();
[[nodiscard]] std::optional<Exit::Kind> find_exit(std::string_view name);

/// The grammar as a JSON Schema: docs/campaign.schema.json.
[[nodiscard]] std::string schema_text();
/// All keys in Markdown: docs/campaign-reference.md.
[[nodiscard]] std::string reference_text();
/// A campaign around an example of a step, as people would write it.
[[nodiscard]] std::string example_campaign(const KeyGroup& step);

}  // namespace parcours::campaign
