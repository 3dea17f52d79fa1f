#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "campaign/definition.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/releases.h"
#include "outreach/gate.h"
#include "outreach/minors.h"
#include "practice/confidentiality.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "record/engagement.h"
#include "record/patient_profile.h"

namespace parcours::engine {

// What must not be seen by others than the patient.

/// The questions whose answers say how alone a patient can safely be reached: a channel, or "none";
/// "any" takes it back. With them from when until when, such as "10:00".
inline constexpr std::string_view safe_contact_question = "safe-contact";
inline constexpr std::string_view safe_from_question = "safe-contact-from";
inline constexpr std::string_view safe_until_question = "safe-contact-until";

/// What a person told us, by whatever record they have; nothing where every way is safe. Times that
/// cannot be read leave no hour of the day.
[[nodiscard]] std::optional<outreach::SafeContact> find_safe_contact(
    const Ledger& ledger, std::span<const Key> person, const practice::ContactHours& clinic);

/// Whether a campaign is about what not everybody may know of: its concern or topic is one of the
/// practice's sensitive ones, or it says a sensitive content.
[[nodiscard]] bool is_sensitive(const practice::Folder& folder, const campaign::Campaign& campaign,
                                const practice::Confidentiality& confidentiality);

/// Who is told of a campaign's matter; `campaign` as its release has it, the rules as they are now.
[[nodiscard]] outreach::MinorWay find_minor_way(const practice::Folder& folder,
                                                const campaign::Campaign& campaign,
                                                const Clinic& now_at_work,
                                                const PatientProfile& profile, Instant now);
/// The same of an enrolment, by the release that it is in: where that cannot be read, nobody is
/// told of a minor's matter.
[[nodiscard]] outreach::MinorWay find_minor_way(Releases& releases, const Enrolment& enrolment,
                                                const PatientProfile& profile, Instant now);

/// What whoever does the work must know of a minor; empty where a guardian may be told.
[[nodiscard]] std::string minor_words(outreach::MinorWay way);

/// The same message in words that tell nobody anything, with such a subject. The wording must have
/// them.
[[nodiscard]] practice::Wording make_neutral(const practice::Wording& wording);

/// A subject that reveals nothing, in a language of the product, else in English.
[[nodiscard]] std::string neutral_subject(std::string_view language);

/// That nobody reads what comes back on a channel, as a pattern with {emergency_number}.
[[nodiscard]] std::string unread_words(std::string_view language);

/// What whoever does the work must know of a patient who is not safe at home: "reach the patient
/// only by sms, 10:00 to 12:00; leave no message and send no letter".
[[nodiscard]] std::string safe_contact_words(const outreach::SafeContact& safe);

}  // namespace parcours::engine
