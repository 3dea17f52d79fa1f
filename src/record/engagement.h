#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "record/identity.h"

namespace parcours {

/// The six stages of a journey, in the order of the loop.
enum class Stage : std::uint8_t { Awareness, Help, Care, Treatment, Lifestyle, Ongoing };
inline constexpr int stage_count = 6;
[[nodiscard]] std::string_view stage_name(Stage stage);
[[nodiscard]] std::optional<Stage> find_stage(std::string_view name);

/// Beside the stages, not one of them.
enum class CareStatus : std::uint8_t { Registered, Active, Palliative, Left, Deceased };
[[nodiscard]] std::string_view care_status_name(CareStatus status);

/// Why something stands where it stands: the rule, in plain words, and the records behind it.
struct Because {
    std::string rule;           ///< the rule's name in its file
    std::string text;           ///< one plain sentence with date and what happened
    std::vector<Key> evidence;  ///< resources, the deciding one first
};

/// Where a patient stands with one concern.
struct Position {
    std::string concern;
    Stage stage = Stage::Awareness;
    Instant since;                    ///< when the stage was entered; no_time: not known
    bool open = true;                 ///< the concern is open (not closed or abated)
    bool overdue = false;             ///< what was expected did not come in time
    bool lost = false;                ///< … for so long that the thread is lost
    std::optional<Instant> expected;  ///< what is expected next is due then
    Because because;
    bool operator==(const Position& other) const {
        return concern == other.concern && stage == other.stage && since == other.since &&
               open == other.open && overdue == other.overdue && lost == other.lost;
    }
};

/// Why something is said; design.md §9: with no Consent recorded the first two are implied.
enum class Purpose : std::uint8_t { DirectCare, Operations, Marketing };
inline constexpr std::size_t purpose_count = 3;
[[nodiscard]] std::string_view purpose_name(Purpose purpose);
[[nodiscard]] std::optional<Purpose> find_purpose(std::string_view name);

/// One patient in one campaign release.
struct Enrolment {
    Digest id;  ///< named_hash("enrolment", patient, campaign, key, round)
    Key patient = 0;
    std::string campaign;
    Digest release;
    std::string key;          ///< what it is about where keyed ("Appointment/a1"), else empty
    std::uint32_t round = 1;  ///< 1 for the first enrolment of this patient and key
    Instant enrolled_at;
    bool holdout = false;          ///< deliberately not contacted, to measure lift
    std::string stratum;           ///< in which the lot of the holdout was drawn; empty: none
    std::string step;              ///< the step it stands on; empty once ended
    std::uint32_t occurrence = 0;  ///< how many steps it has entered; names messages uniquely
    Instant step_entered_at;
    std::optional<Instant> due;  ///< its timer
    std::string result;          ///< of the `end` step or the exit; empty while it runs
    [[nodiscard]] bool ended() const { return !result.empty(); }
};

/// A message planned with its causes. Its id is named_hash("message", enrolment, step, occurrence,
/// recipient): there is never a second one (promise P2).
struct Message {
    Digest id;
    Key patient = 0;
    Digest enrolment;
    std::string campaign;
    Digest release;
    std::string step;
    std::uint32_t occurrence = 0;
    std::string content;  ///< name in the content library
    Purpose purpose = Purpose::Operations;
    std::string topic;                ///< the campaign's concern or topic: opt-outs by topic
    std::vector<std::string> ladder;  ///< channels in the order to try
    std::uint32_t rung = 0;           ///< where on the ladder it stands
    bool safety_critical = false;     ///< class B: may be retried after an unknown result
    Instant planned_at;
    std::optional<Instant> not_after;  ///< later than this is too late to say it
};

/// What a check of the gate found. `until` with Wait: when to ask again.
struct CheckResult {
    enum class Verdict : std::uint8_t { Pass, Wait, Fail };
    std::string check;  ///< the check's name, such as "quiet-hours"
    Verdict verdict = Verdict::Pass;
    std::string reason;  ///< outcome if this check decides, such as "no-address"
    std::string detail;  ///< one plain sentence
    std::optional<Instant> until;
};

/// One evaluation of the gate for one message on one channel.
struct Decision {
    enum class Outcome : std::uint8_t { Send, Later, NotSent, Joined };  ///< Joined: in another
    Digest message;
    std::string channel;
    Outcome outcome = Outcome::NotSent;
    std::string reason;               ///< of the first check that did not pass; empty for Send
    std::vector<CheckResult> checks;  ///< every check's result, in the gate's order
    Instant at;
    std::optional<Instant> until;  ///< with Later
    std::string language;          ///< the language it would be said in
    /// With Send: the messages that leave within this one. With Joined: the one it leaves within.
    std::vector<Digest> joined;
};
[[nodiscard]] std::string_view outcome_name(Decision::Outcome outcome);

/// A choice of the patient: may we (`allowed`) speak about `topic` on `channel`? Empty means all.
struct ContactChoice {
    std::string channel;
    std::string topic;
    bool allowed = false;
    Instant at;
    std::string source;  ///< "Consent/c1", "sms reply STOP", "staff NAME"
};

/// Work for a person.
struct Task {
    Digest id;  ///< named_hash("task", enrolment, step, occurrence)
    Key patient = 0;
    Digest enrolment;
    std::string campaign;
    std::string step;
    std::string kind;  ///< call, review, letter-batch
    std::string queue;
    std::string script;                 ///< content name of the script; empty: none
    std::vector<std::string> outcomes;  ///< what a person may answer
    Instant opened_at;
    std::optional<Instant> due;
    std::string reason;   ///< why it was opened, in plain words
    std::string outcome;  ///< empty while open
    std::string channel;  ///< of a reply to read: where it came from
    std::string address;
};

}  // namespace parcours
