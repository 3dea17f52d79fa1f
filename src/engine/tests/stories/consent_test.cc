// Whom we may speak to: guardians, consents, STOP and START, shared phones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Consents : public ::testing::Test {
  protected:
    Consents() {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    }
    Story s{"2026-03-01", practice_with({"appointment-reminder"})};
};

TEST_F(Consents, TheGuardianIsSpokenToNotTheChild) {
    s.record(patient("kim")
                 .born("2019-05-05")
                 .email("kim@example.org")
                 .mobile("+14135550120")
                 .guardian("Max Example", "max@example.org", "+14135550121"));
    s.record(appointment("k1", "kim", "2026-03-10T18:00:00Z")).run_until("2026-03-08");
    EXPECT_EQ(s.last_attempt("kim").to, "max@example.org");
    EXPECT_EQ(s.last_attempt("kim").to_whom, "guardian");
}

TEST_F(Consents, AChildWithoutAGuardianIsGivenToAPerson) {
    s.record(patient("kim").born("2019-05-05").email("kim@example.org").mobile("+14135550120"));
    s.record(appointment("k1", "kim", "2026-03-10T18:00:00Z")).run_until("2026-03-09 12:00");
    EXPECT_THAT(s.said("kim"), IsEmpty());
    EXPECT_THAT(s.unsaid("kim"),
                ElementsAre("appointment-soon: no-guardian", "appointment-tomorrow: no-guardian"));
    EXPECT_THAT(s.tasks("kim"), ElementsAre("call front-desk call"));
}

TEST_F(Consents, WhoComesOfAgeIsSpokenToFromTheBirthdayOn) {
    s.record(patient("lea")
                 .born("2008-03-09")
                 .email("lea@example.org")
                 .mobile("+14135550122")
                 .guardian("Max Example", "max@example.org", "+14135550121"));
    s.record(appointment("l1", "lea", "2026-03-10T18:00:00Z")).run_until("2026-03-08");
    EXPECT_EQ(s.last_attempt("lea").to, "max@example.org") << "on 7 March she is seventeen";
    s.run_until("2026-03-10");
    EXPECT_EQ(s.last_attempt("lea").to, "+14135550122");
}

TEST_F(Consents, RefusedOnOneChannelTheOtherIsUsed) {
    s.record(consent("n1", "anna", "deny", "sms", "", "2026-01-01")).run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 email appointment-tomorrow"));
}

TEST_F(Consents, RefusedForTheTopicNothingIsSaidAnywhere) {
    s.record(consent("n1", "anna", "deny", "", "appointments", "2026-01-01"));
    s.run_until("2026-03-09 12:00");
    EXPECT_THAT(s.unsaid("anna"),
                ElementsAre("appointment-soon: opted-out", "appointment-tomorrow: opted-out"));
}

TEST_F(Consents, RefusedForAnotherTopicThisOneIsSaid) {
    s.record(consent("n1", "anna", "deny", "", "cancer-screening", "2026-01-01"));
    s.run_until("2026-03-08");
    EXPECT_EQ(s.said("anna").size(), 1U);
}

TEST_F(Consents, WithdrawnAfterTheMessageWasPlannedItDoesNotLeave) {
    s.run_until("2026-03-08");
    s.record(consent("n1", "anna", "deny", "", "appointments", "2026-03-08"))
        .run_until("2026-03-09 12:00");
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_THAT(s.decisions("anna"),
                ElementsAre("sms not-sent opted-out", "email not-sent opted-out"));
}

TEST_F(Consents, StopBeforeTheSecondMessageHoldsAndStartOpensAgain) {
    s.record(appointment("a2", "anna", "2026-03-17T18:00:00Z"));
    s.run_until("2026-03-09 12:00");
    s.reply("sms", "+14135550101", "Stop please");
    s.run_until("2026-03-16 12:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow",
                                            "2026-03-14 10:00 email appointment-soon",
                                            "2026-03-16 10:00 email appointment-tomorrow"))
        << "STOP by SMS leaves the mail";
    s.reply("sms", "+14135550101", "START");
    s.record(appointment("a3", "anna", "2026-03-24T18:00:00Z")).run_until("2026-03-24");
    EXPECT_THAT(s.said("anna").back(), "2026-03-23 10:00 sms appointment-tomorrow");
}

TEST_F(Consents, StopFromASharedPhoneSilencesItForTheWholeFamily) {
    s.record(patient("bela").mobile("+14135550101"));
    s.record(appointment("b1", "bela", "2026-03-20T18:00:00Z"));
    s.run_until("2026-03-09 12:00");
    s.reply("sms", "+14135550101", "STOP");
    s.run_until("2026-03-22");
    EXPECT_THAT(s.said("bela"), IsEmpty());
    EXPECT_THAT(s.unsaid("bela"),
                ElementsAre("appointment-soon: suppressed", "appointment-tomorrow: suppressed"));
    EXPECT_THAT(s.decisions("bela"),
                ElementsAre("sms not-sent suppressed", "email not-sent no-address"));
}

TEST_F(Consents, AReplyFromASharedPhoneBelongsToTheOneSpokenToLast) {
    s.record(patient("bela").mobile("+14135550101"));
    s.record(appointment("b1", "bela", "2026-03-20T18:00:00Z"));
    s.record(patient("carl").mobile("+14135550101"));
    s.record(appointment("c1", "carl", "2026-03-25T18:00:00Z"));
    s.run_until("2026-03-19 12:00");
    s.reply("sms", "+14135550101", "Can we come an hour later?");
    EXPECT_THAT(s.tasks("bela"), ElementsAre(HasSubstr("reply inbox")));
    s.run_until("2026-03-24 12:00");
    s.reply("sms", "+14135550101", "Is it the same door?");
    EXPECT_THAT(s.tasks("carl"), ElementsAre(HasSubstr("reply inbox")));
}

TEST_F(Consents, AnUnclearReplyStopsNobodyButAPersonReadsItAndMayStop) {
    s.run_until("2026-03-09 12:00");
    s.reply("sms", "+14135550101", "why do you write so often, leave me alone");
    EXPECT_THAT(s.tasks("anna"), ElementsAre(HasSubstr("reply inbox")));
    s.close_task("anna", "stop");
    EXPECT_TRUE(s.ledger().address("sms", "+14135550101").suppressed);
}

}  // namespace
}  // namespace parcours::engine::testing
