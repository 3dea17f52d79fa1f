#include "outreach/zones.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <tuple>

#include "base/time.h"

namespace parcours::outreach {
namespace {

Zone zone(std::string_view name) {
    const auto found = Zone::find(name);
    EXPECT_TRUE(found.has_value()) << name;
    return found ? *found : Zone();
}

LocalTime wall(std::string_view text) {
    return LocalTime{parse_instant(text)->time_since_epoch()};
}

std::string utc(Instant instant) {
    return format_instant(instant);
}

TEST(Zone, FindsByNameOnly) {
    EXPECT_EQ(zone("Europe/Paris").name(), "Europe/Paris");
    EXPECT_EQ(Zone().name(), "UTC");
    EXPECT_EQ(zone("UTC"), Zone());
    const auto missing = Zone::find("Europe/Pariss");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_NE(missing.error().message.find("Europe/Pariss"), std::string::npos);
}

TEST(Zone, ConvertsBothWays) {
    const Zone paris = zone("Europe/Paris");
    EXPECT_EQ(paris.to_local(*parse_instant("2026-07-01T10:00:00Z")), wall("2026-07-01T12:00:00"));
    EXPECT_EQ(paris.to_local(*parse_instant("2026-01-01T10:00:00Z")), wall("2026-01-01T11:00:00"));
    EXPECT_EQ(utc(paris.to_instant(wall("2026-07-01T12:00:00"))), "2026-07-01T10:00:00Z");
    EXPECT_EQ(utc(Zone().to_instant(wall("2026-07-01T12:00:00"))), "2026-07-01T12:00:00Z");
}

TEST(Zone, GapGivesFirstValidMoment) {
    const Zone paris = zone("Europe/Paris");
    // 2026-03-29: 02:00 → 03:00.
    EXPECT_EQ(utc(paris.to_instant(wall("2026-03-29T02:30:00"))), "2026-03-29T01:00:00Z");
    EXPECT_EQ(utc(paris.to_instant(wall("2026-03-29T02:00:00"))), "2026-03-29T01:00:00Z");
    EXPECT_EQ(utc(paris.to_instant(wall("2026-03-29T01:59:59"))), "2026-03-29T00:59:59Z");
    EXPECT_EQ(utc(paris.to_instant(wall("2026-03-29T03:00:00"))), "2026-03-29T01:00:00Z");
}

TEST(Zone, FoldGivesFirstOccurrence) {
    const Zone paris = zone("Europe/Paris");
    // 2025-10-26: 03:00 → 02:00.
    EXPECT_EQ(utc(paris.to_instant(wall("2025-10-26T02:30:00"))), "2025-10-26T00:30:00Z");
    EXPECT_EQ(paris.to_local(*parse_instant("2025-10-26T01:30:00Z")), wall("2025-10-26T02:30:00"));
    EXPECT_EQ(utc(paris.to_instant(wall("2025-10-26T03:00:00"))), "2025-10-26T02:00:00Z");
}

using Place = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
class ZoneOfAddress : public ::testing::TestWithParam<Place> {};

TEST_P(ZoneOfAddress, IsThatOfThePlace) {
    const auto& [country, state, postal_code, expected] = GetParam();
    const auto found = zone_of_address(country, state, postal_code);
    EXPECT_EQ(found, expected);
    if (!found.empty()) {
        EXPECT_TRUE(Zone::find(found).has_value()) << "the system knows it";
    }
}

INSTANTIATE_TEST_SUITE_P(Table, ZoneOfAddress,
                         ::testing::Values(Place{"US", "MA", "01001", "America/New_York"},
                                           Place{"usa", "california", "", "America/Los_Angeles"},
                                           Place{"United States", "TX", "", "America/Chicago"},
                                           Place{"US", "AZ", "", "America/Phoenix"},
                                           Place{"US", "", "", ""}, Place{"US", "Bavaria", "", ""},
                                           Place{"FR", "", "75011", "Europe/Paris"},
                                           Place{"France", "", "97410", "Indian/Reunion"},
                                           Place{"FRA", "", "97200", "America/Martinique"},
                                           Place{"CN", "Xinjiang", "", "Asia/Shanghai"},
                                           Place{"中国", "", "", "Asia/Shanghai"},
                                           Place{"England", "", "", "Europe/London"},
                                           Place{"CA", "BC", "", "America/Vancouver"},
                                           Place{"CA", "QC", "", "America/Toronto"},
                                           Place{"AU", "WA", "", "Australia/Perth"},
                                           Place{"Atlantis", "MA", "", ""},
                                           Place{"", "MA", "", ""}));

TEST(PatientZone, PrefersWhatIsRecorded) {
    const Zone clinic = zone("America/New_York");
    PatientProfile profile;
    profile.time_zone = "Asia/Shanghai";
    profile.country = "FR";
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").zone.name(), "Asia/Shanghai");
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").source, ZoneSource::Recorded);
    profile.time_zone = "Nowhere/Land";
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").zone.name(), "Europe/Paris");
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").source, ZoneSource::Address);
}

TEST(PatientZone, ThenPhoneThenClinic) {
    const Zone clinic = zone("America/New_York");
    PatientProfile profile;
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").source, ZoneSource::Clinic);
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").zone, clinic);
    profile.telecom = {{"phone", "+33 6 39 98 12 34", "mobile", 0, {}, {}}};
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").source, ZoneSource::Phone);
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").zone.name(), "Europe/Paris");
    profile.telecom.front().use = "old";
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").source, ZoneSource::Clinic);
    profile.state = "CA";
    EXPECT_EQ(find_patient_zone(profile, clinic, "US").zone.name(), "America/Los_Angeles")
        << "a state without a country is one of the clinic's country";
    EXPECT_EQ(find_patient_zone(profile, clinic, "FR").source, ZoneSource::Clinic);
}

}  // namespace
}  // namespace parcours::outreach
