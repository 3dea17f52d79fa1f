#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "outreach/zones.h"
#include "record/patient_profile.h"

namespace parcours::outreach {

/// Whom a message is addressed to, and where.
struct Recipient {
    enum class Who : std::uint8_t { Patient, Guardian };
    Who who = Who::Patient;
    std::string name;     ///< of the person addressed
    std::string address;  ///< normalised: E.164 or e-mail; empty where there is none that works
    Digest key;           ///< of the suppression list; zero without an address
    /// Why there is no address: no-guardian, no-address or bad-address; empty where there is one.
    std::string problem;
    std::string detail;  ///< one plain sentence about the problem, without the address itself
};

/// What of the clinic decides whom to speak to.
struct RecipientRules {
    std::string region = "US";  ///< how numbers without a prefix are read, ISO 3166
    int adult_age = 18;
    Zone zone = {};  ///< where the clinic is: of patients whose own zone is not known
};

/// Chooses whom to speak to and at which address of `channel` ("sms", "email", "voice").
///
/// A patient younger than the adult age is spoken to through a guardian of the record; an unknown
/// birth date counts as grown up. Addresses that are old, ended or not begun are passed over, as is
/// for SMS what cannot be a mobile phone. Of the others the lowest rank wins, then the use (for SMS
/// mobile before home; work last), then the order of the record; those that are not valid are
/// passed over while another is. For channels without an address (worklist, letter, portal) the
/// person alone is chosen.
[[nodiscard]] Recipient choose_recipient(const PatientProfile& profile, std::string_view channel,
                                         const RecipientRules& rules, Instant now);

/// Each address, normalised, at which a message for the patient may ever go, whatever the channel
/// and the moment; some that are never used may be among them. Whoever has none of another's never
/// has a message where the other has one.
[[nodiscard]] std::vector<std::string> possible_addresses(const PatientProfile& profile,
                                                          const RecipientRules& rules);

/// Whether the patient is below the adult age on the day that it is where they live.
[[nodiscard]] bool is_minor(const PatientProfile& profile, const RecipientRules& rules,
                            Instant now);

}  // namespace parcours::outreach
