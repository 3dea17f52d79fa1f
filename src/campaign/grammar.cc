#include "campaign/grammar.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "campaign/definition.h"

namespace parcours::campaign {
namespace {

using Text = std::string_view;

constexpr std::array<Text, 5> events_awaited{"reply", "delivered", "not-delivered", "answer",
                                             "form"};
constexpr std::array<Text, 3> kinds_of_task{"call", "letter-batch", "review"};
constexpr std::array<Text, 3> strata{"gender", "age", "language"};
constexpr std::array<Text, 3> exits{"left-care", "palliative", "done-elsewhere"};

}  // namespace

const KeyGroup& get_key_group(std::string_view name) {
    for (const auto& groups : {head_groups(), step_groups()}) {
        const auto found = std::ranges::find(groups, name, &KeyGroup::name);
        if (found != groups.end()) {
            return *found;
        }
    }
    check(false, "a group of keys that does not exist");
    return head_groups().front();
}

bool has_key(const KeyGroup& group, std::string_view key) {
    return std::ranges::find(group.keys, key, &KeyInfo::name) != group.keys.end();
}

std::span<const std::string_view> awaited_events() {
    return events_awaited;
}
std::span<const std::string_view> task_kinds() {
    return kinds_of_task;
}
std::span<const std::string_view> strata_names() {
    return strata;
}
std::span<const std::string_view> exit_names() {
    return exits;
}

std::optional<Exit::Kind> find_exit(std::string_view name) {
    constexpr std::array<Exit::Kind, 3> values{Exit::Kind::LeftCare, Exit::Kind::Palliative,
                                               Exit::Kind::DoneElsewhere};
    for (std::size_t i = 0; i < exits.size(); ++i) {
        if (exits[i] == name) {
            return values[i];
        }
    }
    return std::nullopt;
}

}  // namespace parcours::campaign
