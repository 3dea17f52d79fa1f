#include "record/patient_profile.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/time.h"

namespace parcours {
namespace {

TEST(PatientProfile, ReadsWhatAMessageNeeds) {
    const auto profile = parse_patient_profile(R"({"resourceType":"Patient","id":"p",
        "name":[{"use":"old","family":"Before"},{"use":"official","family":"Li","given":["Wei","X"]}],
        "birthDate":"1980-02-03","gender":"male",
        "telecom":[{"system":"phone","value":"+33 1 99 00 12 34","use":"mobile","rank":1,
                    "period":{"start":"2018-01-01","end":"2019-12-31"}},
                   {"system":"email","value":"li@example.org"},{"system":"phone"}],
        "communication":[{"language":{"coding":[{"code":"en"}]}},
                         {"language":{"coding":[{"code":"zh"}]},"preferred":true}],
        "address":[{"use":"old","state":"NY"},{"use":"home","state":"MA","country":"US","postalCode":"02139"}],
        "contact":[{"relationship":[{"coding":[{"code":"GUARD"}]}],"name":{"text":"Ann Li"},
                    "telecom":[{"system":"phone","value":"1"}]}],
        "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/timezone","valueCode":"Europe/Paris"}]})");
    ASSERT_TRUE(profile);
    EXPECT_EQ(profile->given, "Wei");
    EXPECT_EQ(profile->full_name, "Wei X Li");
    EXPECT_EQ(profile->language, "zh");
    ASSERT_EQ(profile->telecom.size(), 2U) << "a contact point without a value is none";
    EXPECT_EQ(profile->telecom[0].rank, 1);
    EXPECT_EQ(profile->telecom[0].end, parse_instant("2020-01-01").value())
        << "the last day of a period is part of it";
    EXPECT_EQ(profile->state, "MA");
    EXPECT_EQ(profile->time_zone, "Europe/Paris");
    ASSERT_EQ(profile->contacts.size(), 1U);
    EXPECT_TRUE(profile->contacts[0].guardian);
    EXPECT_FALSE(profile->deceased);
}

TEST(PatientProfile, LacksWhatTheRecordLacks) {
    const auto profile = parse_patient_profile(R"({"resourceType":"Patient","id":"p",
        "deceasedBoolean":true,"active":false,"birthDate":"0000"})");
    ASSERT_TRUE(profile);
    EXPECT_TRUE(profile->deceased);
    EXPECT_FALSE(profile->active);
    EXPECT_FALSE(profile->birth);
    EXPECT_TRUE(profile->language.empty());
    EXPECT_FALSE(parse_patient_profile("{}"));
    EXPECT_FALSE(parse_patient_profile("nonsense"));
}

TEST(Consent, ChannelsAndTopicsOfAProvision) {
    const auto choices = parse_consent(R"({"resourceType":"Consent","id":"c","status":"active",
        "dateTime":"2019-01-02","provision":{"type":"deny","code":[
          {"coding":[{"system":"https://parcours.example/fhir/CodeSystem/channel","code":"sms"}]},
          {"coding":[{"system":"https://parcours.example/fhir/CodeSystem/channel","code":"email"}]},
          {"coding":[{"system":"https://parcours.example/fhir/CodeSystem/topic","code":"diabetes"}]}]}})");
    ASSERT_TRUE(choices);
    ASSERT_EQ(choices->size(), 2U);
    EXPECT_EQ((*choices)[0].channel, "sms");
    EXPECT_EQ((*choices)[0].topic, "diabetes");
    EXPECT_FALSE((*choices)[0].allowed);
    EXPECT_EQ((*choices)[0].at, parse_instant("2019-01-02").value());
    EXPECT_EQ((*choices)[0].source, "Consent/c");
}

TEST(Consent, WhatSpeaksOfSomethingElseIsNoChoice) {
    EXPECT_TRUE(parse_consent(R"({"resourceType":"Consent","id":"c","status":"active",
        "provision":{"type":"deny"}})")
                    ->empty());
    EXPECT_TRUE(parse_consent(R"({"resourceType":"Consent","id":"c","status":"inactive",
        "provision":{"type":"deny","code":[{"coding":[{
        "system":"https://parcours.example/fhir/CodeSystem/channel","code":"sms"}]}]}})")
                    ->empty());
    EXPECT_TRUE(parse_consent(R"({"resourceType":"Patient","id":"p"})")->empty());
}

}  // namespace
}  // namespace parcours
