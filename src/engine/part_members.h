#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/cohort_calendar.h"
#include "engine/enrolment_view.h"
#include "population/column.h"

namespace parcours::engine {

/// The members of a campaign's cohort at one look of a rehearsal after another. One thread.
class PartMembers {
  public:
    explicit PartMembers(CohortCalendar::Part part);

    struct Member {
        population::PatientNumber patient = 0;
        /// The last enrolment in the campaign, where one is known.
        EnrolmentView inside;
    };

    /// Those of the next look (at first: the first), ascending.
    std::vector<Member>& at_next_look();

  private:
    CohortCalendar::Part part_;
    std::vector<Member> members_;
    std::uint32_t look_ = 0;  ///< the next one
    std::size_t turn_ = 0;
};

}  // namespace parcours::engine
