#include "outreach/minors.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "outreach/address.h"
#include "outreach/reasons.h"
#include "outreach/recipient.h"
#include "outreach/zones.h"
#include "practice/confidentiality.h"
#include "record/patient_profile.h"

namespace parcours::outreach {
namespace {

/// Addresses that differ in case alone are read by the same person.
std::vector<Digest> possible_keys(const PatientProfile& profile, const RecipientRules& rules) {
    std::vector<Digest> keys;
    for (const std::string& address : possible_addresses(profile, rules)) {
        keys.push_back(address_key(address.contains('@') ? "email" : "phone", address));
    }
    return keys;
}

/// The same person without what a contact of theirs reads as well, and grown up.
PatientProfile without_shared(const PatientProfile& profile, const RecipientRules& rules) {
    PatientProfile alone = profile;
    alone.birth.reset();
    for (RelatedContact& contact : alone.contacts) {
        contact.guardian = true;  // whoever it is
    }
    PatientProfile others = alone;
    others.telecom.clear();
    const std::vector<Digest> read_by_others = possible_keys(others, rules);
    std::erase_if(alone.telecom, [&](const ContactPoint& point) {
        PatientProfile one;
        one.telecom = {point};
        one.telecom.front().use.clear();
        return std::ranges::any_of(possible_keys(one, rules), [&](const Digest& key) {
            return std::ranges::find(read_by_others, key) != read_by_others.end();
        });
    });
    return alone;
}

}  // namespace

MinorWay find_minor_way(const PatientProfile& profile, const RecipientRules& rules,
                        const practice::Confidentiality& confidentiality, const Matter& matter,
                        Instant now) {
    using To = practice::MinorRule::To;
    if (!is_minor(profile, rules, now)) {
        return MinorWay::Grown;
    }
    const auto rule = confidentiality.minors.find(matter.topic);
    if (rule == confidentiality.minors.end()) {
        return matter.sensitive ? MinorWay::Nobody : MinorWay::Guardian;
    }
    RecipientRules old_enough = rules;
    old_enough.adult_age = rule->second.from;
    switch (rule->second.to) {
        case To::Guardian:
            return MinorWay::Guardian;
        case To::Patient:
            return is_minor(profile, old_enough, now) ? MinorWay::Nobody : MinorWay::Alone;
        case To::Nobody:
            break;
    }
    return MinorWay::Nobody;
}

Recipient choose_recipient_of(const PatientProfile& profile, std::string_view channel,
                              const RecipientRules& rules, MinorWay way, Instant now) {
    if (way == MinorWay::Alone) {
        return choose_recipient(without_shared(profile, rules), channel, rules, now);
    }
    Recipient recipient = choose_recipient(profile, channel, rules, now);
    if (way == MinorWay::Nobody) {
        recipient.address.clear();
        recipient.key = {};
        recipient.problem = reason::minor_confidential;
        recipient.detail =
            "The patient is a minor, and by the clinic's rules nobody is told of this before a "
            "person has decided whom.";
    }
    return recipient;
}

}  // namespace parcours::outreach
