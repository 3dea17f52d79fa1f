// Where addresses lie: the tables behind `zone_of_address`.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "outreach/address.h"
#include "outreach/zones.h"
#include "record/patient_profile.h"

namespace parcours::outreach {
namespace {

struct StateZone {
    std::string_view country;
    std::string_view code;
    std::string_view name;
    std::string_view zone;
};

// Of a state in two zones, the one where most of its people live.
constexpr std::array<StateZone, 77> states = {{
    {"US", "AL", "Alabama", "America/Chicago"},
    {"US", "AK", "Alaska", "America/Anchorage"},
    {"US", "AZ", "Arizona", "America/Phoenix"},
    {"US", "AR", "Arkansas", "America/Chicago"},
    {"US", "CA", "California", "America/Los_Angeles"},
    {"US", "CO", "Colorado", "America/Denver"},
    {"US", "CT", "Connecticut", "America/New_York"},
    {"US", "DE", "Delaware", "America/New_York"},
    {"US", "DC", "District of Columbia", "America/New_York"},
    {"US", "FL", "Florida", "America/New_York"},
    {"US", "GA", "Georgia", "America/New_York"},
    {"US", "HI", "Hawaii", "Pacific/Honolulu"},
    {"US", "ID", "Idaho", "America/Boise"},
    {"US", "IL", "Illinois", "America/Chicago"},
    {"US", "IN", "Indiana", "America/Indiana/Indianapolis"},
    {"US", "IA", "Iowa", "America/Chicago"},
    {"US", "KS", "Kansas", "America/Chicago"},
    {"US", "KY", "Kentucky", "America/New_York"},
    {"US", "LA", "Louisiana", "America/Chicago"},
    {"US", "ME", "Maine", "America/New_York"},
    {"US", "MD", "Maryland", "America/New_York"},
    {"US", "MA", "Massachusetts", "America/New_York"},
    {"US", "MI", "Michigan", "America/Detroit"},
    {"US", "MN", "Minnesota", "America/Chicago"},
    {"US", "MS", "Mississippi", "America/Chicago"},
    {"US", "MO", "Missouri", "America/Chicago"},
    {"US", "MT", "Montana", "America/Denver"},
    {"US", "NE", "Nebraska", "America/Chicago"},
    {"US", "NV", "Nevada", "America/Los_Angeles"},
    {"US", "NH", "New Hampshire", "America/New_York"},
    {"US", "NJ", "New Jersey", "America/New_York"},
    {"US", "NM", "New Mexico", "America/Denver"},
    {"US", "NY", "New York", "America/New_York"},
    {"US", "NC", "North Carolina", "America/New_York"},
    {"US", "ND", "North Dakota", "America/Chicago"},
    {"US", "OH", "Ohio", "America/New_York"},
    {"US", "OK", "Oklahoma", "America/Chicago"},
    {"US", "OR", "Oregon", "America/Los_Angeles"},
    {"US", "PA", "Pennsylvania", "America/New_York"},
    {"US", "RI", "Rhode Island", "America/New_York"},
    {"US", "SC", "South Carolina", "America/New_York"},
    {"US", "SD", "South Dakota", "America/Chicago"},
    {"US", "TN", "Tennessee", "America/Chicago"},
    {"US", "TX", "Texas", "America/Chicago"},
    {"US", "UT", "Utah", "America/Denver"},
    {"US", "VT", "Vermont", "America/New_York"},
    {"US", "VA", "Virginia", "America/New_York"},
    {"US", "WA", "Washington", "America/Los_Angeles"},
    {"US", "WV", "West Virginia", "America/New_York"},
    {"US", "WI", "Wisconsin", "America/Chicago"},
    {"US", "WY", "Wyoming", "America/Denver"},
    {"US", "PR", "Puerto Rico", "America/Puerto_Rico"},
    {"US", "VI", "Virgin Islands", "America/St_Thomas"},
    {"US", "GU", "Guam", "Pacific/Guam"},
    {"US", "AS", "American Samoa", "Pacific/Pago_Pago"},
    {"US", "MP", "Northern Mariana Islands", "Pacific/Guam"},
    {"CA", "AB", "Alberta", "America/Edmonton"},
    {"CA", "BC", "British Columbia", "America/Vancouver"},
    {"CA", "MB", "Manitoba", "America/Winnipeg"},
    {"CA", "NB", "New Brunswick", "America/Moncton"},
    {"CA", "NL", "Newfoundland and Labrador", "America/St_Johns"},
    {"CA", "NS", "Nova Scotia", "America/Halifax"},
    {"CA", "NT", "Northwest Territories", "America/Yellowknife"},
    {"CA", "NU", "Nunavut", "America/Iqaluit"},
    {"CA", "ON", "Ontario", "America/Toronto"},
    {"CA", "PE", "Prince Edward Island", "America/Halifax"},
    {"CA", "QC", "Quebec", "America/Toronto"},
    {"CA", "SK", "Saskatchewan", "America/Regina"},
    {"CA", "YT", "Yukon", "America/Whitehorse"},
    {"AU", "NSW", "New South Wales", "Australia/Sydney"},
    {"AU", "VIC", "Victoria", "Australia/Melbourne"},
    {"AU", "QLD", "Queensland", "Australia/Brisbane"},
    {"AU", "SA", "South Australia", "Australia/Adelaide"},
    {"AU", "WA", "Western Australia", "Australia/Perth"},
    {"AU", "TAS", "Tasmania", "Australia/Hobart"},
    {"AU", "NT", "Northern Territory", "Australia/Darwin"},
    {"AU", "ACT", "Australian Capital Territory", "Australia/Sydney"},
}};

struct CountryZone {
    std::string_view code;
    std::string_view code3;
    std::string_view name;
    std::string_view zone;  ///< empty: several, told by the state
};

constexpr std::array<CountryZone, 59> countries = {{
    {"FR", "FRA", "France", "Europe/Paris"},
    {"CN", "CHN", "China", "Asia/Shanghai"},
    {"GB", "GBR", "United Kingdom", "Europe/London"},
    {"IE", "IRL", "Ireland", "Europe/Dublin"},
    {"DE", "DEU", "Germany", "Europe/Berlin"},
    {"CH", "CHE", "Switzerland", "Europe/Zurich"},
    {"AT", "AUT", "Austria", "Europe/Vienna"},
    {"BE", "BEL", "Belgium", "Europe/Brussels"},
    {"LU", "LUX", "Luxembourg", "Europe/Luxembourg"},
    {"NL", "NLD", "Netherlands", "Europe/Amsterdam"},
    {"IT", "ITA", "Italy", "Europe/Rome"},
    {"DK", "DNK", "Denmark", "Europe/Copenhagen"},
    {"NO", "NOR", "Norway", "Europe/Oslo"},
    {"SE", "SWE", "Sweden", "Europe/Stockholm"},
    {"FI", "FIN", "Finland", "Europe/Helsinki"},
    {"PL", "POL", "Poland", "Europe/Warsaw"},
    {"CZ", "CZE", "Czechia", "Europe/Prague"},
    {"GR", "GRC", "Greece", "Europe/Athens"},
    {"RO", "ROU", "Romania", "Europe/Bucharest"},
    {"HU", "HUN", "Hungary", "Europe/Budapest"},
    {"MC", "MCO", "Monaco", "Europe/Monaco"},
    {"HK", "HKG", "Hong Kong", "Asia/Hong_Kong"},
    {"MO", "MAC", "Macao", "Asia/Macau"},
    {"TW", "TWN", "Taiwan", "Asia/Taipei"},
    {"SG", "SGP", "Singapore", "Asia/Singapore"},
    {"JP", "JPN", "Japan", "Asia/Tokyo"},
    {"KR", "KOR", "South Korea", "Asia/Seoul"},
    {"IN", "IND", "India", "Asia/Kolkata"},
    {"TH", "THA", "Thailand", "Asia/Bangkok"},
    {"VN", "VNM", "Vietnam", "Asia/Ho_Chi_Minh"},
    {"PH", "PHL", "Philippines", "Asia/Manila"},
    {"IL", "ISR", "Israel", "Asia/Jerusalem"},
    {"AE", "ARE", "United Arab Emirates", "Asia/Dubai"},
    {"TR", "TUR", "Turkey", "Europe/Istanbul"},
    {"MA", "MAR", "Morocco", "Africa/Casablanca"},
    {"DZ", "DZA", "Algeria", "Africa/Algiers"},
    {"TN", "TUN", "Tunisia", "Africa/Tunis"},
    {"SN", "SEN", "Senegal", "Africa/Dakar"},
    {"CI", "CIV", "Ivory Coast", "Africa/Abidjan"},
    {"CM", "CMR", "Cameroon", "Africa/Douala"},
    {"NG", "NGA", "Nigeria", "Africa/Lagos"},
    {"KE", "KEN", "Kenya", "Africa/Nairobi"},
    {"GH", "GHA", "Ghana", "Africa/Accra"},
    {"ZA", "ZAF", "South Africa", "Africa/Johannesburg"},
    {"PR", "PRI", "Puerto Rico", "America/Puerto_Rico"},
    {"GP", "GLP", "Guadeloupe", "America/Guadeloupe"},
    {"MQ", "MTQ", "Martinique", "America/Martinique"},
    {"GF", "GUF", "French Guiana", "America/Cayenne"},
    {"RE", "REU", "Reunion", "Indian/Reunion"},
    {"YT", "MYT", "Mayotte", "Indian/Mayotte"},
    {"CO", "COL", "Colombia", "America/Bogota"},
    {"PE", "PER", "Peru", "America/Lima"},
    {"AR", "ARG", "Argentina", "America/Argentina/Buenos_Aires"},
    {"US", "USA", "United States", ""},
    {"CA", "CAN", "Canada", ""},
    {"AU", "AUS", "Australia", ""},
    {"ES", "ESP", "Spain", "Europe/Madrid"},
    {"PT", "PRT", "Portugal", "Europe/Lisbon"},
    {"NZ", "NZL", "New Zealand", "Pacific/Auckland"},
}};

struct PostalZone {
    std::string_view prefix;
    std::string_view zone;
};

// French departments and territories overseas, by the beginning of their postal codes.
constexpr std::array<PostalZone, 11> french_overseas = {{
    {"971", "America/Guadeloupe"},
    {"972", "America/Martinique"},
    {"973", "America/Cayenne"},
    {"974", "Indian/Reunion"},
    {"975", "America/Miquelon"},
    {"976", "Indian/Mayotte"},
    {"977", "America/St_Barthelemy"},
    {"978", "America/Marigot"},
    {"986", "Pacific/Wallis"},
    {"987", "Pacific/Tahiti"},
    {"988", "Pacific/Noumea"},
}};

struct OtherName {
    std::string_view name;
    std::string_view code;
};
constexpr std::array<OtherName, 8> other_names = {{{"United States of America", "US"},
                                                   {"UK", "GB"},
                                                   {"Great Britain", "GB"},
                                                   {"England", "GB"},
                                                   {"Scotland", "GB"},
                                                   {"Wales", "GB"},
                                                   {"中国", "CN"},
                                                   {"Deutschland", "DE"}}};

bool same(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return to_lower_ascii(c); };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view zone_of_state(std::string_view country, std::string_view state) {
    for (const StateZone& each : states) {
        if (each.country == country && (same(each.code, state) || same(each.name, state))) {
            return each.zone;
        }
    }
    return {};
}

std::string_view zone_of_country(std::string_view code) {
    const auto* const found = std::ranges::find(countries, code, &CountryZone::code);
    return found == countries.end() ? std::string_view{} : found->zone;
}

/// The zone of a name of these tables; nothing where the system lacks it.
std::optional<Zone> open_zone(std::string_view name) {
    if (name.empty()) {
        return std::nullopt;
    }
    const auto zone = Zone::find(name);
    return zone ? std::optional(*zone) : std::nullopt;
}

std::string_view zone_of_phones(const PatientProfile& profile, std::string_view clinic_country) {
    for (const ContactPoint& point : profile.telecom) {
        if ((point.system == "phone" || point.system == "sms") && point.use != "old") {
            const std::string region = phone_region(point.value, clinic_country);
            if (const auto zone = zone_of_country(region); !zone.empty()) {
                return zone;
            }
        }
    }
    return {};
}

}  // namespace

std::string_view country_code(std::string_view country) {
    const std::string_view text = trim(country);
    for (const CountryZone& each : countries) {
        if (same(each.code, text) || same(each.code3, text) || same(each.name, text)) {
            return each.code;
        }
    }
    const auto* const other = std::ranges::find_if(
        other_names, [&](const OtherName& each) { return same(each.name, text); });
    return other == other_names.end() ? std::string_view{} : other->code;
}

std::string_view zone_of_address(std::string_view country, std::string_view state,
                                 std::string_view postal_code) {
    const std::string_view code = country_code(country);
    if (code.empty()) {
        return {};
    }
    if (code == "FR") {
        for (const PostalZone& each : french_overseas) {
            if (trim(postal_code).starts_with(each.prefix)) {
                return each.zone;
            }
        }
    }
    if (const auto zone = zone_of_state(code, trim(state)); !zone.empty()) {
        return zone;
    }
    return zone_of_country(code);
}

PatientZone find_patient_zone(const PatientProfile& profile, const Zone& clinic,
                              std::string_view clinic_country) {
    if (!profile.time_zone.empty()) {
        if (const auto zone = Zone::find(profile.time_zone)) {
            return {*zone, ZoneSource::Recorded};
        }
    }
    const bool has_country = !trim(profile.country).empty();
    std::string_view name =
        has_country ? zone_of_address(profile.country, profile.state, profile.postal_code)
                    : zone_of_state(clinic_country, trim(profile.state));
    if (const auto zone = open_zone(name)) {
        return {*zone, ZoneSource::Address};
    }
    // A country of several zones without a known state: its phone numbers tell no more.
    name = zone_of_phones(profile, clinic_country);
    if (const auto zone = open_zone(name)) {
        return {*zone, ZoneSource::Phone};
    }
    return {clinic, ZoneSource::Clinic};
}

}  // namespace parcours::outreach
