#pragma once

#include <cstdint>
#include <string>

#include "campaign/definition.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {

/// Whether a planned message is still wanted at the moment it would leave: the gate's first check.
struct StillWanted {
    enum class Answer : std::uint8_t { Yes, No, Failed };
    Answer answer = Answer::Yes;
    std::string reason;  ///< one plain sentence for No and Failed
};

/// Asks again all that may have changed since the message was planned: the enrolment still stands
/// on that step; death, a cancelled key and the exits do not hold; success has not come (before
/// it); the step's `still` holds. What is unknown does not end an enrolment, but a `still` must be
/// true. Failed: something could not be judged; the message must not leave.
[[nodiscard]] StillWanted still_wanted(const Campaign& campaign, const Enrolment& enrolment,
                                       const Message& message, const World& world);

/// Whether what a campaign says leans on the record: on who is in a cohort, on an appointment, on
/// what is not done yet. What a person puts somebody in for, whatever the record says, does not.
[[nodiscard]] bool leans_on_record(const Campaign& campaign);

}  // namespace parcours::campaign
