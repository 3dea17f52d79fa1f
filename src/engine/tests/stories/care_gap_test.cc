// A care gap: diabetes, and no HbA1c in the records for six months.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CareGap : public ::testing::Test {
  protected:
    void SetUp() override {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(condition("c1", "anna", diabetes, "2015-03-01"));
        s.record(visit("v1", "anna", "2025-11-03"));
        s.record(hba1c("h1", "anna", "2025-08-20"));
    }
    Story s{"2026-02-15", practice_with({"diabetes-hba1c"})};
};

TEST_F(CareGap, BeginsOnTheDayTheGapOpensByTimeAlone) {
    s.run_until("2026-02-20 05:00");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty());
    s.run_until("2026-02-20 12:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-20 08:00 email hba1c-due"));
    EXPECT_THAT(s.last_attempt("anna").text, HasSubstr("ur records do not show"));
    EXPECT_THAT(s.last_attempt("anna").text, Not(HasSubstr("iabet")));
}

TEST_F(CareGap, RemindsThenAPersonCalls) {
    s.run_until("2026-03-25");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-20 08:00 email hba1c-due",
                                            "2026-03-02 08:00 sms hba1c-reminder"));
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call navigators call"));
    s.close_task("anna", "booked");
    s.run_until("2026-04-01");
    s.record(hba1c("h2", "anna", "2026-04-01")).run_until("2026-04-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended completed"));
}

TEST_F(CareGap, TheTestWhileWaitingEndsIt) {
    s.run_until("2026-02-25");
    s.record(hba1c("h2", "anna", "2026-02-25T20:00:00Z")).run_until("2026-06-01");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-20 08:00 email hba1c-due"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended completed"));
}

TEST_F(CareGap, TheTestOnTheVeryDayOfTheReminderStopsIt) {
    s.run_until("2026-03-02 07:00");  // planned for 08:00: the gate looks when contact hours begin
    s.record(hba1c("h2", "anna", "2026-03-02")).run_until("2026-03-04");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-20 08:00 email hba1c-due"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended completed"));
}

TEST_F(CareGap, TheTestOnTheVeryDayOfTheEnrolmentCounts) {
    s.run_until("2026-02-20 07:00");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: at write"));
    s.record(hba1c("h2", "anna", "2026-02-20")).run_until("2026-02-22");
    EXPECT_THAT(s.said("anna"), IsEmpty()) << "nobody is asked for what was done this morning";
    EXPECT_THAT(s.enrolments("anna"), ElementsAre(HasSubstr("ended")));
}

TEST_F(CareGap, DoneElsewhereSaidOnTheCallEndsIt) {
    s.run_until("2026-03-25");
    s.close_task("anna", "done-elsewhere");
    s.run_until("2026-04-20");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended done-elsewhere"));
    EXPECT_EQ(s.said("anna").size(), 2U);
}

TEST_F(CareGap, DoneElsewhereSaidInAReplyEndsIt) {
    s.run_until("2026-03-04");
    s.reply("sms", "+14135550101", "I had it at the hospital in January");
    EXPECT_THAT(s.tasks("anna"), ElementsAre(HasSubstr("reply inbox")));
    s.close_task("anna", "done-elsewhere");
    s.run_until("2026-04-20");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended done-elsewhere"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty()) << "nobody calls about what is done";
}

TEST_F(CareGap, AReplyThatSaysSomethingElseDoesNotEndIt) {
    s.run_until("2026-03-04");
    s.reply("sms", "+14135550101", "I will come soon");
    s.close_task("anna", "answered");
    s.run_until("2026-03-25");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call navigators call"));
}

TEST_F(CareGap, ComesAgainAfterSixMonthsButNotSooner) {
    s.run_until("2026-03-25");
    s.close_task("anna", "declined");
    s.run_until("2026-09-24");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended declined"));
    s.record(visit("v2", "anna", "2026-09-01"));
    s.run_until("2026-09-27");
    EXPECT_THAT(s.enrolments("anna"),
                ElementsAre("diabetes-hba1c: ended declined", HasSubstr("diabetes-hba1c: at")));
}

TEST_F(CareGap, ARecordCorrectedLateEndsTheNeed) {
    s.run_until("2026-02-25");
    // It was another patient's diagnosis.
    std::string wrong = condition("c1", "anna", diabetes, "2015-03-01");
    wrong.insert(wrong.rfind('}'),
                 R"(,"verificationStatus":{"coding":[{"code":"entered-in-error"}]})");
    s.record(wrong).run_until("2026-03-25");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-20 08:00 email hba1c-due"));
}

}  // namespace
}  // namespace parcours::engine::testing
