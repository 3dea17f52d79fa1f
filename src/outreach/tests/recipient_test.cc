#include "outreach/recipient.h"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "outreach/address.h"
#include "outreach/zones.h"

namespace parcours::outreach {
namespace {

const Instant now = *parse_instant("2026-06-15T12:00:00Z");
const RecipientRules rules{"US", 18};

CivilDate day(std::string_view text) {
    return utc_date(*parse_instant(text));
}

PatientProfile adult() {
    PatientProfile profile;
    profile.full_name = "Ann Example";
    profile.birth = day("1980-01-01");
    return profile;
}

ContactPoint phone(std::string value, std::string use = "", int rank = 0) {
    return {"phone", std::move(value), std::move(use), rank, {}, {}};
}

TEST(Recipient, PatientAtTheirAddress) {
    PatientProfile profile = adult();
    profile.telecom = {phone("617 555 0123", "mobile"),
                       {"email", "ann@example.org", "home", 0, {}, {}}};
    const Recipient sms = choose_recipient(profile, "sms", rules, now);
    EXPECT_EQ(sms.who, Recipient::Who::Patient);
    EXPECT_EQ(sms.name, "Ann Example");
    EXPECT_EQ(sms.address, "+16175550123");
    EXPECT_EQ(sms.key, address_key("phone", "+16175550123"));
    EXPECT_EQ(sms.problem, "");
    EXPECT_EQ(choose_recipient(profile, "email", rules, now).address, "ann@example.org");
    EXPECT_EQ(choose_recipient(profile, "worklist", rules, now).problem, "");
}

TEST(Recipient, NoAddress) {
    const Recipient nobody = choose_recipient(adult(), "sms", rules, now);
    EXPECT_EQ(nobody.problem, "no-address");
    EXPECT_EQ(nobody.key, Digest{});
    EXPECT_FALSE(nobody.detail.empty());
}

TEST(Recipient, RankWinsThenUseThenOrder) {
    PatientProfile profile = adult();
    profile.telecom = {phone("617 555 0101", "work"), phone("617 555 0102", "home"),
                       phone("617 555 0103", "mobile"), phone("617 555 0104", "home", 2),
                       phone("617 555 0105", "work", 1)};
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550105");
    profile.telecom.pop_back();
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550104");
    profile.telecom.pop_back();
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550103");
    profile.telecom.pop_back();
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550102");
    profile.telecom = {phone("617 555 0101", "home"), phone("617 555 0102", "home")};
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550101");
}

TEST(Recipient, OldEndedAndFutureAddressesArePassedOver) {
    PatientProfile profile = adult();
    profile.telecom = {phone("617 555 0101", "old"), phone("617 555 0102"), phone("617 555 0103"),
                       phone("617 555 0104")};
    profile.telecom[1].end = now;
    profile.telecom[2].start = now + std::chrono::hours{1};
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550104");
    profile.telecom.pop_back();
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).problem, "no-address");
    profile.telecom[1].end = now + std::chrono::hours{1};
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550102");
}

TEST(Recipient, SmsNeedsAMobile) {
    PatientProfile profile = adult();
    profile.telecom = {phone("+44 20 7946 0123", "home", 1)};
    const Recipient landline = choose_recipient(profile, "sms", rules, now);
    EXPECT_EQ(landline.problem, "no-address");
    EXPECT_NE(landline.detail.find("landline"), std::string::npos);
    EXPECT_EQ(choose_recipient(profile, "voice", rules, now).address, "+442079460123");
    profile.telecom.push_back(phone("617 555 0123"));
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550123");
}

TEST(Recipient, BadAddressOnlyWhereNoneWorks) {
    PatientProfile profile = adult();
    profile.telecom = {phone("555-123", "mobile", 1)};
    const Recipient bad = choose_recipient(profile, "sms", rules, now);
    EXPECT_EQ(bad.problem, "bad-address");
    EXPECT_EQ(bad.detail.find("555"), std::string::npos) << "no address in the log";
    profile.telecom.push_back(phone("617 555 0123", "home", 9));
    EXPECT_EQ(choose_recipient(profile, "sms", rules, now).address, "+16175550123");
}

TEST(Recipient, MinorsAreSpokenToThroughAGuardian) {
    PatientProfile child = adult();
    child.birth = day("2010-06-16");
    child.telecom = {phone("617 555 0101", "mobile")};
    EXPECT_TRUE(is_minor(child, rules, now));
    EXPECT_EQ(choose_recipient(child, "sms", rules, now).problem, "no-guardian")
        << "never the child's own phone";
    RelatedContact neighbour;
    neighbour.name = "Bo Example";
    neighbour.telecom = {phone("617 555 0102")};
    RelatedContact guardian = neighbour;
    guardian.name = "Cy Example";
    guardian.guardian = true;
    guardian.telecom.clear();
    child.contacts = {neighbour, guardian};
    const Recipient unreachable = choose_recipient(child, "sms", rules, now);
    EXPECT_EQ(unreachable.problem, "no-address");
    EXPECT_EQ(unreachable.name, "Cy Example");
    child.contacts.push_back(guardian);
    child.contacts.back().name = "Di Example";
    child.contacts.back().telecom = {phone("617 555 0103")};
    const Recipient reached = choose_recipient(child, "sms", rules, now);
    EXPECT_EQ(reached.who, Recipient::Who::Guardian);
    EXPECT_EQ(reached.name, "Di Example");
    EXPECT_EQ(reached.address, "+16175550103");
}

