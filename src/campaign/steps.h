#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/span.h"

namespace parcours::campaign {

/// Something that is true, false or unknown of a patient at a moment: CQL in which `enrolled` is
/// the moment of enrolment, or the campaign's own success.
struct Condition {
    enum class Kind : std::uint8_t { Cql, Success, NotSuccess };
    Kind kind = Kind::Cql;
    std::string text;  ///< the CQL; "success" or "not success" for the other kinds
    Location where;    ///< of the first letter of the text
};

/// Where a step leads. Not `written`: what the file left out, filled in by `link`.
struct Target {
    std::string step;
    bool written = false;
    Location where;
};

/// Says something on the first channel of the ladder that may carry it, and waits until it is
/// said or cannot be said.
struct SendStep {
    std::string content;
    std::vector<std::string> ladder;  ///< channels in order; "preferred": the patient's choice
    std::optional<Condition> still;   ///< must hold when the message leaves
    std::optional<Moment> not_after;  ///< later is too late; FromNow counts from the due time
    bool safety_critical = false;     ///< class B of the promises; never withheld
    Target then;
    Target otherwise;  ///< when it cannot be said; by default as `then`
};

/// Lets time pass.
struct WaitStep {
    Moment moment;
    std::optional<std::chrono::minutes> at;  ///< that local time of the moment's day
    std::optional<Window> until;             ///< then on to the next local time it allows
    Target then;
    Target passed;     ///< when the moment lies in the past already; by default as `then`
    Target moved;      ///< when the date moves; by default the wait is only shifted
    Target otherwise;  ///< when the date is not known; by default it waits for the date
};

/// Waits for a fact or an event, but not for ever.
struct WaitForStep {
    std::optional<Condition> condition;
    std::string event;  ///< instead of a condition: "reply"
    Span at_most;
    Target then;
    Target otherwise;
};

/// Goes the first way whose condition holds.
struct BranchStep {
    struct Arm {
        Condition condition;
        Target then;
    };
    std::vector<Arm> arms;
    Target otherwise;
};

/// Gives work to a person and waits for the outcome.
struct TaskStep {
    std::string kind;  ///< call, letter-batch, review
    std::string queue;
    std::optional<Span> due;
    std::string script;              ///< content that tells the person what to say
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

struct EndStep {
    std::string result;
};

struct Step {
    std::string name;
    Location where;
    std::variant<SendStep, WaitStep, WaitForStep, BranchStep, TaskStep, EndStep> what;
    /// Lies behind the campaign's success: success is not watched there, nothing is withheld.
    bool after_success = false;
};

/// Every way out of a step, `written` or not. `timed`: time passes or a person acts on it.
struct Way {
    const Target* target = nullptr;
    bool timed = false;
    std::string_view label;  ///< "then", "else", an outcome
};
[[nodiscard]] std::vector<Way> ways_out(const Step& step);

}  // namespace parcours::campaign
