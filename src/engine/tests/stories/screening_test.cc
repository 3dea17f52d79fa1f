// Recalls to screening: a result ends the invitations, but only a normal one ends the campaign.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Screening : public ::testing::Test {
  protected:
    void SetUp() override {
        s.record(
            patient("anna").born("1970-04-02").email("anna@example.org").mobile("+14135550101"));
        s.record(visit("v1", "anna", "2025-11-03"));
    }
    Story s{"2026-03-01", practice_with({"colorectal-screening"})};
};

TEST_F(Screening, InvitesRemindsThenAPersonCalls) {
    s.run_until("2026-04-20");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email screening-invitation",
                                            "2026-03-15 08:00 sms screening-reminder"));
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call navigators call"));
}

TEST_F(Screening, ANormalResultEndsIt) {
    s.run_until("2026-03-10");
    s.record(stool_test("o1", "anna", "2026-03-09", "N")).run_until("2026-06-01");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email screening-invitation"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("colorectal-screening: ended completed"));
}

TEST_F(Screening, AnAbnormalResultOpensATaskThatStaysUntilTheNextStepIsDone) {
    s.run_until("2026-03-10");
    s.record(stool_test("o1", "anna", "2026-03-09", "A")).run_until("2026-09-01");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email screening-invitation"))
        << "nothing cheery after an abnormal result";
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call clinicians abnormal"));
    s.run_until("2026-09-02 12:00");
    s.record(procedure("c1", "anna", colonoscopy, "2026-09-02")).run_until("2026-09-03");
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("colorectal-screening: ended completed"));
}

TEST_F(Screening, NeitherMovingAwayNorStopClosesTheTaskOfAnAbnormalResult) {
    s.run_until("2026-03-10");
    s.record(stool_test("o1", "anna", "2026-03-09", "A")).run_until("2026-03-11");
    s.reply("sms", "+14135550101", "STOP");
    s.record(patient("anna").born("1970-04-02").left("2026-03-12")).run_until("2026-04-01");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call clinicians abnormal"));
}

TEST_F(Screening, AResultNobodyCanReadIsGivenToAPerson) {
    s.run_until("2026-03-10");
    s.record(stool_test("o1", "anna", "2026-03-09", "")).run_until("2026-03-11");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review clinicians unclear"));
    s.close_task("anna", "abnormal");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call clinicians abnormal"));
}

TEST_F(Screening, ANormalResultEnteredInErrorEndsNothing) {
    s.run_until("2026-03-10");
    std::string wrong = stool_test("o1", "anna", "2026-03-09", "N");
    wrong.replace(wrong.find("final"), 5, "entered-in-error");
    s.record(wrong).run_until("2026-03-16");
    EXPECT_EQ(s.said("anna").size(), 2U);
}

TEST_F(Screening, AnAbnormalResultDuringTheCallReplacesTheCall) {
    s.run_until("2026-04-20");
    s.record(stool_test("o1", "anna", "2026-04-20", "A")).run_until("2026-04-21");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call clinicians abnormal"));
}

TEST_F(Screening, AnOldResultThatArrivesLateIsNoAnswerButEndsTheNeed) {
    s.run_until("2026-03-05");
    // Of January, before anybody asked: she was never due.
    s.record(stool_test("o1", "anna", "2026-01-20", "N")).run_until("2026-03-20");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 email screening-invitation",
                                            "2026-03-15 08:00 sms screening-reminder"))
        << "success is a result after the enrolment; the campaign has no exit for older ones";
}

TEST_F(Screening, FromEmailToSmsToAPerson) {
    s.record(patient("sms-only").born("1970-04-02").mobile("+14135550103"));
    s.record(visit("v2", "sms-only", "2025-11-03"));
    s.record(patient("bad-mail").born("1970-04-02").email("nowhere@").mobile("+14135550104"));
    s.record(visit("v3", "bad-mail", "2025-11-03"));
    s.record(patient("fiction").born("1970-04-02").mobile("555-413-2292"));
    s.record(visit("v4", "fiction", "2025-11-03"));
    s.record(patient("nothing").born("1970-04-02"));
    s.record(visit("v5", "nothing", "2025-11-03"));
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("sms-only"), ElementsAre("2026-03-01 08:00 sms screening-invitation"));
    EXPECT_THAT(s.decisions("bad-mail"),
                ElementsAre("email not-sent bad-address",
                            "sms later quiet-hours until 2026-03-01 08:00", "sms send"));
    EXPECT_THAT(s.unsaid("fiction"), ElementsAre("screening-invitation: bad-address"));
    EXPECT_THAT(s.tasks("fiction"), ElementsAre("call navigators call"));
    EXPECT_THAT(s.unsaid("nothing"), ElementsAre("screening-invitation: no-address"));
    EXPECT_THAT(s.tasks("nothing"), ElementsAre("call navigators call"));
}

TEST_F(Screening, RefusedByTheProviderTheNextChannelIsTried) {
    s.provider([](const std::string& channel, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome =
            channel == "email" ? channel::Outcome::Refused : channel::Outcome::Accepted;
        result.bad_address = channel == "email";
        return result;
    });
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 sms screening-invitation"));
    EXPECT_TRUE(s.ledger().address("email", "anna@example.org").suppressed);
}

TEST_F(Screening, AClosedMailServerIsTriedAgainThenTheNextChannel) {
    s.provider([](const std::string& channel, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome = channel == "email" ? channel::Outcome::Later : channel::Outcome::Accepted;
        return result;
    });
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:21 sms screening-invitation"));
}

TEST_F(Screening, WhereWaitingWouldBeTooLateTheNextChannelIsTriedAtOnce) {
    s.provider([](const std::string& channel, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome = channel == "email" ? channel::Outcome::Later : channel::Outcome::Accepted;
        result.retry_after = std::chrono::hours{100};
        return result;
    });
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 sms screening-invitation"));
}

TEST_F(Screening, AnUnknownResultIsNeverFollowedByAnotherChannel) {
    s.provider([](const std::string&, const channel::Outbound&) {
        return channel::AttemptResult{channel::Outcome::Unknown, {}, {}, {}, false, false};
    });
    s.run_until("2026-03-10");
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("screening-invitation 1"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("screening-invitation: unknown-result"));
}

}  // namespace
}  // namespace parcours::engine::testing
