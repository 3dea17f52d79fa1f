#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/hold_events.h"     // IWYU pragma: export
#include "engine/kept_answers.h"    // IWYU pragma: export
#include "engine/message_events.h"  // IWYU pragma: export
#include "engine/step_events.h"     // IWYU pragma: export
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

// The events of the engagement log. Each is committed whole; the ledger is a fold of them.

/// A campaign was published and begins to take patients in.
struct Launched {
    static constexpr std::string_view topic = "launched";
    std::string campaign;
    Digest release;
    Instant at;
};

/// One step entered, and why.
struct StepEntered {
    std::string step;
    std::uint32_t occurrence = 0;
    std::string because;
};

/// One call of `campaign::advance` that changed something: the enrolment as it stands afterwards,
/// and everything that came of it.
struct Transition {
    static constexpr std::string_view topic = "transition";
    Enrolment enrolment;
    std::vector<StepEntered> entered;
    std::vector<Message> messages;  ///< to be put before the gate
    std::vector<Task> tasks_opened;
    std::vector<Task> tasks_closed;  ///< id, outcome and reason only
    bool withdraw = false;           ///< its messages that have not left must not leave
    std::vector<Answer> answers;     ///< what its steps wrote down
    std::vector<Call> calls;
    std::vector<StartAsked> starts;
    std::uint32_t withheld = 0;  ///< messages and contact tasks kept back for the holdout
    std::vector<std::string> notes;
    std::string ended_because;
    Instant at;
};

/// The patient allowed or revoked contact.
struct Chose {
    static constexpr std::string_view topic = "choice";
    Key patient = 0;
    ContactChoice choice;
};

/// An address must not be used, or may be again. Version n + 1 follows version n.
struct Suppressed {
    static constexpr std::string_view topic = "suppression";
    std::string channel;
    std::string address;  ///< normalised
    std::uint64_t version = 1;
    bool suppressed = true;
    std::string reason;
    Instant at;
};

/// Work for a person that no campaign step asked for: a reply to read.
struct TaskOpened {
    static constexpr std::string_view topic = "task-opened";
    Task task;
};

/// A person closed a task.
struct TaskClosed {
    static constexpr std::string_view topic = "task";
    Digest task;
    Key patient = 0;
    std::string outcome;
    std::string by;
    Instant at;
};

/// A run on a virtual clock begins: what earlier runs did is forgotten, and live work is refused.
struct VirtualRun {
    static constexpr std::string_view topic = "virtual-run";
    Instant from;
    Instant until;
};

/// A named cohort was saved.
struct CohortSaved {
    static constexpr std::string_view topic = "cohort";
    std::string name;
    std::string cql;
    Instant at;
    std::string by;  ///< empty in events of before it was kept
};

/// A patient came into a named cohort, or left it: as time passed, or as the record did.
struct CohortFlipped {
    static constexpr std::string_view topic = "cohort-flip";
    std::string cohort;
    Key patient = 0;
    bool entered = false;
    Instant at;
};

/// A campaign was paused, or goes on. While it is paused nobody is taken in, no timer of it fires
/// and nothing leaves; facts still move its enrolments, and nothing is lost.
struct CampaignPaused {
    static constexpr std::string_view topic = "pause";
    std::string campaign;
    bool paused = true;
    std::string by;
    std::string reason;
    Instant at;
};

using Event = std::variant<Launched, Transition, Decided, Attempted, AttemptEnded, Received,
                           Replied, Chose, Suppressed, TaskOpened, TaskClosed, VirtualRun,
                           CohortSaved, CohortFlipped, CampaignPaused, RequestAnswered, Answered,
                           CallAttempted, CallEnded, ScheduleRan, Held, OutageNoted, FeedHeard>;

[[nodiscard]] std::string_view event_topic(const Event& event);
/// The patient it belongs to; 0 for none.
[[nodiscard]] Key event_patient(const Event& event);
[[nodiscard]] Instant event_time(const Event& event);
/// Its payload: JSON.
[[nodiscard]] std::string write_event(const Event& event);
/// Errors: Damaged (not what `write_event` wrote), NewerFormat (an unknown topic).
Result<Event> read_event(std::string_view topic, std::string_view payload);

}  // namespace parcours::engine
