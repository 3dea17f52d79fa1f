#include "engine/find_by_address.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/clinic.h"
#include "engine/directory.h"
#include "engine/patient_view.h"
#include "outreach/address.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

bool has_address(const PatientProfile& profile, const std::string& channel,
                 const std::string& address, const std::string& region) {
    return std::ranges::any_of(profile.telecom, [&](const ContactPoint& point) {
        if (channel == "email") {
            const auto parsed = outreach::parse_email(point.value);
            return point.system == "email" && parsed && *parsed == address;
        }
        if (point.system != "phone" && point.system != "sms") {
            return false;
        }
        const auto parsed = outreach::parse_phone(point.value, region);
        return parsed && parsed->e164 == address;
    });
}

/// What a directory may be asked for: a phone number may be written without its country.
std::string searched(const std::string& channel, const std::string& address) {
    constexpr std::size_t digits = 7;
    return channel == "email" || address.size() <= digits ? address
                                                          : address.substr(address.size() - digits);
}

}  // namespace

std::vector<Key> find_by_address(const Directory& directory, const population::LiveIndex& index,
                                 PatientReader& patients, const std::string& channel,
                                 const std::string& address) {
    std::vector<Key> found;
    if (address.empty()) {
        return found;
    }
    const std::string& region = patients.clinic().recipient_rules.region;
    for (const population::PatientNumber number :
         directory.search(index, searched(channel, address))) {
        const Key key = index.patients().key[number];
        const auto profile = patients.profile(key);
        if (profile && has_address(**profile, channel, address, region)) {
            found.push_back(key);
        }
    }
    return found;
}

}  // namespace parcours::engine
