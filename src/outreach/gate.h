#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "outreach/budget.h"
#include "outreach/recipient.h"
#include "outreach/zones.h"
#include "practice/config.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::outreach {

/// What somebody else found out for the gate.
struct Finding {
    enum class State : std::uint8_t {
        Clear,    ///< nothing stands against the message
        Against,  ///< this does
        Error     ///< it could not be found out: then the message is not sent
    };
    State state = State::Clear;
    std::string detail;  ///< one plain sentence; required unless Clear
};

/// What is committed about the patient at this moment.
struct PatientState {
    bool deceased = false;
    bool suspected_death = false;  ///< a person has to confirm or deny it
    bool merged = false;           ///< replaced by another patient
    bool left = false;             ///< left the practice, or never active
    bool palliative = false;
};

/// Of the recipient's address. `version` is the one that an attempt's commit is conditional on.
struct Suppression {
    bool suppressed = false;
    std::string why;  ///< "bounced on 2026-02-01", "STOP by SMS"
    std::uint64_t version = 0;
};

/// Of the channel that would carry the message.
struct ChannelState {
    bool configured = false;
};

/// The only way in which it is safe to reach a patient, as they told us: it overrides everything.
struct SafeContact {
    std::string channel;  ///< empty: there is none
    practice::ContactHours hours;
    bool words_neutral = false;  ///< what would be said tells nobody anything
};

/// Whether the wording could be put into words with this patient's values.
struct RenderState {
    enum class State : std::uint8_t { Rendered, MissingVariable, Failed };
    State state = State::Rendered;
    std::string detail;
};

/// A limit that is shared with what leaves to others; `until` where the message waits for it.
struct SharedLimit {
    std::string_view check;
    std::string_view reason;
    std::string detail;  ///< one plain sentence
    std::optional<Instant> until;
};

/// Everything the gate looks at, handed in. Pointers must be set and outlive the call; what they
/// point to is committed truth, never a replica.
struct GateInput {
    const Message* message = nullptr;
    std::string_view channel;
    PatientState patient;
    Finding still;                    ///< Against: what the message says is no longer so
    Finding not_for;                  ///< Against: a `not-for` condition of the content holds
    Finding feed;                     ///< Against: the EHR feed is stale for this message
    Finding privacy;                  ///< Against: others at the address would learn something
    std::optional<SafeContact> safe;  ///< nothing: whatever the record has is safe
    bool any_hour = false;            ///< an answer to what the patient just told us
    std::span<const ContactChoice> choices;  ///< of the patient, in any order
    const Recipient* recipient = nullptr;
    Suppression suppression;
    ChannelState channel_state;
    const practice::Content* content = nullptr;  ///< null: the release has no such content
    std::string_view language;  ///< preferred by the person addressed; empty: unknown
    RenderState render;
    Zone zone;                            ///< where the patient lives
    std::span<const SentMessage> sent;    ///< what the patient got in the last 31 days
    std::span<const SharedLimit> limits;  ///< looked at last
    std::optional<Instant> last_same;     ///< same patient, content and key: last sent
};

/// The clinic's rules for the gate.
struct GateRules {
    std::string default_language = "en";
    bool speak_default_language = false;
    bool require_approval = false;
    practice::ContactHours contact_hours;
    practice::ContactBudget contact_budget;
    Duration not_after = std::chrono::hours{48};  ///< after planning, where the message says none
    Duration repeat_after = std::chrono::hours{48};
    /// Topics that palliative care switches off, beside all marketing.
    std::vector<std::string> prevention_topics = {"prevention", "cancer-screening", "lifestyle",
                                                  "smoking", "care-gap"};
};
[[nodiscard]] GateRules make_gate_rules(const practice::Config& config);

/// The language the message would be said in: the preferred one, the clinic's where none is
/// recorded or where the rules let it stand in; empty where nothing is said in any of these.
[[nodiscard]] std::string_view choose_language(const practice::Content& content,
                                               std::string_view channel, std::string_view preferred,
                                               const GateRules& rules);

/// Decides whether the message may leave now on this channel. Pure. All checks run, in the order
/// of `reasons.h`, and all results are kept. The first that fails names the outcome; if none does,
/// the first that waits, and `until` is when all of them may pass, at a time of day at which the
/// patient may be contacted. A wait that ends after the message's last moment is a failure. A check
/// that could not be made is a failure with the reason "check-failed".
[[nodiscard]] Decision decide(const GateInput& input, const GateRules& rules, Instant now);

/// The last moment at which the message may leave.
[[nodiscard]] Instant last_moment(const Message& message, const GateRules& rules);

}  // namespace parcours::outreach
