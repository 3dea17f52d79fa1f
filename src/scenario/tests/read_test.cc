#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/error.h"
#include "scenario/scenario.h"

namespace parcours::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string why_not(std::string_view text) {
    const auto read = read_scenarios(text, "x.scenario");
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().to_text();
}

TEST(Read, WhatStandsBeforeTheFirstScenarioIsForAll) {
    const auto read = read_scenarios(R"(# Two of them.
campaigns: welcome, ping
times: Europe/Paris

scenario: One
covers: step send, step wait
2026-03-01 09:00  patient anna
2026-03-02
  # nothing happens
  nothing was sent to anna

scenario: Two
campaigns: none
2026-03-01
)",
                                     "x.scenario");
    ASSERT_TRUE(read) << read.error().to_text();
    ASSERT_EQ(read->size(), 2U);
    const Scenario& one = read->front();
    EXPECT_EQ(one.title, "One");
    EXPECT_THAT(one.covers, ElementsAre("step send", "step wait"));
    EXPECT_THAT(one.setting.campaigns, ElementsAre("welcome", "ping"));
    EXPECT_EQ(one.setting.zone, "Europe/Paris");
    ASSERT_EQ(one.scenes.size(), 2U);
    EXPECT_EQ(one.scenes[0].sentences.front().text, "patient anna");
    EXPECT_EQ(one.scenes[0].sentences.front().words.front().where.column, 19U);
    EXPECT_EQ(read->back().setting.zone, "Europe/Paris");
    EXPECT_TRUE(read->back().setting.campaigns.empty());
    EXPECT_EQ(read->back().setting.choice, Setting::Campaigns::Listed);
}

TEST(Read, ABlockLosesItsIndentationAndKnowsItsPlace) {
    const auto read = read_scenarios(R"(scenario: One
file campaigns/ping.yaml:
    campaign: ping

    steps:
      say: { end: done }
file campaigns/ping.yaml in version two:
  campaign: pong
clinic:
  language: fr
2026-03-01
)",
                                     "x.scenario");
    ASSERT_TRUE(read) << read.error().to_text();
    const Setting& setting = read->front().setting;
    ASSERT_EQ(setting.files.size(), 2U);
    EXPECT_EQ(setting.files[0].block.text, "campaign: ping\n\nsteps:\n  say: { end: done }\n");
    EXPECT_EQ(setting.files[0].block.where, (Location{"x.scenario", 3, 5}));
    EXPECT_EQ(setting.files[1].version, "two");
    ASSERT_EQ(setting.clinic.size(), 1U);
    EXPECT_EQ(setting.clinic.front().text, "language: fr\n");
}

TEST(Read, MistakesNameLineAndColumnAndWhatWouldBeRight) {
    EXPECT_THAT(why_not("scenario: One\n  patient anna\n"), HasSubstr("x.scenario:2:3"));
    EXPECT_THAT(why_not("2026-03-01\n  patient anna\n"), HasSubstr("scenario: what it shows"));
    EXPECT_THAT(why_not("scenario: One\ncampain: x\n2026-03-01\n"), HasSubstr("campaigns:"));
    EXPECT_THAT(why_not("scenario: One\n"), HasSubstr("has no timeline"));
    EXPECT_THAT(why_not("# nothing\n"), HasSubstr("has no scenario"));
    EXPECT_THAT(why_not("scenario: One\nfile x.yaml:\n2026-03-01\n"), HasSubstr("missing"));
    EXPECT_THAT(why_not("scenario: One\n2026-03-01\ntimes: UTC\n"), HasSubstr("before the time"));
    EXPECT_THAT(why_not("scenario: One\nfile x:\n    a: b\n  c: d\n2026-03-01\n"),
                HasSubstr("x.scenario:4:3"));
    EXPECT_THAT(why_not("scenario:\n2026-03-01\n"), HasSubstr("must stand behind"));
}

}  // namespace
}  // namespace parcours::scenario
