#include "record/engagement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace parcours {
namespace {

constexpr std::array<std::string_view, stage_count> stages = {"awareness", "help",      "care",
                                                              "treatment", "lifestyle", "ongoing"};
constexpr std::array<std::string_view, 5> care_statuses = {"registered", "active", "palliative",
                                                           "left", "deceased"};
constexpr std::array<std::string_view, 3> purposes = {"direct-care", "operations", "marketing"};
constexpr std::array<std::string_view, 4> outcomes = {"send", "later", "not-sent", "joined"};

template <class T, std::size_t N>
std::optional<T> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<T>(found - names.begin());
}

}  // namespace

std::string_view stage_name(Stage stage) {
    return stages.at(static_cast<std::size_t>(stage));
}

std::optional<Stage> find_stage(std::string_view name) {
    return find_name<Stage>(stages, name);
}

std::string_view care_status_name(CareStatus status) {
    return care_statuses.at(static_cast<std::size_t>(status));
}

std::string_view purpose_name(Purpose purpose) {
    return purposes.at(static_cast<std::size_t>(purpose));
}

std::optional<Purpose> find_purpose(std::string_view name) {
    return find_name<Purpose>(purposes, name);
}

std::string_view outcome_name(Decision::Outcome outcome) {
    return outcomes.at(static_cast<std::size_t>(outcome));
}

}  // namespace parcours
