#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/effects.h"  // IWYU pragma: export
#include "campaign/inputs.h"   // IWYU pragma: export
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {

struct Advance {
    Enrolment enrolment;
    std::vector<Effect> effects;
};

/// Steps that one input may enter, and that one enrolment may enter in all. Beyond them the
/// enrolment ends with the result "stopped".
inline constexpr std::uint32_t steps_per_input_max = 64;
inline constexpr std::uint32_t steps_per_enrolment_max = 2000;
/// How long at most somebody in the holdout stands at a contact task that nobody is given.
inline constexpr Duration withheld_max = std::chrono::days{365};

/// Moves one enrolment on. Pure: the same arguments give the same answer. `campaign` is linked.
///
/// On every input the exits are looked at first (death and a cancelled key always), then success,
/// then what the step waits for; so a success or exit is noticed wherever the enrolment stands.
/// Inputs that no longer concern it (a timer replaced since, the message of an earlier step, an
/// ended enrolment) change nothing. A timer never acts before its time: one that comes early is
/// set again. In the holdout, messages and contact tasks before success are withheld while waits
/// run; a withheld task goes on as `then`, or is stood at like a call that nobody closes, until its
/// `at-most`, or for `withheld_max` and then the end as "withheld". While it stands on a
/// safety-critical task only death, a cancelled key, `until` and the task's outcome move it on.
[[nodiscard]] Advance advance(const Campaign& campaign, const Enrolment& enrolment,
                              const Input& input, Instant now, const World& world);

/// Why an enrolment that was just made would be over before its first step: an exit holds already,
/// or what the campaign wants is there. Empty where nothing stands against it. Nobody is enrolled
/// only to be let out again, which would repeat itself every day.
[[nodiscard]] std::string find_why_over(const Campaign& campaign, const Enrolment& enrolment,
                                        Instant now, const World& world);

}  // namespace parcours::campaign
