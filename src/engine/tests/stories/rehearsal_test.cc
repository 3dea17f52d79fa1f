// Rehearsals: what was not written down yet is not known yet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "practice/folder.h"

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

/// A campaign that says one word to whoever is in its cohort. The gate keeps its own counsel of who
/// has died: here the cohort alone is asked.
practice::FileMap word_to(const std::string& cql) {
    practice::FileMap files = one_message("word", "by: [email]");
    files["cohorts/adults.yaml"] =
        "cohort: adults\ntitle: { en: Some, fr: Quelques, zh: 一些 }\ncql: " + cql + "\n";
    return practice_with({}, files);
}

/// Rehearsed from 15 February to 10 March, with a visit and a disease.
Lines said_to(const PatientRecord& record, const std::string& cql) {
    Story s("2026-02-15", word_to(cql));
    s.record(record);
    s.record(visit("v1", "anna", "2025-11-03"));
    s.record(condition("c1", "anna", diabetes, "2015-03-01"));
    s.rehearse_until("2026-03-10");
    return s.said("anna");
}

PatientRecord anna() {
    return patient("anna").email("anna@example.org");
}

class NotYetKnown : public ::testing::TestWithParam<std::string> {};

TEST_P(NotYetKnown, IsADeathThatNobodyHasWrittenDown) {
    EXPECT_THAT(said_to(anna().died("2026-02-10", "2026-03-01"), GetParam()),
                ElementsAre("2026-02-15 08:00 email word"));
    EXPECT_THAT(said_to(anna().died("2026-02-10", "2026-02-12"), GetParam()), IsEmpty());
    EXPECT_THAT(said_to(anna().died("2026-02-10"), GetParam()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Cohorts, NotYetKnown,
    ::testing::Values("Patient.deceased is null",
                      "not exists ([Patient] P where P.deceased <= Now())",
                      "exists [Encounter] and Patient.deceased is null",
                      "Patient.deceased is null and AgeInYears() > 18",
                      "exists ([Position] P where P.concern = 'diabetes' and P.open)"));

class NotYetLeft : public ::testing::TestWithParam<std::string> {};

TEST_P(NotYetLeft, IsWhoeverWasActiveUntilSomebodyWroteItDown) {
    EXPECT_THAT(said_to(anna().left("2026-03-01"), GetParam()),
                ElementsAre("2026-02-15 08:00 email word"));
    EXPECT_THAT(said_to(anna().left("2026-02-12"), GetParam()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Cohorts, NotYetLeft,
                         ::testing::Values("AgeInYears() > 18", "Patient.active",
                                           "not exists ([Patient] P where not P.active)"));

}  // namespace
}  // namespace parcours::engine::testing
