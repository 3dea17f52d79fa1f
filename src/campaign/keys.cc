#include "campaign/keys.h"

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

constexpr std::array<Text, 15> campaign_keys{
    "campaign", "title",   "purpose", "concern", "topic", "priority", "evidence", "safety-critical",
    "enter",    "holdout", "salt",    "success", "exit",  "dates",    "steps"};
constexpr std::array<Text, 2> evidence_keys{"effect", "source"};
constexpr std::array<Text, 6> enter_keys{"cohort", "event", "by", "when", "key", "again"};
constexpr std::array<Text, 2> success_keys{"when", "then"};
constexpr std::array<Text, 2> exit_keys{"when", "as"};
constexpr std::array<Text, 7> send_keys{"send", "by",  "still", "not-after", "safety-critical",
                                        "then", "else"};
constexpr std::array<Text, 7> wait_keys{"wait", "at", "until", "then", "passed", "moved", "else"};
constexpr std::array<Text, 4> wait_for_keys{"wait-for", "at-most", "then", "else"};
constexpr std::array<Text, 2> branch_keys{"branch", "else"};
constexpr std::array<Text, 2> arm_keys{"if", "then"};
constexpr std::array<Text, 10> task_keys{"task",  "queue",   "due",      "script",
                                         "until", "at-most", "outcomes", "safety-critical",
                                         "then",  "else"};
constexpr std::array<Text, 1> end_keys{"end"};

constexpr std::array<KeyGroup, 12> groups{{{"campaign", "a campaign", campaign_keys},
                                           {"evidence", "evidence", evidence_keys},
                                           {"enter", "enter", enter_keys},
                                           {"success", "success", success_keys},
                                           {"exit", "an exit", exit_keys},
                                           {"send", "a send step", send_keys},
                                           {"wait", "a wait step", wait_keys},
                                           {"wait-for", "a wait-for step", wait_for_keys},
                                           {"branch", "a branch step", branch_keys},
                                           {"arm", "a way of a branch", arm_keys},
                                           {"task", "a task step", task_keys},
                                           {"end", "an end step", end_keys}}};

constexpr std::array<Text, 6> kinds{"send", "wait", "wait-for", "branch", "task", "end"};
constexpr std::array<Text, 1> events_in{"appointment.booked"};
constexpr std::array<Text, 1> events_awaited{"reply"};
constexpr std::array<Text, 1> keys_of_enrolment{"appointment"};
constexpr std::array<Text, 3> kinds_of_task{"call", "letter-batch", "review"};
constexpr std::array<Text, 3> exits{"left-care", "palliative", "done-elsewhere"};

}  // namespace

std::span<const KeyGroup> key_groups() {
    return groups;
}

const KeyGroup& get_key_group(std::string_view name) {
    for (const KeyGroup& group : groups) {
        if (group.name == name) {
            return group;
        }
    }
    check(false, "a group of keys that does not exist");
    return groups.front();
}

std::span<const std::string_view> step_kinds() {
    return kinds;
}
std::span<const std::string_view> entry_events() {
    return events_in;
}
std::span<const std::string_view> awaited_events() {
    return events_awaited;
}
std::span<const std::string_view> enrolment_keys() {
    return keys_of_enrolment;
}
std::span<const std::string_view> task_kinds() {
    return kinds_of_task;
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
