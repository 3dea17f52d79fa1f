#include "outreach/minors.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "outreach/recipient.h"
#include "practice/confidentiality.h"
#include "practice/yaml.h"
#include "record/patient_profile.h"

namespace parcours::outreach {
namespace {

const Instant now = *parse_instant("2026-06-15T12:00:00Z");
const RecipientRules rules{"US", 18};

practice::Confidentiality read(const std::string& text) {
    std::vector<Error> errors;
    auto said =
        practice::read_confidentiality(*practice::parse_yaml(text, "practice.yaml"), errors);
    EXPECT_TRUE(errors.empty()) << errors.front().to_text();
    return said;
}

std::string mistake(const std::string& text) {
    std::vector<Error> errors;
    (void)practice::read_confidentiality(*practice::parse_yaml(text, "practice.yaml"), errors);
    return errors.empty() ? "" : errors.front().to_text();
}

PatientProfile child_of(int age) {
    PatientProfile child;
    child.birth = utc_date(*parse_instant(std::to_string(2026 - age) + "-01-10T00:00:00Z"));
    child.telecom = {{"phone", "617 555 0101", "mobile", 0, {}, {}}};
    RelatedContact guardian;
    guardian.guardian = true;
    guardian.name = "Mora Example";
    guardian.telecom = {{"phone", "617 555 0102", "mobile", 0, {}, {}}};
    child.contacts = {guardian};
    return child;
}

MinorWay way(int age, const std::string& rule, const Matter& matter) {
    return find_minor_way(child_of(age), rules, read(rule), matter, now);
}

TEST(Minors, WithoutARuleAGuardianIsToldAndNobodyOfWhatIsSensitive) {
    EXPECT_EQ(way(15, "name: x", {"visits", false}), MinorWay::Guardian);
    EXPECT_EQ(way(15, "name: x", {"hiv", true}), MinorWay::Nobody);
    EXPECT_EQ(way(18, "name: x", {"hiv", true}), MinorWay::Grown);
}

TEST(Minors, TheClinicsRuleOfATopicGoesBeforeThat) {
    const std::string said =
        "minors: { sexual-health: { to: patient, from: 14 }, hiv: guardian, visits: nobody }";
    EXPECT_EQ(way(14, said, {"sexual-health", true}), MinorWay::Alone);
    EXPECT_EQ(way(13, said, {"sexual-health", true}), MinorWay::Nobody);
    EXPECT_EQ(way(13, said, {"hiv", true}), MinorWay::Guardian);
    EXPECT_EQ(way(13, said, {"visits", false}), MinorWay::Nobody);
    EXPECT_EQ(way(18, said, {"visits", false}), MinorWay::Grown);
}

TEST(Minors, WhoIsToldAloneIsNeverReachedWhereAGuardianReadsIt) {
    PatientProfile child = child_of(15);
    const Recipient alone = choose_recipient_of(child, "sms", rules, MinorWay::Alone, now);
    EXPECT_EQ(alone.who, Recipient::Who::Patient);
    EXPECT_EQ(alone.address, "+16175550101");
    child.contacts.front().telecom.push_back({"phone", "+1 (617) 555-0101", "home", 0, {}, {}});
    EXPECT_EQ(choose_recipient_of(child, "sms", rules, MinorWay::Alone, now).problem, "no-address");
    child.contacts.front().guardian = false;  // whoever it is
    EXPECT_EQ(choose_recipient_of(child, "sms", rules, MinorWay::Alone, now).problem, "no-address");
}

TEST(Minors, AMailIsReadByAGuardianHoweverItIsWritten) {
    PatientProfile child = child_of(15);
    child.telecom = {{"email", "Mum@example.org", "home", 0, {}, {}}};
    EXPECT_EQ(choose_recipient_of(child, "email", rules, MinorWay::Alone, now).address,
              "Mum@example.org");
    child.contacts.front().telecom = {{"email", "mum@Example.org", "home", 0, {}, {}}};
    const Recipient alone = choose_recipient_of(child, "email", rules, MinorWay::Alone, now);
    EXPECT_EQ(alone.problem, "no-address");
    EXPECT_EQ(alone.address, "");
}

TEST(Minors, WhatNobodyIsToldHasNoAddress) {
    const Recipient nobody = choose_recipient_of(child_of(15), "sms", rules, MinorWay::Nobody, now);
    EXPECT_EQ(nobody.problem, "minor-confidential");
    EXPECT_EQ(nobody.address, "");
}

TEST(Minors, AMistakeIsToldWithItsPlaceAndACure) {
    EXPECT_NE(mistake("minors: { hiv: parents }").find("guardian, patient or nobody"),
              std::string::npos);
    EXPECT_NE(mistake("minors: { hiv: { from: 14 } }").find("to whom"), std::string::npos);
    EXPECT_NE(mistake("minors: { hiv: { to: patient, from: x } }").find("an age from 0 to 25"),
              std::string::npos);
    EXPECT_NE(mistake("minors: { hiv: { to: guardian, from: 14 } }").find("take \"from\" out"),
              std::string::npos);
    EXPECT_NE(mistake("minors: [hiv]").find("must be a map"), std::string::npos);
    std::vector<Error> errors;
    const auto said = practice::read_confidentiality(
        *practice::parse_yaml("minors: { hiv: parents }", "practice.yaml"), errors);
    EXPECT_EQ(said.minors.at("hiv").to, practice::MinorRule::To::Nobody) << "the safe way";
}

TEST(Minors, SensitiveConcernsAreTheClinics) {
    EXPECT_TRUE(read("name: x").is_sensitive("mental-health"));
    EXPECT_FALSE(read("name: x").is_sensitive("diabetes"));
    const auto own = read("sensitive-concerns: [diabetes]");
    EXPECT_TRUE(own.is_sensitive("diabetes"));
    EXPECT_FALSE(own.is_sensitive("mental-health"));
}

}  // namespace
}  // namespace parcours::outreach
