// People who are one: duplicates merged while a campaign runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PatientRecord copy() {
    return patient("copy").email("anna@example.org").mobile("+14135550101");
}

class Merged : public ::testing::Test {
  protected:
    Merged() {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(copy());
        s.record(appointment("a1", "copy", "2026-03-10T18:00:00Z"));
    }
    Story s{"2026-03-01", practice_with({"appointment-reminder"})};
};

TEST_F(Merged, TheSurvivorIsRemindedOnceOfWhatWasTheCopys) {
    s.run_until("2026-03-05");
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: at three-days"));
    s.record(copy().merged_into("anna")).run_until("2026-03-12");
    EXPECT_THAT(s.said("copy"), IsEmpty()) << "the copy is nobody any more";
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: ended merged"));
}

TEST_F(Merged, WhatTheCopyWasToldIsNotToldTheSurvivorAgain) {
    s.run_until("2026-03-08");
    s.record(copy().merged_into("anna")).run_until("2026-03-12");
    EXPECT_THAT(s.said("copy"), ElementsAre("2026-03-07 10:00 email appointment-soon"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-09 10:00 sms appointment-tomorrow"));
}

TEST_F(Merged, TheStopOfTheCopyHoldsForTheSurvivor) {
    s.record(appointment("a2", "copy", "2026-03-24T18:00:00Z"));
    s.run_until("2026-03-09 12:00");
    s.reply("sms", "+14135550101", "STOP");
    s.record(copy().merged_into("anna"));
    s.record(patient("anna").mobile("+14135550109")).run_until("2026-03-24");
    EXPECT_THAT(s.said("anna"), IsEmpty())
        << "the most restrictive of both, whatever number stands in the record now";
}

TEST_F(Merged, WhereItIsUndoneTheCopyIsRemindedInARoundOfItsOwn) {
    s.run_until("2026-03-05");
    s.record(copy().merged_into("anna")).run_until("2026-03-06");
    s.record(copy()).run_until("2026-03-12");
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: ended merged",
                                                  "appointment-reminder: ended completed"));
    EXPECT_THAT(s.said("copy"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended cancelled"))
        << "the visit is not hers, so nothing is to be waited for";
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

}  // namespace
}  // namespace parcours::engine::testing
