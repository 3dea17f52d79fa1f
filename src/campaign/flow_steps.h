#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "campaign/span.h"
#include "campaign/step_parts.h"
#include "record/answer.h"

namespace parcours::campaign {

// The steps by which time passes, ways part, and what is known is written down.

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
    /// What a reply may say, and where it leads.
    struct Choice {
        std::vector<std::string> words;
        Target then;
    };
    std::optional<Condition> condition;
    std::string event;  ///< instead of a condition: "reply", "delivered" …
    std::string about;  ///< of an event that has a name: the question, the form
    Location event_where;
    std::vector<Choice> choices;  ///< of a reply; without them any reply counts
    Moment at_most;
    Target then;  ///< with choices: any other reply; where it leads nowhere, that is waited over
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

/// Parts patients by lot, so that ways can be compared. The lot is a hash of patient, campaign,
/// step and salt: a new release with the same names changes nobody's way.
struct SplitStep {
    struct Arm {
        double share = 0;   ///< in (0, 1]
        std::string label;  ///< for measuring; by default the step it leads to
        Target then;
    };
    std::vector<Arm> arms;
    std::string salt;
    Target otherwise;  ///< whom the shares leave over
};

/// Writes down what is known now, where conditions see it as `Answer`.
struct UpdateStep {
    AnswerKind kind = AnswerKind::Answer;
    std::string name;
    AnswerValue value;
    Target then;
};

/// Puts the patient into another campaign, about the same thing where both are keyed.
struct StartStep {
    std::string campaign;
    Location where;  ///< of the name
    Target then;
    Target otherwise;  ///< when the patient may not come in there now; by default as `then`
};

struct EndStep {
    std::string result;
};

}  // namespace parcours::campaign
