#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "outreach/recipient.h"
#include "practice/confidentiality.h"
#include "record/patient_profile.h"

namespace parcours::outreach {

/// What is to be said, as far as it decides who is told.
struct Matter {
    std::string_view topic;
    bool sensitive = false;
};

/// Who is told of a matter.
enum class MinorWay : std::uint8_t {
    Grown,     ///< no minor: the patient
    Guardian,  ///< a guardian of the record
    Alone,     ///< the patient, and no guardian
    Nobody     ///< a person decides
};

/// By the clinic's rule of the topic. Where it has none: a guardian, and nobody of what is
/// sensitive.
[[nodiscard]] MinorWay find_minor_way(const PatientProfile& profile, const RecipientRules& rules,
                                      const practice::Confidentiality& confidentiality,
                                      const Matter& matter, Instant now);

/// As `choose_recipient`, with who is told of the matter. A minor who is told alone is never
/// reached where a contact of the record reads it, too.
[[nodiscard]] Recipient choose_recipient_of(const PatientProfile& profile, std::string_view channel,
                                            const RecipientRules& rules, MinorWay way, Instant now);

}  // namespace parcours::outreach