TEST(Recipient, MajorityBeginsOnTheBirthday) {
    PatientProfile profile = adult();
    profile.birth = day("2008-06-15");
    EXPECT_FALSE(is_minor(profile, rules, now));
    profile.birth = day("2008-06-16");
    EXPECT_TRUE(is_minor(profile, rules, now));
    EXPECT_FALSE(is_minor(profile, {"US", 16}, now));
    profile.birth.reset();
    EXPECT_FALSE(is_minor(profile, rules, now)) << "unknown counts as grown up";
}

TEST(Recipient, MajorityBeginsWhenTheirOwnDayDoes) {
    // New York; at 03:00 UTC of the 15th it is the evening of the 14th there.
    const RecipientRules clinic{"US", 18, *Zone::find("America/New_York")};
    PatientProfile profile = adult();
    profile.birth = day("2008-06-15");
    const Instant before = *parse_instant("2026-06-15T03:59:59Z");
    EXPECT_TRUE(is_minor(profile, clinic, before)) << "where nothing is known: the clinic's zone";
    EXPECT_FALSE(is_minor(profile, clinic, before + std::chrono::seconds{1}));
    profile.time_zone = "Pacific/Auckland";  // twelve hours ahead
    EXPECT_FALSE(is_minor(profile, clinic, *parse_instant("2026-06-14T12:00:00Z")));
    EXPECT_TRUE(is_minor(profile, clinic, *parse_instant("2026-06-14T11:59:59Z")));
    EXPECT_EQ(choose_recipient(profile, "sms", clinic, *parse_instant("2026-06-14T11:59:59Z")).who,
              Recipient::Who::Guardian);
    profile.time_zone = "Pacific/Honolulu";  // ten hours behind
    EXPECT_TRUE(is_minor(profile, clinic, *parse_instant("2026-06-15T09:59:59Z")));
    EXPECT_FALSE(is_minor(profile, clinic, *parse_instant("2026-06-15T10:00:00Z")));
    for (const char* const zone : {"Pacific/Kiritimati", "Etc/GMT+12"}) {  // the ends of the world
        profile.time_zone = zone;
        const bool east = std::string_view(zone) == "Pacific/Kiritimati";
        const Instant turn = *parse_instant(east ? "2026-06-14T10:00:00Z" : "2026-06-15T12:00:00Z");
        EXPECT_TRUE(is_minor(profile, clinic, turn - std::chrono::seconds{1})) << zone;
        EXPECT_FALSE(is_minor(profile, clinic, turn)) << zone;
    }
}

TEST(Recipient, NamesCannotWriteHeaders) {
    PatientProfile profile = adult();
    profile.telecom = {{"email", "ann@example.org", "home", 0, {}, {}}};
    profile.full_name = "Ann\r\nBcc: all@example.org\x1b[31m\u202e";
    EXPECT_EQ(choose_recipient(profile, "email", rules, now).name,
              "Ann  Bcc: all@example.org [31m");
    profile.full_name = std::string(5000, 'a');
    EXPECT_EQ(choose_recipient(profile, "email", rules, now).name, "") << "nobody is called so";
    EXPECT_EQ(choose_recipient(profile, "email", rules, now).address, "ann@example.org");
}

/// However a number is written, and wherever the clinic is.
TEST(Recipient, IsSpokenToAtOneOfThePossibleAddresses) {
    const std::vector<std::string> numbers = {
        "617 555 0123",     "(617) 555-0123",   "1 617 555 0123",    "+1 617-555-0123",
        "+1.617.555.0123",  "tel:+16175550123", "+1 (617) 555 0123", "011 44 20 7946 0018",
        "+44 20 7946 0018", "+33199007823",     "020 7946 0018",     "617 555 0123 ext. 4",
        "11 617 555 0123",  "0617 555 0123",    "+1 0617 555 012",   "6175550123",
        "16175550123",      "+16175550123",     "555 0123",          "+"};
    for (const char* const region : {"US", "CA", "GB", "FR", "CN"}) {
        const RecipientRules there{region, 18};
        for (const std::string& number : numbers) {
            PatientProfile profile = adult();
            profile.telecom = {phone(number, "mobile"),
                               {"email", "mailto:Ann@Example.ORG", "home", 0, {}, {}}};
            const std::vector<std::string> possible = possible_addresses(profile, there);
            for (const char* const channel : {"sms", "voice", "email", "whatsapp", "letter"}) {
                const std::string address = choose_recipient(profile, channel, there, now).address;
                EXPECT_TRUE(address.empty() ||
                            std::ranges::find(possible, address) != possible.end())
                    << number << " in " << region << " by " << channel << ": " << address;
            }
        }
    }
}

TEST(Recipient, AGuardiansAddressIsPossibleForAChildAndAnOldOneForNobody) {
    PatientProfile child = adult();
    RelatedContact mother;
    mother.guardian = true;
    mother.telecom = {phone("617 555 0123", "mobile"), phone("617 555 0124", "old")};
    RelatedContact friend_of_hers;
    friend_of_hers.telecom = {phone("617 555 0125", "mobile")};
    child.contacts = {mother, friend_of_hers};
    EXPECT_EQ(possible_addresses(child, rules), (std::vector<std::string>{"+16175550123"}));
}

}  // namespace
}  // namespace parcours::outreach
