#include "outreach/recipient.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "outreach/address.h"
#include "outreach/plain_value.h"
#include "outreach/reasons.h"
#include "outreach/zones.h"
#include "record/patient_profile.h"

namespace parcours::outreach {
namespace {

/// A channel's way of addressing; none for those that need no address here.
enum class Kind : std::uint8_t { None, Sms, Voice, Email };

Kind kind_of(std::string_view channel) {
    if (channel == "sms" || channel == "whatsapp") {
        return Kind::Sms;
    }
    if (channel == "voice") {
        return Kind::Voice;
    }
    return channel == "email" ? Kind::Email : Kind::None;
}

bool serves(const ContactPoint& point, Kind kind) {
    if (kind == Kind::Email) {
        return point.system == "email";
    }
    return point.system == "phone" || (kind == Kind::Sms && point.system == "sms");
}

bool is_current(const ContactPoint& point, Instant now) {
    return point.use != "old" && (!point.start || *point.start <= now) &&
           (!point.end || *point.end > now);
}

/// What is tried first; smaller is sooner.
int use_order(const ContactPoint& point, Kind kind) {
    if (point.system == "sms") {
        return 0;
    }
    constexpr std::array<std::string_view, 4> uses = {"mobile", "home", "", "temp"};
    const auto* const found = std::ranges::find(uses, point.use);
    if (kind == Kind::Email && point.use == "home") {
        return 0;
    }
    return found == uses.end() ? 9 : 1 + static_cast<int>(found - uses.begin());
}

struct Checked {
    std::string address;
    std::string problem;  ///< in plain words; empty for an address that works
    bool not_mobile = false;
};

Checked check_address(const ContactPoint& point, Kind kind, const RecipientRules& rules) {
    if (kind == Kind::Email) {
        auto address = parse_email(point.value);
        return address ? Checked{*std::move(address), "", false}
                       : Checked{"", address.error().message, false};
    }
    auto number = parse_phone(point.value, rules.region);
    if (!number) {
        return {"", number.error().message, false};
    }
    if (kind == Kind::Sms && !number->may_be_mobile) {
        return {"", "", true};
    }
    return {std::move(number->e164), "", false};
}

std::string_view kind_word(Kind kind) {
    return kind == Kind::Email ? "e-mail address" : "phone number";
}

void choose_address(const std::vector<ContactPoint>& telecom, Kind kind,
                    const RecipientRules& rules, Instant now, Recipient& recipient) {
    std::vector<const ContactPoint*> points;
    for (const ContactPoint& point : telecom) {
        if (serves(point, kind) && is_current(point, now) && !point.value.empty()) {
            points.push_back(&point);
        }
    }
    std::ranges::sort(points, {}, [&](const ContactPoint* point) {
        const int rank = point->rank > 0 ? point->rank : std::numeric_limits<int>::max();
        return std::tuple(rank, use_order(*point, kind), point);  // the record's order last
    });
    bool any_landline = false;
    std::string first_problem;
    for (const ContactPoint* point : points) {
        Checked checked = check_address(*point, kind, rules);
        if (!checked.address.empty()) {
            recipient.key = address_key(kind == Kind::Email ? "email" : "phone", checked.address);
            recipient.address = std::move(checked.address);
            return;
        }
        any_landline = any_landline || checked.not_mobile;
        if (first_problem.empty()) {
            first_problem = std::move(checked.problem);
        }
    }
    const std::string word(kind_word(kind));
    if (!first_problem.empty()) {
        recipient.problem = reason::bad_address;
        recipient.detail = "The recorded " + word + " cannot be used: " + first_problem + ".";
        return;
    }
    recipient.problem = reason::no_address;
    recipient.detail = any_landline ? "Only landline numbers are recorded, and they take no SMS."
                                    : "No current " + word + " is recorded.";
}

void add_addresses(const std::vector<ContactPoint>& telecom, const RecipientRules& rules,
                   std::vector<std::string>& out) {
    for (const ContactPoint& point : telecom) {
        if (point.use == "old") {
            continue;
        }
        if (serves(point, Kind::Email)) {
            if (auto email = parse_email(point.value)) {
                out.push_back(*std::move(email));
            }
        } else if (serves(point, Kind::Sms)) {
            if (auto near = find_plain_number(point.value, rules.region)) {
                out.push_back(*std::move(near));
            } else if (auto number = parse_phone(point.value, rules.region)) {
                out.push_back(std::move(number->e164));
            }
        }
    }
}

/// A name as it may stand in the header of a mail; none where nobody is called so.
std::string header_name(std::string_view name) {
    std::string plain = plain_value(name);
    return count_value_characters(plain) > value_length_max ? std::string() : plain;
}

}  // namespace

bool is_minor(const PatientProfile& profile, const RecipientRules& rules, Instant now) {
    if (!profile.birth) {
        return false;
    }
    const auto is_below = [&](CivilDate day) {
        return whole_years(*profile.birth, day) < rules.adult_age;
    };
    // No place is a day ahead of UTC or behind it: most need no zone to be found.
    const CivilDate today = utc_date(now);
    const bool below = is_below(today - std::chrono::days{1});
    if (below == is_below(today + std::chrono::days{1})) {
        return below;
    }
    return is_below(find_patient_zone(profile, rules.zone, rules.region).zone.to_date(now));
}

std::vector<std::string> possible_addresses(const PatientProfile& profile,
                                            const RecipientRules& rules) {
    std::vector<std::string> addresses;
    add_addresses(profile.telecom, rules, addresses);
    for (const RelatedContact& contact : profile.contacts) {
        if (contact.guardian) {
            add_addresses(contact.telecom, rules, addresses);
        }
    }
    return addresses;
}

Recipient choose_recipient(const PatientProfile& profile, std::string_view channel,
                           const RecipientRules& rules, Instant now) {
    const Kind kind = kind_of(channel);
    Recipient recipient;
    if (!is_minor(profile, rules, now)) {
        recipient.name = header_name(profile.full_name);
        if (kind != Kind::None) {
            choose_address(profile.telecom, kind, rules, now, recipient);
        }
        return recipient;
    }
    recipient.who = Recipient::Who::Guardian;
    recipient.problem = reason::no_guardian;
    recipient.detail = "The patient is a minor and no guardian is recorded.";
    // The first guardian who can be reached; with none, what keeps the first from it.
    bool is_first = true;
    for (const RelatedContact& contact : profile.contacts) {
        if (!contact.guardian) {
            continue;
        }
        Recipient guardian;
        guardian.who = Recipient::Who::Guardian;
        guardian.name = header_name(contact.name);
        if (kind != Kind::None) {
            choose_address(contact.telecom, kind, rules, now, guardian);
        }
        if (guardian.problem.empty()) {
            return guardian;
        }
        if (is_first) {
            recipient = std::move(guardian);
            is_first = false;
        }
    }
    return recipient;
}

}  // namespace parcours::outreach
