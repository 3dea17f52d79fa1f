#pragma once

#include <span>
#include <string_view>

namespace parcours::outreach {

/// A reason why a message did not leave now. Codes are stable: decisions, reports and API name
/// them.
struct ReasonHelp {
    std::string_view code;      ///< "no-address"
    std::string_view sentence;  ///< what it means, for staff
    std::string_view cure;      ///< what would change it
};

namespace reason {
inline constexpr std::string_view check_failed = "check-failed";
inline constexpr std::string_view deceased = "deceased";
inline constexpr std::string_view merged = "merged";
inline constexpr std::string_view left_care = "left-care";
inline constexpr std::string_view no_longer_true = "no-longer-true";
inline constexpr std::string_view palliative = "palliative";
inline constexpr std::string_view no_consent = "no-consent";
inline constexpr std::string_view opted_out = "opted-out";
inline constexpr std::string_view not_for = "not-for";
inline constexpr std::string_view no_guardian = "no-guardian";
inline constexpr std::string_view minor_confidential = "minor-confidential";
inline constexpr std::string_view no_address = "no-address";
inline constexpr std::string_view bad_address = "bad-address";
inline constexpr std::string_view suppressed = "suppressed";
inline constexpr std::string_view unsafe_contact = "unsafe-contact";
inline constexpr std::string_view no_channel = "no-channel";
inline constexpr std::string_view wrong_channel = "wrong-channel";
inline constexpr std::string_view no_content = "no-content";
inline constexpr std::string_view no_language = "no-language";
inline constexpr std::string_view not_approved = "not-approved";
inline constexpr std::string_view shared_address = "shared-address";
inline constexpr std::string_view missing_variable = "missing-variable";
inline constexpr std::string_view cannot_render = "cannot-render";
inline constexpr std::string_view duplicate = "duplicate";
inline constexpr std::string_view too_late = "too-late";
inline constexpr std::string_view suspected_death = "suspected-death";
inline constexpr std::string_view stale_feed = "stale-feed";
inline constexpr std::string_view quiet_hours = "quiet-hours";
inline constexpr std::string_view contact_budget = "contact-budget";
inline constexpr std::string_view channel_busy = "channel-busy";
inline constexpr std::string_view channel_rests = "channel-rests";
inline constexpr std::string_view household = "household";
inline constexpr std::string_view backlog = "backlog";
inline constexpr std::string_view calls_paced = "calls-paced";
// What became of messages that the gate had let pass, or that went away before.
inline constexpr std::string_view refused_by_provider = "refused-by-provider";
inline constexpr std::string_view provider_unavailable = "provider-unavailable";
inline constexpr std::string_view unknown_result = "unknown-result";
inline constexpr std::string_view bounced = "bounced";
inline constexpr std::string_view failed = "failed";
inline constexpr std::string_view withdrawn = "withdrawn";
}  // namespace reason

/// Every reason: those of the gate in the order of its checks, then those of hand-offs.
[[nodiscard]] std::span<const ReasonHelp> reasons();

/// Of why two channels could not carry a message, that of the one which came further in the gate's
/// checks: who has no e-mail address and a phone that said STOP said STOP. That a channel is not
/// for this message, or not this clinic's, says least.
[[nodiscard]] std::string_view further(std::string_view one, std::string_view other);

/// The help of a code; null for an unknown one.
[[nodiscard]] const ReasonHelp* find_reason(std::string_view code);

}  // namespace parcours::outreach
