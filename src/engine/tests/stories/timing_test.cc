// When it may be said: contact hours, budget, lateness, feeds of the same words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

practice::FileMap operator+(practice::FileMap left, const practice::FileMap& right) {
    return practice::overlay(left, right);
}

TEST(Timing, AtNightItWaitsForTheMorning) {
    Story s("2026-03-01", practice_with({}, one_message("news", "by: [email]", 50)));
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email news"));
    EXPECT_THAT(s.decisions("anna"),
                ElementsAre("email later quiet-hours until 2026-03-01 08:00", "email send"));
}

TEST(Timing, TheMorningIsThatOfThePatient) {
    Story s("2026-03-01", practice_with({}, one_message("news", "by: [email]", 50)));
    s.record(patient("chloe").lives_in("CA").email("chloe@example.org")).run_until("2026-03-02");
    EXPECT_THAT(s.said("chloe"), ElementsAre("2026-03-01 11:00 email news"));
}

TEST(Timing, OneBudgetForAllCampaigns) {
    Story s("2026-03-01",
            practice_with({}, one_message("first", "by: [email], not-after: 10 days", 90) +
                                  one_message("second", "by: [email], not-after: 10 days", 60) +
                                  one_message("third", "by: [email], not-after: 10 days", 30)));
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-20");
    const Lines said = s.said("anna");
    ASSERT_EQ(said.size(), 3U);
    EXPECT_EQ(said[0], "2026-03-01 08:00 email first") << "what matters most goes first";
    EXPECT_EQ(said[1], "2026-03-02 08:00 email second");
    EXPECT_EQ(said[2], "2026-03-08 08:00 email third") << "two a week";
}

TEST(Timing, WhatTheBudgetHoldsTooLongIsTooLate) {
    Story s("2026-03-01",
            practice_with({}, one_message("first", "by: [email]", 90) +
                                  one_message("second", "by: [email], not-after: 12 hours", 60)));
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-05");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email first"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("second: contact-budget"));
    EXPECT_THAT(s.enrolments("anna"), Contains("second: ended not-said"));
}

TEST(Timing, AVisitsReminderDoesNotWaitForTheBudget) {
    Story s("2026-03-07",
            practice_with({"appointment-reminder"}, one_message("news", "by: [email]", 90)));
    s.record(patient("anna").email("anna@example.org"));
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z")).run_until("2026-03-08");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 08:00 email news",
                                            "2026-03-07 10:00 email appointment-soon"));
}

TEST(Timing, OnceIsOnceHoweverOftenTheProgramStarts) {
    Story s("2026-03-01", practice_with({}, one_message("news", "by: [email]", 50)));
    s.record(patient("anna").email("anna@example.org"));
    for (const char* const day : {"2026-03-02", "2026-03-03", "2026-03-04"}) {
        s.run_until(day);
        s.restart();
    }
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("news 1"));
}

}  // namespace
}  // namespace parcours::engine::testing
