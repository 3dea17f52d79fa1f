// Reminders of appointments: three days and one day before, where the patient lives, and never for
// a time that no longer stands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Anna has an address for every channel, and a visit on Tuesday 10 March at 14:00 in New York.
class Appointments : public ::testing::Test {
  protected:
    void SetUp() override {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    }
    Story s{"2026-03-01", practice_with({"appointment-reminder"})};
};

TEST_F(Appointments, ThreeDaysAndOneDayBefore) {
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended completed"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
}

TEST_F(Appointments, NotASecondBeforeTheirTime) {
    s.run_until("2026-03-07 09:59");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    s.run_until("2026-03-09 09:59");
    EXPECT_EQ(s.said("anna").size(), 1U);
}

TEST_F(Appointments, AtTenWhereThePatientLivesAndInTheirLanguage) {
    s.record(patient("chloe").speaks("fr").lives_in("CA").email("chloe@example.org"));
    s.record(appointment("a2", "chloe", "2026-03-10T18:00:00Z"));
    s.run_until("2026-03-08");
    EXPECT_THAT(s.said("chloe"), ElementsAre("2026-03-07 13:00 email appointment-soon"));
    EXPECT_EQ(s.last_attempt("chloe").language, "fr");
    // It takes place at the clinic, whose clock says 14:00 (clocks change on 8 March).
    EXPECT_THAT(s.last_attempt("chloe").text, HasSubstr("14:00"));
}

TEST_F(Appointments, MovedLaterTheyMoveWithIt) {
    s.run_until("2026-03-05");
    s.record(appointment("a1", "anna", "2026-03-20T18:00:00Z")).run_until("2026-03-22");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-17 10:00 email appointment-soon",
                                            "2026-03-19 10:00 sms appointment-tomorrow"));
}

TEST_F(Appointments, MovedLaterAfterTheFirstTheyStartAgain) {
    s.run_until("2026-03-08");
    s.record(appointment("a1", "anna", "2026-03-20T18:00:00Z")).run_until("2026-03-22");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-17 10:00 email appointment-soon",
                                            "2026-03-19 10:00 sms appointment-tomorrow"));
}

TEST_F(Appointments, MovedEarlierOnlyWhatStillHelpsIsSaid) {
    s.run_until("2026-03-04 12:00");
    s.record(appointment("a1", "anna", "2026-03-06T18:00:00Z")).run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-05 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended completed"));
}

TEST_F(Appointments, MovedByADayOnTheEveTheNewDayIsSaidAlthoughTheOldOneWas) {
    s.run_until("2026-03-09 12:00");
    s.record(appointment("a1", "anna", "2026-03-11T18:00:00Z")).run_until("2026-03-13");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow",
                                            "2026-03-10 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.last_attempt("anna").text, HasSubstr("Wed"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
}

TEST_F(Appointments, MovedToAndFroTheSameDayIsNotSaidTwiceInARow) {
    s.run_until("2026-03-07 12:00");
    s.record(appointment("a1", "anna", "2026-03-30T18:00:00Z")).run_until("2026-03-07 13:00");
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z")).run_until("2026-03-08 12:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon"));
}

TEST_F(Appointments, CancelledNothingIsSaidAndTheEnrolmentSaysWhy) {
    s.run_until("2026-03-05");
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z", "cancelled"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended cancelled"));
    EXPECT_EQ(s.ended_because("anna"), "Appointment/a1 no longer stands");
}

TEST_F(Appointments, MissedIsNotCalledCancelled) {
    Story unreachable("2026-03-01", practice_with({"appointment-reminder"}));
    unreachable.record(patient("anna"));
    unreachable.record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    unreachable.run_until("2026-03-10 08:00");
    ASSERT_EQ(unreachable.tasks("anna").size(), 1U) << "a call waits for the appointment";
    unreachable.record(appointment("a1", "anna", "2026-03-10T18:00:00Z", "noshow"));
    unreachable.run_until("2026-03-12");
    EXPECT_THAT(unreachable.enrolments("anna"), ElementsAre("appointment-reminder: ended missed"));
    EXPECT_EQ(unreachable.ended_because("anna"),
              "Appointment/a1 was missed: the patient did not come");
}

TEST_F(Appointments, CancelledAfterTheFirstNoSecond) {
    s.run_until("2026-03-08");
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z", "cancelled"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended cancelled"));
}

TEST_F(Appointments, EnteredInErrorIsAsGoodAsCancelled) {
    s.run_until("2026-03-05");
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z", "entered-in-error"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended cancelled"));
}

TEST_F(Appointments, ThoseOnlyProposedOrLongPastRemindNobody) {
    s.record(patient("ben").email("ben@example.org"));
    s.record(appointment("p1", "ben", "2026-03-10T18:00:00Z", "proposed"));
    s.record(appointment("p2", "ben", "2026-02-10T18:00:00Z"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.enrolments("ben"), IsEmpty());
}

TEST_F(Appointments, TwoOfOnePatientHaveTheirOwnReminders) {
    s.record(appointment("a2", "anna", "2026-03-17T18:00:00Z"));
    s.run_until("2026-03-19");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow",
                                            "2026-03-14 10:00 email appointment-soon",
                                            "2026-03-16 10:00 sms appointment-tomorrow"));
}

TEST_F(Appointments, BookedLateGetWhatIsLeft) {
    s.run_until("2026-03-08 12:00");
    s.record(patient("dora").email("dora@example.org").mobile("+14135550102"));
    s.record(appointment("d1", "dora", "2026-03-10T14:00:00Z"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("dora"), ElementsAre("2026-03-09 10:00 sms appointment-tomorrow"));
}

TEST_F(Appointments, NobodyReachableAPersonCallsAndTheCallLapsesWithTheVisit) {
    s.record(patient("eve"));
    s.record(appointment("e1", "eve", "2026-03-10T18:00:00Z"));
    s.run_until("2026-03-09 12:00");
    EXPECT_THAT(s.unsaid("eve"),
                ElementsAre("appointment-soon: no-address", "appointment-tomorrow: no-address"));
    EXPECT_THAT(s.tasks("eve"), ElementsAre("call front-desk call"));
    s.run_until("2026-03-11");
    EXPECT_THAT(s.tasks("eve"), IsEmpty());
    EXPECT_THAT(s.enrolments("eve"), ElementsAre("appointment-reminder: ended completed"));
}

TEST_F(Appointments, AfterAnOutageOfDaysNothingStaleIsSaid) {
    s.run_until("2026-03-06");
    s.outage_until("2026-03-10 13:00");
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("appointment-soon: too-late"));
}

}  // namespace
}  // namespace parcours::engine::testing
