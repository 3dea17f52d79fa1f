// Every story that is told in the other tests is told here too: `Clinic::fold` compares both ways.
#include "position/care_state.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "fhir/resource_type.h"
#include "position/compiled_map.h"
#include "position/journey_map.h"
#include "position/tests/clinic.h"
#include "position/tests/story.h"
#include "record/dictionary.h"

namespace parcours::position {
namespace {

CareState care(Story& story, std::string_view as_of) {
    return care_of(story.fold(as_of));
}

TEST(CareState, OrdinaryCareMarksNothing) {
    Story story;
    story.check_up("2018-03-01");
    story.condition("44054006", "Diabetes", "2018-05-01");
    story.observation("4548-4", "2018-05-01");
    story.procedure("66348005", "Childbirth", "2018-06-01");
    EXPECT_TRUE(story.clinic().is_plain("p"));
    EXPECT_EQ(care(story, "2019-06-01"), CareState{});
}

TEST(CareState, WhatMayTellOfADeathIsSeenBeforeItHappens) {
    Story story;
    story.visit("AMB", "308646001", "", "2019-05-01", "2019-05-01");
    EXPECT_FALSE(story.clinic().is_plain("p"));
    EXPECT_FALSE(care(story, "2019-04-01").suspected_death);
    EXPECT_TRUE(care(story, "2019-06-01").suspected_death);
    EXPECT_TRUE(care(story, "2019-06-01").counted());
}

TEST(CareState, ADeathCertificateMayBeAnObservation) {
    Story story;
    story.observation("69453-9", "2019-05-01");
    EXPECT_FALSE(story.clinic().is_plain("p"));
    EXPECT_TRUE(care(story, "2019-06-01").suspected_death);
}

TEST(CareState, PalliativeCareIsTold) {
    for (const std::string_view type : {"plan", "procedure", "condition"}) {
        Story story;
        const std::string cause = story.condition("363406005", "Colon cancer", "2018-01-01");
        if (type == "plan") {
            story.plan("395091006", "2019-05-01", "", cause);
        } else if (type == "procedure") {
            story.procedure("103735009", "Palliative care", "2019-05-01", cause);
        } else {
            story.condition("103735009", "Palliative care", "2019-05-01");
        }
        EXPECT_FALSE(story.clinic().is_plain("p")) << type;
        EXPECT_FALSE(care(story, "2019-04-01").palliative) << type;
        EXPECT_TRUE(care(story, "2019-06-01").palliative) << type;
    }
}

TEST(CareState, ARuleThatAsksForNoCodeMarksEveryFactOfItsType) {
    JourneyMap map = built_in_map();
    Rule& rule = map.rules.emplace_back();
    rule.name = "any-immunization";
    rule.types = {fhir::ResourceType::Immunization};
    rule.marks = static_cast<std::uint32_t>(Mark::Palliative);
    const Dictionary dictionary;
    const auto compiled = CompiledMap::compile(std::move(map), built_in_sets(), dictionary);
    ASSERT_TRUE(compiled);
    EXPECT_TRUE(may_mark_care(*compiled, fhir::ResourceType::Immunization, 0));
    EXPECT_FALSE(may_mark_care(*compiled, fhir::ResourceType::Procedure, 0));
    EXPECT_FALSE(may_mark_care(*compiled, fhir::ResourceType::Goal, 0));
}

TEST(CareState, OfThePersonAlone) {
    Story dead("1940-01-01", R"(,"deceasedDateTime":"2019-01-01")");
    EXPECT_FALSE(care(dead, "2018-12-31").dead);
    EXPECT_TRUE(care(dead, "2019-01-01").dead);
    EXPECT_FALSE(care(dead, "1939-01-01").born);
    Story undated("1940-01-01", R"(,"deceasedBoolean":true)");
    EXPECT_TRUE(care(undated, "2018-12-31").dead);
    Story left("1960-01-01", R"(,"active":false)");
    EXPECT_FALSE(left.clinic().is_plain("p"));
    EXPECT_TRUE(care(left, "2019-06-01").left);
    Story merged("1960-01-01",
                 R"(,"link":[{"type":"replaced-by","other":{"reference":"Patient/q"}}])");
    EXPECT_TRUE(merged.clinic().is_plain("p"));
    EXPECT_TRUE(care(merged, "2019-06-01").merged);
    EXPECT_FALSE(care(merged, "2019-06-01").counted());
}

}  // namespace
}  // namespace parcours::position
