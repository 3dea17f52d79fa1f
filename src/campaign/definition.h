#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/cron.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/scalar.h"
#include "record/engagement.h"

namespace parcours::campaign {

/// How patients come in, and whether they may come again.
struct Enter {
    /// Cohort: whoever is in it; Schedule: whoever is in it at that time; Hand: a person, a program
    /// or another campaign puts patients in.
    enum class By : std::uint8_t { Cohort, Event, Hand, Schedule };
    enum class Again : std::uint8_t { Never, AfterExit, AfterSpan, PerKey };
    By by = By::Hand;
    std::string name;              ///< the cohort, the event; "hand", "api", "campaign"
    Location where;                ///< of the name
    std::optional<Cron> schedule;  ///< with Schedule
    std::string zone;              ///< … of it; empty: the clinic's
    Location zone_where;
    std::optional<Condition> when;  ///< only if it holds
    std::string key;                ///< "appointment": one enrolment for each; else empty
    Again again = Again::Never;
    Span again_after;  ///< with AfterSpan, from the end of the earlier one
};

/// Ends an enrolment wherever it stands.
struct Exit {
    enum class Kind : std::uint8_t { LeftCare, Palliative, DoneElsewhere, When };
    Kind kind = Kind::When;
    std::optional<Condition> when;
    std::string result;
    Location where;
};

/// Rules that judge what a patient feels or measures at home: off until a clinician signed them.
struct ClinicalRules {
    std::string signed_by;  ///< empty: nobody has
    CivilDate on;
    Location where;
};

struct Campaign {
    std::string name;
    practice::Titles title;
    Location title_where;
    Purpose purpose = Purpose::Operations;
    std::string concern;
    Location concern_where;
    std::string topic;           ///< for opt-outs; by default the concern
    std::int32_t priority = 50;  ///< 0…100: who goes first for a patient's contact budget
    std::string evidence_effect;
    std::string evidence_source;
    bool safety_critical = false;  ///< withholding it could harm: no holdout
    std::optional<ClinicalRules> clinical_rules;
    Enter enter;
    double holdout = 0;  ///< share in [0, 1)
    Location holdout_where;
    std::vector<std::string> strata;  ///< in whose groups the holdout's share is kept exactly
    std::string salt;                 ///< the author's, of the holdout and of splits
    std::optional<Condition> success;
    Target on_success;  ///< where success leads; empty: it ends the enrolment
    std::vector<Exit> exits;
    std::map<std::string, Condition> dates;  ///< named dates of the record, CQL giving a date
    std::vector<Step> steps;                 ///< the first is entered first
    Location where;

    /// The step of that name; null where there is none.
    [[nodiscard]] const Step* find_step(std::string_view name) const;
};

/// Fills in what the file leaves out: targets (the following step), where success leads (the
/// common target of all `wait-for: success`), and which steps lie behind it. Idempotent.
void link(Campaign& campaign);

/// The part of `link` for one step: `next` is the step that follows it.
void fill_targets(Step& step, const std::string& next);
/// All of a step's targets, whether they lead anywhere or not, to be changed.
[[nodiscard]] std::vector<Target*> targets_of(Step& step);

}  // namespace parcours::campaign
