#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/span.h"
#include "campaign/step_parts.h"

namespace parcours::campaign {

// The steps by which a clinic speaks to the patient, to its own people, and to other systems.

/// Says something, and waits until it is said or cannot be said.
struct SendStep {
    /// First: on the first channel of the ladder that may carry it. All: on each of them.
    enum class Reach : std::uint8_t { First, All };
    std::string content;
    Location content_where;
    std::vector<std::string> ladder;     ///< channels in order; "preferred": the patient's choice
    std::vector<Location> ladder_where;  ///< of each
    Reach reach = Reach::First;
    std::optional<Condition> still;   ///< must hold when the message leaves
    std::optional<Moment> not_after;  ///< later is too late; FromNow counts from the due time
    bool safety_critical = false;     ///< class B of the promises; never withheld
    bool any_hour = false;            ///< an answer to the patient, at whatever time they wrote
    Target then;
    Target otherwise;  ///< when it cannot be said; by default as `then`
};

/// Gives work to a person and waits for the outcome.
struct TaskStep {
    std::string kind;  ///< call, letter-batch, review
    std::string queue;
    std::optional<Span> due;
    std::string script;  ///< content that tells the person what to say
    Location script_where;
    std::optional<Condition> until;  ///< closes the task by itself when it comes true
    /// Never withheld from the holdout, and closed by nothing but its outcome, `until` or death:
    /// neither an exit nor STOP may lose it.
    bool safety_critical = false;
    std::optional<Moment> at_most;  ///< then it is closed undone, as pointless
    std::map<std::string, Target> outcomes;
    Target then;       ///< for `until`, and where no outcomes are listed
    Target otherwise;  ///< after `at_most`

    /// Calls and letters reach the patient; a review does not.
    [[nodiscard]] bool is_contact() const { return kind != "review"; }
};

/// Tells another system, which the practice names under `webhooks`, and waits until it has taken
/// it over or refused.
struct WebhookStep {
    std::string hook;
    Location where;  ///< of the name
    /// What it is told beside who and where: words of the author's, in their order.
    std::vector<std::pair<std::string, std::string>> data;
    Target then;
    Target otherwise;  ///< when it refused, or could not be told; by default as `then`
};

}  // namespace parcours::campaign
