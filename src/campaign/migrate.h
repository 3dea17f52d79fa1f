#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {

/// Where those go who stand on a step of an earlier release when they move to another one.
struct StepMove {
    std::string from;
    std::string to;  ///< empty: the other release has no equivalent
    /// What the step waits for goes on: a wait keeps its beginning, an open task stays open. Else
    /// the step is left, and the other one begins anew.
    bool goes_on = false;
};

/// From each step's name to the one that stands for it: as the publisher wrote.
using WrittenMoves = std::map<std::string, std::string>;

/// A move for each step of `from`, in its order: the written one, else the step of the same name if
/// it is of the same kind. A safety-critical task only goes on, as the same work. Errors: NotFound
/// where a written name is no step of its release, with the nearest that is.
Result<std::vector<StepMove>> map_steps(const Campaign& from, const Campaign& to,
                                        const WrittenMoves& written);

/// Another release, and the present moment there.
struct Destination {
    const Campaign& campaign;
    Digest release;
    const World& world;                ///< that judges the other release's conditions
    std::string because;               ///< "moved to another release by Ann"
    std::string entered_because = {};  ///< why they stand where they stand; empty: not known
};

/// Moves a running enrolment to another release. Pure. Its step is left and the other entered, or
/// goes on with what the other release says of it: a wait is counted from when it began. Exits and
/// success of the other release are looked at first. `offered`: the step's message was handed to a
/// provider before, so that under the same name it is not planned a second time; the caller leaves
/// whom it concerns where they are if the name is another. `move.to` must name a step.
[[nodiscard]] Advance migrate(const Enrolment& enrolment, const Campaign& from,
                              const StepMove& move, bool offered, const Destination& to,
                              Instant now);

}  // namespace parcours::campaign
