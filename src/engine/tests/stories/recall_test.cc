// Whom a recall is for: those who surely have the disease now, and have no result on record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <tuple>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A resource with more members.
std::string with(std::string resource, const std::string& members) {
    resource.insert(resource.rfind('}'), "," + members);
    return resource;
}

/// A diabetes of which nothing but these states is said.
std::string diabetes_with(const std::string& members) {
    std::string bare = condition("c1", "anna", diabetes, "2015-03-01");
    const std::string active = R"("clinicalStatus":{"coding":[{"code":"active"}]},)";
    const std::size_t at = bare.find(active);
    EXPECT_NE(at, std::string::npos) << bare;
    bare.erase(at, active.size());
    return members.empty() ? bare : with(bare, members);
}

/// The same with another status.
std::string with_status(std::string resource, const std::string& status) {
    const std::string member = "\"status\":\"";
    const std::size_t at = resource.find(member);
    EXPECT_NE(at, std::string::npos) << resource;
    const std::size_t from = at + member.size();
    return resource.replace(from, resource.find('"', from) - from, status);
}

std::string verified(const std::string& code) {
    return R"("verificationStatus":{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/condition-ver-status","code":")" +
           code + "\"}]}";
}

std::string clinical(const std::string& code) {
    return R"("clinicalStatus":{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":")" +
           code + "\"}]}";
}

PatientRecord anna() {
    return patient("anna").born("1970-04-02").email("anna@example.org").mobile("+14135550101");
}

using Case = std::tuple<std::string, bool>;

class Diagnosis : public ::testing::TestWithParam<Case> {};

TEST_P(Diagnosis, OnlyACertainAndPresentOneIsRecalled) {
    const auto& [members, recalled] = GetParam();
    Story s{"2026-03-01", practice_with({"diabetes-hba1c"})};
    s.record(anna()).record(visit("v1", "anna", "2025-11-03"));
    s.record(diabetes_with(members));
    s.run_until("2026-03-03");
    EXPECT_EQ(s.said("anna").size(), recalled ? 1U : 0U) << members;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Diagnosis,
    ::testing::Values(Case{"", true}, Case{verified("confirmed"), true},
                      Case{verified("refuted"), false}, Case{verified("entered-in-error"), false},
                      Case{verified("provisional"), false}, Case{verified("differential"), false},
                      Case{verified("unconfirmed"), false},
                      Case{clinical("active") + "," + verified("confirmed"), true},
                      Case{clinical("recurrence"), true}, Case{clinical("relapse"), true},
                      Case{clinical("resolved"), false}, Case{clinical("remission"), false},
                      Case{clinical("inactive"), false},
                      Case{R"("abatementDateTime":"2020-01-01")", false},
                      Case{clinical("resolved") + R"(,"abatementDateTime":"2020-01-01")", false}));

class TestResult : public ::testing::TestWithParam<Case> {};

TEST_P(TestResult, OnlyAResultCountsAsTested) {
    const auto& [status, tested] = GetParam();
    Story s{"2026-03-01", practice_with({"diabetes-hba1c"})};
    s.record(anna()).record(visit("v1", "anna", "2025-11-03"));
    s.record(condition("c1", "anna", diabetes, "2015-03-01"));
    s.record(with_status(hba1c("h1", "anna", "2026-02-01"), status)).run_until("2026-03-03");
    EXPECT_EQ(s.said("anna").size(), tested ? 0U : 1U) << status;
}

INSTANTIATE_TEST_SUITE_P(Table, TestResult,
                         ::testing::Values(Case{"final", true}, Case{"amended", true},
                                           Case{"corrected", true}, Case{"preliminary", true},
                                           Case{"registered", false}, Case{"cancelled", false},
                                           Case{"entered-in-error", false}));

class Screened : public ::testing::TestWithParam<Case> {};

TEST_P(Screened, OnlyByAColonoscopyThatWasDone) {
    const auto& [status, screened] = GetParam();
    Story s{"2026-03-01", practice_with({"colorectal-screening"})};
    s.record(anna()).record(visit("v1", "anna", "2025-11-03"));
    s.record(with_status(procedure("p1", "anna", colonoscopy, "2024-05-01"), status));
    s.run_until("2026-03-03");
    EXPECT_EQ(s.said("anna").size(), screened ? 0U : 1U) << status;
}

INSTANTIATE_TEST_SUITE_P(Table, Screened,
                         ::testing::Values(Case{"completed", true}, Case{"in-progress", true},
                                           Case{"not-done", false}, Case{"stopped", false},
                                           Case{"entered-in-error", false}));

TEST(Recall, ARefutedCancerIsNoneAndASuspectedOneIsInOtherHands) {
    for (const auto& [code, invited] : {Case{"refuted", true}, Case{"provisional", false}}) {
        Story s{"2026-03-01", practice_with({"colorectal-screening"})};
        s.record(anna()).record(visit("v1", "anna", "2025-11-03"));
        s.record(with(condition("c1", "anna", "363406005", "2026-01-01"), verified(code)));
        s.run_until("2026-03-03");
        EXPECT_EQ(s.said("anna").size(), invited ? 1U : 0U) << code;
    }
}

TEST(Recall, ADiseaseThatIsOverEndsItsRecall) {
    Story s{"2026-03-01", practice_with({"diabetes-hba1c"})};
    s.record(anna()).record(visit("v1", "anna", "2025-11-03"));
    s.record(condition("c1", "anna", diabetes, "2015-03-01")).run_until("2026-03-02");
    EXPECT_EQ(s.said("anna").size(), 1U);
    s.record(diabetes_with(clinical("remission")));
    s.run_until("2026-05-01");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("diabetes-hba1c: ended not-applicable"));
    EXPECT_EQ(s.said("anna").size(), 1U);
}

TEST(Recall, AnAppointmentEnteredInErrorRemindsNobody) {
    Story s{"2026-03-01", practice_with({"appointment-reminder"})};
    s.record(anna()).record(appointment("a1", "anna", "2026-03-10T18:00:00Z"));
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre(HasSubstr("at three-days")));
    s.record(appointment("a1", "anna", "2026-03-10T18:00:00Z", "entered-in-error"));
    s.run_until("2026-03-12");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.enrolments("anna"), ElementsAre(HasSubstr("ended cancelled")));
}

}  // namespace
}  // namespace parcours::engine::testing
