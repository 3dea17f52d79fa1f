#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/world.h"
#include "record/answer.h"
#include "record/engagement.h"

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
/// A message has its final result, after its whole ladder.
struct MessageDone {
    /// Unknown: it may have been said, so it counts as said (promise P4).
    enum class Outcome : std::uint8_t { Sent, NotSent, Unknown };
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
using Input = std::variant<Started, TimerFired, Changed, MessageDone, TaskDone, Happened, StartDone,
                           CallDone, Stop>;

// What follows. The engine commits the new enrolment and these together.

/// A step was entered, and why: a line of the timeline.
struct Entered {
    std::string step;
    std::uint32_t occurrence = 0;
    std::string because;
};
/// To be put before the gate. Message ids make a repetition harmless (promise P2). On each channel:
/// one message for each of the ladder; the step is done when all of them are.
struct PlanMessage {
    Message message;
    bool on_each_channel = false;
};
/// Replaces the enrolment's timer, which survives restarts.
struct SetTimer {
    Instant due;
};
struct ClearTimer {};
struct OpenTask {
    Task task;
};
/// Closes the enrolment's open task without a person.
struct CloseTask {
    Digest task;
    std::string outcome;
    std::string reason;
};
/// The enrolment's messages that no attempt has started for must not leave.
struct WithdrawMessages {
    std::string reason;
};
/// A message or contact task that was not made because the patient is in the holdout.
struct Withheld {
    std::string step;
    std::uint32_t occurrence = 0;
};
/// The enrolment is over.
struct Ended {
    std::string result;
    std::string reason;
};
/// Something staff should see: a condition that could not be judged, a date that is missing.
struct Note {
    std::string text;
};
/// To be written down about the patient.
struct SetAnswer {
    Answer answer;
};
/// Another campaign is to take the patient in; `StartDone` follows.
struct StartCampaign {
    std::string campaign;
    std::string key;
};
/// Another system is to be told; `CallDone` follows. The id makes a repetition harmless.
struct CallWebhook {
    Digest call;
    std::string hook;
    std::vector<std::pair<std::string, std::string>> data;
};
using Effect =
    std::variant<Entered, PlanMessage, SetTimer, ClearTimer, OpenTask, CloseTask, WithdrawMessages,
                 Withheld, Ended, Note, SetAnswer, StartCampaign, CallWebhook>;

struct Advance {
    Enrolment enrolment;
    std::vector<Effect> effects;
};

/// Steps that one input may enter, and that one enrolment may enter in all. Beyond them the
/// enrolment ends with the result "stopped".
inline constexpr std::uint32_t steps_per_input_max = 64;
inline constexpr std::uint32_t steps_per_enrolment_max = 2000;

/// Moves one enrolment on. Pure: the same arguments give the same answer. `campaign` is linked.
///
/// On every input the exits are looked at first (death and a cancelled key always), then success,
/// then what the step waits for; so a success or exit is noticed wherever the enrolment stands.
/// Inputs that no longer concern it (a timer replaced since, the message of an earlier step, an
/// ended enrolment) change nothing. A timer never acts before its time: one that comes early is
/// set again. In the holdout, messages and contact tasks before success are withheld while waits
/// run; a withheld task goes on as `then`, or ends the enrolment as "withheld". While it stands on
/// a safety-critical task only death, a cancelled key, `until` and the task's outcome move it on.
[[nodiscard]] Advance advance(const Campaign& campaign, const Enrolment& enrolment,
                              const Input& input, Instant now, const World& world);

/// Why an enrolment that was just made would be over before its first step: an exit holds already,
/// or what the campaign wants is there. Empty where nothing stands against it. Nobody is enrolled
/// only to be let out again, which would repeat itself every day.
[[nodiscard]] std::string find_why_over(const Campaign& campaign, const Enrolment& enrolment,
                                        Instant now, const World& world);

}  // namespace parcours::campaign
