#include "engine/part_members.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/cohort_calendar.h"
#include "population/column.h"

namespace parcours::engine {

PartMembers::PartMembers(CohortCalendar::Part part) : part_(std::move(part)) {
    members_.reserve(part_.first.size());
    for (const population::PatientNumber patient : part_.first) {
        members_.push_back({patient, {}});
    }
}

std::vector<PartMembers::Member>& PartMembers::at_next_look() {
    for (; turn_ < part_.turns.size() && part_.turns[turn_].look <= look_; ++turn_) {
        const CohortCalendar::Turn& turn = part_.turns[turn_];
        const auto place = std::ranges::lower_bound(members_, turn.patient, {}, &Member::patient);
        if (turn.in) {
            members_.insert(place, {turn.patient, {}});
        } else {
            members_.erase(place);
        }
    }
    ++look_;
    return members_;
}

}  // namespace parcours::engine
