#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "campaign/definition.h"

namespace parcours::campaign {

/// The keys that one kind of map in a campaign file may have. The reader knows exactly these; the
/// published schema (docs/campaign.schema.json) has the same, which a test holds so.
struct KeyGroup {
    std::string_view name;  ///< of the schema's definition: "campaign", "enter", "send" …
    std::string_view what;  ///< for messages: "a campaign"
    std::span<const std::string_view> keys;
};
[[nodiscard]] std::span<const KeyGroup> key_groups();
/// Must exist.
[[nodiscard]] const KeyGroup& get_key_group(std::string_view name);

/// The keys of which each step has exactly one: send, wait, wait-for, branch, task, end.
[[nodiscard]] std::span<const std::string_view> step_kinds();
/// Events a campaign may start on or wait for.
[[nodiscard]] std::span<const std::string_view> entry_events();
[[nodiscard]] std::span<const std::string_view> awaited_events();
/// What an enrolment may be about.
[[nodiscard]] std::span<const std::string_view> enrolment_keys();
[[nodiscard]] std::span<const std::string_view> task_kinds();
/// Exits by name: left-care, palliative, done-elsewhere.
[[nodiscard]] std::span<const std::string_view> exit_names();
[[nodiscard]] std::optional<Exit::Kind> find_exit(std::string_view name);

}  // namespace parcours::campaign
