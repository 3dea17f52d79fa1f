// Rehearsals: what was not written down yet is not known yet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rehearsal : public ::testing::Test {
  protected:
    Rehearsal() {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(visit("v1", "anna", "2025-11-03"));
    }
    Story s{"2026-02-15", practice_with({"diabetes-hba1c"})};
};

TEST_F(Rehearsal, SaysTheSameAsLiveWorkWould) {
    s.record(condition("c1", "anna", diabetes, "2015-03-01"));
    s.rehearse_until("2026-03-25");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-15 08:00 email hba1c-due",
                                            "2026-02-25 08:00 sms hba1c-reminder"));
    EXPECT_THAT(s.tasks("anna"), ElementsAre("call navigators call"));
}

TEST_F(Rehearsal, AResultIsKnownWhenItWasIssuedNotWhenTheBloodWasTaken) {
    s.record(condition("c1", "anna", diabetes, "2015-03-01"));
    s.record(hba1c("h1", "anna", "2026-02-20T15:00:00Z", "2026-02-27T15:00:00Z"));
    s.rehearse_until("2026-03-25");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-02-15 08:00 email hba1c-due",
                                            "2026-02-25 08:00 sms hba1c-reminder"))
        << "on the 25th nobody knew";
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended completed"));
}

TEST_F(Rehearsal, ADiagnosisBringsNobodyInBeforeItWasWrittenDown) {
    s.record(condition("c1", "anna", diabetes, "2015-03-01", "2026-03-10"));
    s.rehearse_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-10 08:00 email hba1c-due"));
}

TEST_F(Rehearsal, GivesTheSameEachTime) {
    s.record(condition("c1", "anna", diabetes, "2015-03-01"));
    s.rehearse_until("2026-03-25");
    const Lines first = s.said("anna");
    Story again("2026-02-15", practice_with({"diabetes-hba1c"}));
    again.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
    again.record(visit("v1", "anna", "2025-11-03"));
    again.record(condition("c1", "anna", diabetes, "2015-03-01"));
    again.rehearse_until("2026-03-25");
    EXPECT_EQ(again.said("anna"), first);
}

}  // namespace
}  // namespace parcours::engine::testing
