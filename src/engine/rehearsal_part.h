#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cohort_calendar.h"
#include "engine/events.h"
#include "population/column.h"

namespace parcours::engine {

/// The part of a practice and its population that a rehearsal's run is about.
struct RehearsalPart {
    /// The campaigns that take people in by themselves; empty: all.
    std::set<std::string, std::less<>> campaigns;
    /// Numbers of the live index, ascending.
    std::vector<population::PatientNumber> patients;
    /// Who is in their cohorts; null: the runner judges these itself.
    const CohortCalendar* cohorts = nullptr;
    /// What these patients chose and addresses that must not be used, in the order of their times:
    /// known from then on.
    std::vector<Event> choices;

    [[nodiscard]] bool has(population::PatientNumber number) const {
        return std::ranges::binary_search(patients, number);
    }
    [[nodiscard]] bool has(std::string_view campaign) const {
        return campaigns.empty() || campaigns.contains(campaign);
    }
};

}  // namespace parcours::engine
