#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/hash.h"
#include "base/time.h"

namespace parcours::campaign {

// What may happen to an enrolment.

/// It has just been made by `enrol` and enters its first step.
struct Started {
    std::string because = "enrolled";  ///< "put in by hand by NAME"
};
/// Its timer is due. `due` is the timer that fired: one that was replaced since says nothing.
struct TimerFired {
    Instant due;
};
/// Something in the patient's record changed, or time passed over a condition.
struct Changed {};
/// The rules of time zones did: a clock shows another time at a moment that was worked out before.
struct ZonesChanged {};
/// A message has its final result, after its whole ladder.
struct MessageDone {
    /// Unknown: it may have been said, so it counts as said (promise P4). SaidBefore: the same was,
    /// so short a while ago that it is not said again.
    enum class Outcome : std::uint8_t { Sent, NotSent, Unknown, SaidBefore };
    Digest message;
    Outcome outcome = Outcome::Sent;
    std::string reason;  ///< why not, such as "no-address"
};
/// A person closed the task with one of its outcomes.
struct TaskDone {
    Digest task;
    std::string outcome;
};
/// An event that a step may wait for.
struct Happened {
    std::string event;   ///< "reply", "delivered", "not-delivered", "answer", "form"
    std::string about;   ///< the question, the form
    std::string text{};  ///< the words of a reply
};
/// The campaign that a step starts has taken the patient in, or not.
struct StartDone {
    std::uint32_t occurrence = 0;
    bool started = false;
    std::string reason;  ///< why not
};
/// A webhook has its final result.
struct CallDone {
    Digest call;
    bool taken = false;
    std::string reason;  ///< why not
};
/// The patient revoked, staff stopped it, or its release is withdrawn.
struct Stop {
    std::string reason;
};
using Input = std::variant<Started, TimerFired, Changed, ZonesChanged, MessageDone, TaskDone,
                           Happened, StartDone, CallDone, Stop>;

}  // namespace parcours::campaign
