#pragma once

#include <string>
#include <string_view>

#include "engine/enrolment_view.h"

namespace parcours::engine {

/// Why somebody whom a step of a campaign put into another one is there.
[[nodiscard]] inline std::string started_because(std::string_view by_campaign) {
    return "started by the campaign " + std::string(by_campaign);
}

/// Why an enrolment began, as its first step was told.
[[nodiscard]] inline std::string came_in_because(const EnrolmentView& enrolment) {
    const EnrolmentState state = *enrolment;
    return state.path.empty() ? std::string() : state.path.front().because;
}

}  // namespace parcours::engine
