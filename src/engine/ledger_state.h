#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_hash.h"  // IWYU pragma: export
#include "engine/events.h"
#include "outreach/budget.h"
#include "record/engagement.h"
#include "record/log.h"

namespace parcours::engine {

// What the ledger keeps of each enrolment, message, task and address.

/// Where a message stands.
struct MessageState {
    enum class Status : std::uint8_t {
        Waiting,     ///< the gate looks at it at `next_look`
        Attempting,  ///< an attempt was committed and has no result yet
        Accepted,    ///< the provider (or the sandbox) took it
        NotSent,     ///< every channel was refused: `reason`
        Unknown,     ///< it may have been taken: never sent again blindly
        Withdrawn    ///< what it was for went away before it left
    };
    Message message;
    std::size_t number = 0;  ///< how many were planned before it
    Status status = Status::Waiting;
    std::uint32_t rung = 0;
    Instant next_look;
    std::uint32_t attempts = 0;
    std::string channel;   ///< of the last decision or attempt
    std::string to;        ///< the address of the last attempt
    std::string email_to;  ///< … of the last attempt by e-mail: unsubscribe links are for it
    std::uint32_t rung_attempts = 0;  ///< on the present rung of the ladder
    std::string reason;
    std::string refused;  ///< of the gate's refusals on earlier rungs, that which came furthest
    /// What became of hand-offs that failed, in words: "email: 550 no such user".
    std::string detail;
    std::string failed;      ///< the reason of the last of them
    bool captured = false;   ///< the last attempt was the sandbox's
    bool delivered = false;  ///< a receipt said so: what says otherwise is not believed
    std::string provider_id;
    Instant settled_at;
    std::optional<Instant> about;  ///< the start of the appointment that was spoken of
    Digest joined_into;            ///< zero, or the message within which it left
    std::vector<Paced> slots;      ///< what is set aside for it
    bool of_outage = false;        ///< it fell due while nothing left
    [[nodiscard]] bool is_joined() const { return joined_into != Digest{}; }
    [[nodiscard]] bool settled() const {
        return status != Status::Waiting && status != Status::Attempting;
    }
};

/// "sent", "captured" (by the sandbox), "waiting", "not-sent", "unknown", "withdrawn",
/// "attempting".
[[nodiscard]] std::string_view status_name(const MessageState& state);
[[nodiscard]] std::string_view status_name(MessageState::Status status, bool captured);

struct TaskState {
    Task task;
    std::string closed_by;  ///< who closed it, or why its campaign did; empty while open
    Instant closed_at;      ///< meaningless while open
    [[nodiscard]] bool open() const { return task.outcome.empty(); }
};

struct EnrolmentState {
    Enrolment enrolment;
    Instant ended_at;
    std::string ended_because;
    std::vector<StepEntered> path;  ///< the steps entered, in order
    bool done_elsewhere = false;    ///< a person closed a task of it so: the patient told them
};

struct LaunchedCampaign {
    Digest release;
    Instant at;
    std::vector<Launched> before;  ///< earlier releases, oldest first
};

/// Whether an address may be used; it concerns every patient who has it.
struct AddressState {
    std::uint64_t version = 0;
    bool suppressed = false;
    std::string reason;
};

/// What a ledger is a fold of.
struct LedgerReach {
    /// Where the log's record of the present virtual run stands, before which nothing counts; 0
    /// where there is none.
    LogPosition run_from = 0;
    Instant last_event_at;  ///< when the last of its events happened
};

/// Counts of what a run did.
struct Totals {
    std::uint64_t enrolled = 0;
    std::map<std::string, std::uint64_t> sent;      ///< hand-offs by channel
    std::map<std::string, std::uint64_t> not_sent;  ///< by reason, final ones
    std::uint64_t joined = 0;                       ///< messages that left within another
    std::uint64_t tasks = 0;
    std::uint64_t withheld = 0;
};

}  // namespace parcours::engine
