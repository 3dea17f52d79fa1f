#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::campaign {

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

}  // namespace parcours::campaign
