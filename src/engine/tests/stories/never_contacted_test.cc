// Who must not be written to: the dead, the dying, those who left, those held out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PatientRecord anna() {
    return patient("anna").born("1970-04-02").email("anna@example.org").mobile("+14135550101");
}

class NeverContacted : public ::testing::Test {
  protected:
    void SetUp() override { s.record(visit("v1", "anna", "2025-11-03")); }
    Story s{"2026-03-01", practice_with({"colorectal-screening", "appointment-reminder"})};
};

TEST_F(NeverContacted, TheDead) {
    s.record(anna().died("2026-02-01"));
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z")).run_until("2026-04-01");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty());
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

TEST_F(NeverContacted, TheDeadOfAnUnknownDay) {
    std::string dead = anna();
    dead.insert(dead.rfind('}'), R"(,"deceasedBoolean":true)");
    s.record(dead).record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    s.run_until("2026-04-01");
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

TEST_F(NeverContacted, WhoDiesAfterTheMessageWasPrepared) {
    s.record(anna()).run_until("2026-03-01 06:30");
    s.record(anna().died("2026-03-01")).run_until("2026-04-01");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("colorectal-screening: ended deceased"));
}

TEST_F(NeverContacted, WhoDiesBetweenTwoMessages) {
    s.record(anna()).run_until("2026-03-10");
    s.record(anna().died("2026-03-10")).run_until("2026-06-01");
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_THAT(s.tasks("anna"), IsEmpty()) << "nor is the family called";
}

TEST_F(NeverContacted, WhoMayHaveDiedIsHeldUntilAPersonKnows) {
    s.record(anna()).record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    s.record(R"({"resourceType":"Encounter","id":"dc","status":"finished","class":{"code":"AMB"},
        "type":[{"coding":[{"system":"http://snomed.info/sct","code":"308646001"}]}],
        "subject":{"reference":"Patient/anna"},"period":{"start":"2026-02-20T10:00:00Z",
        "end":"2026-02-20T10:15:00Z"}})");
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.unsaid("anna"), ::testing::Each(HasSubstr("suspected-death")));
    EXPECT_THAT(s.tasks("anna"), ::testing::Contains("review front-desk"));
}

TEST_F(NeverContacted, WhoLeft) {
    s.record(anna().left("2026-02-01"));
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z")).run_until("2026-04-01");
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

TEST_F(NeverContacted, WhoLeavesWhileEnrolled) {
    s.record(anna()).run_until("2026-03-10");
    s.record(anna().left("2026-03-10")).run_until("2026-06-01");
    EXPECT_EQ(s.said("anna").size(), 1U);
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("colorectal-screening: ended left-care"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
}

TEST_F(NeverContacted, ThoseInPalliativeCareAboutPreventionButTheirVisitsAreStillNamed) {
    s.record(anna()).record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    s.record(R"({"resourceType":"CarePlan","id":"cp","status":"active","intent":"plan",
        "category":[{"coding":[{"system":"http://snomed.info/sct","code":"103735009"}]}],
        "subject":{"reference":"Patient/anna"},"period":{"start":"2026-01-10"}})");
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
}

TEST(Holdout, IsNotContactedButMeasuredAllTheSame) {
    practice::FileMap more;
    std::string file = practice::built_in_files().at("campaigns/diabetes-hba1c.yaml");
    file.insert(file.find("success:"), "holdout: 50 %\n");
    more["campaigns/diabetes-hba1c.yaml"] = file;
    Story s("2026-02-15", practice_with({"diabetes-hba1c"}, more));
    Lines held;
    Lines others;
    const Lines everybody = {"ann", "bob", "cid", "dee", "eva", "fay", "gus", "hal"};
    for (const std::string& id : everybody) {
        s.record(patient(id).email(id + "@example.org"));
        s.record(condition("c-" + id, id, diabetes, "2015-03-01"));
        s.record(visit("v-" + id, id, "2025-11-03"));
    }
    s.run_until("2026-02-20");
    for (const std::string& id : everybody) {
        const bool out = s.ledger().enrolments_of(s.key_of(id)).front()->enrolment.holdout;
        (out ? held : others).push_back(id);
    }
    ASSERT_FALSE(held.empty());
    ASSERT_FALSE(others.empty());
    EXPECT_EQ(s.said(others.front()).size(), 1U);
    EXPECT_THAT(s.said(held.front()), IsEmpty());
    EXPECT_EQ(s.ledger().totals().withheld, held.size());
    EXPECT_THAT(s.enrolments(held.front()), ElementsAre("diabetes-hba1c: at ten-days"));
    s.record(hba1c("h2", held.front(), "2026-02-25")).run_until("2026-02-27");
    EXPECT_THAT(s.enrolments(held.front()), ElementsAre("diabetes-hba1c: ended completed"))
        << "what happens to those not contacted is what the others are compared with";
    s.run_until("2026-04-10");
    for (const std::string& id : held) {
        EXPECT_THAT(s.said(id), IsEmpty());
        EXPECT_THAT(s.tasks(id), IsEmpty());
    }
}

}  // namespace
}  // namespace parcours::engine::testing
