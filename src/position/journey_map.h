#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "fhir/resource_type.h"
#include "practice/scalar.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::position {

/// Chronic ones never close; acute ones do when abated or by themselves; an episode (pregnancy)
/// ends by an event and keeps aftercare; a standing one is there once there is any evidence.
enum class ConcernKind : std::uint8_t { Chronic, Acute, Episode, Standing };

/// What a journey can be about. Value sets are named; empty: none.
struct Concern {
    std::string name;
    practice::Titles title;
    ConcernKind kind = ConcernKind::Chronic;
    std::string codes;               ///< an event with such a code or reason is about it
    std::string medicines;           ///< drug classes that speak for it
    std::string monitoring;          ///< tests that are its follow-up
    std::vector<std::string> words;  ///< for codes in no set: words of their text
    std::vector<std::string> not_words;
    Duration closes_after{0};   ///< acute, episode: after the last evidence; 0: never
    Duration overdue_after{0};  ///< without follow-up; 0: never
    Duration lost_after{0};
    bool prevention = false;    ///< off in palliative care
    bool least = false;         ///< ranks below general health (social needs)
    bool surveillance = false;  ///< in remission it still ranks above what is stable
    bool always_first = false;  ///< headline with what is most urgent while open
    std::string closed_by;      ///< a concern that makes this one pointless once it opens
    std::string before_age;     ///< under 18 years a standing concern bears this name
    Location where;
};

/// Where the concern of an event is looked for, in the order a rule names.
enum class About : std::uint8_t { Code, Medicine, Reason, Links, Encounter };

/// What a rule's event spans, if more than a moment.
enum class SpanKind : std::uint8_t { None, Stay, Pregnancy, Plan };

/// What follows the dated end of what a rule says.
enum class Afterwards : std::uint8_t {
    Keep,    ///< nothing has a dated end
    Settle,  ///< lifestyle if a plan runs, else ongoing
    Close    ///< the concern closes
};

/// Marks of a rule, beside its stage.
enum class Mark : std::uint32_t {
    FollowUp = 1,     ///< is the concern's follow-up: keeps it from falling overdue
    FollowUpAll = 2,  ///< … of every open chronic concern, and settles what was in assessment
    Joins = 4,        ///< never opens a concern; says nothing about one that is not open
    Ends = 8,         ///< ends a pregnancy: birth or loss
    Palliative = 16,
    SuspectedDeath = 32,
    Appointment = 64,   ///< expected next at its start
    Missed = 128,       ///< an appointment that was not kept
    Procedure = 256,    ///< recent procedure, for the headline
    Emergency = 512,    ///< of itself worth the headline of a minor acute concern
    Background = 1024,  ///< a plan without an end: any newer evidence outranks it
    Diagnosis = 2048,   ///< a Condition: opens, abates, is serious or not
    Medicine = 4096,    ///< has a supply that ends
    Contact = 8192      ///< the patient was in touch with care: reopens who has left
};

/// One evidence rule: *this kind of event means this stage of these concerns*. The first rule whose
/// conditions hold decides for an event.
struct Rule {
    std::string name;
    std::string says;  ///< "was diagnosed with", for sentences
    // when
    std::vector<fhir::ResourceType> types;
    std::uint64_t statuses = 0;  ///< bits of fhir::Status; 0: any
    std::uint64_t not_statuses = 0;
    std::vector<std::string> code;  ///< value sets, any of them
    std::vector<std::string> not_code;
    std::vector<std::string> reason;    ///< value sets of its reason
    std::vector<std::string> category;  ///< class, medium, category
    std::vector<std::string> not_category;
    std::vector<std::string> holds;     ///< encounters: something inside has such a code
    std::vector<std::string> concerns;  ///< the event is about one of these
    std::optional<bool> has_end;
    std::optional<bool> from_patient;
    std::optional<bool> new_medicine;
    std::optional<bool> known;    ///< about a chronic concern that is open already
    std::optional<bool> in_care;  ///< about a concern that is in care already
    std::optional<bool> placed;   ///< of somebody who stands beyond awareness with any concern
    Duration longer_than{0};      ///< a span at least this long
    Duration shorter_than{0};     ///< a span that is known to be shorter
    // about
    std::vector<About> about;
    std::string about_concern;  ///< always this one; empty: looked for
    // then
    std::optional<Stage> stage;
    std::optional<Stage> stage_when_stable;  ///< instead, when nothing new came for `stable_after`
    int weight = 0;                          ///< decides between evidence of one day
    SpanKind span = SpanKind::None;
    Duration lasts{0};  ///< of the stage it gives; 0: no dated end
    Afterwards afterwards = Afterwards::Keep;
    Duration overdue_after{0};  ///< instead of the concern's
    std::uint32_t marks = 0;
    Location where;

    [[nodiscard]] bool has(Mark mark) const {
        return (marks & static_cast<std::uint32_t>(mark)) != 0;
    }
};

/// Stages, concerns and evidence rules: a clinic's file `maps/NAME.yaml`.
struct JourneyMap {
    std::string name;
    practice::Titles title;
    std::vector<Concern> concerns;  ///< in the order that decides between equals; ≤ 32
    std::vector<Rule> rules;
    std::string history;  ///< value sets: codes that never open a concern
    std::string serious_chronic;
    std::string serious_acute;
    std::string chronic;  ///< chronic diseases inside acute concerns
    std::vector<std::pair<std::string, std::vector<std::string>>> words;  ///< set → words of texts
    Duration stay_max{0};
    Duration pregnancy_max{0};
    Duration after_discharge{0};
    Duration aftercare{0};             ///< after a birth or a loss
    Duration unstable_for{0};          ///< news keep a chronic concern unstable
    Duration settles_after{0};         ///< a check-up this long after moves care on
    Duration plan_max{0};              ///< longer, a plan with an end is only background
    Duration plan_runs_for{0};         ///< a plan without an end
    Duration surveillance_for{0};      ///< cancer in remission
    Duration refill_grace{0};          ///< after the end of supply
    Duration same_medicine_within{0};  ///< an order of the same ingredient is a renewal

    [[nodiscard]] std::optional<std::size_t> find_concern(std::string_view concern) const;
};

/// Reads a map file. Every mistake is appended with line, column and a cure; the answer is only of
/// use where none was.
JourneyMap read_journey_map(const practice::Node& root, std::vector<Error>& errors);

}  // namespace parcours::position
