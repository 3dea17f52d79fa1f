// What a clinician's reading of the timelines found to be placed wrongly, and how it is placed now.
#include <gtest/gtest.h>
#include <string>

#include "position/tests/story.h"

namespace parcours::position {
namespace {

constexpr const char* contact_system = "https://parcours.example/fhir/CodeSystem/contact";

std::string topic(const std::string& code) {
    return std::string(R"(,"topic":{"coding":[{"system":")") + contact_system + R"(","code":")" +
           code + R"("}]})";
}

TEST(Review, AStayThatSaysNothingIsAboutTheVisitBeforeIt) {
    Story story("1940-01-01");
    const std::string failure =
        story.condition("88805009", "Chronic congestive heart failure", "2008-02-29");
    const std::string visit =
        story.visit("EMER", "50849002", "", "2008-09-17T17:41:00Z", "2008-09-17T19:11:00Z");
    story.medicine("10 ML Furosemide 10 MG/ML Injection", "2008-09-17T17:41:00Z", failure,
                   R"(,"encounter":{"reference":")" + visit + R"("})");
    story.visit("IMP", "308540004", "", "2008-09-17T18:41:00Z", "2008-09-18T18:41:00Z");
    EXPECT_TRUE(story.fold("2008-09-18").in_hospital);
    EXPECT_EQ(story.stand("2008-09-25").substr(0, 15), "heart treatment");
    EXPECT_EQ(story.at("heart", "2008-09-25").phase, Phase::AfterDischarge);
}

TEST(Review, AStayWithoutAnyHintIsAboutGeneralHealth) {
    Story story("1940-01-01");
    story.condition("88805009", "Chronic congestive heart failure", "2008-02-29");
    story.visit("AMB", "390906007", "88805009", "2008-09-10", "2008-09-10");
    story.visit("IMP", "308540004", "", "2008-09-17T18:41:00Z", "2008-09-18T18:41:00Z");
    EXPECT_EQ(story.at("general", "2008-09-25").phase, Phase::AfterDischarge);
}

TEST(Review, WhoAsksAfterAPassingProblemIsOverAsksForHelp) {
    Story story("1994-07-09");
    story.visit("AMB", "390906007", "", "2023-12-05", "2023-12-05");
    story.condition("162864005", "Body mass index 30+ - obesity", "2023-12-05");
    story.appointment("proposed", "2025-11-25", "2026-01-10");
    EXPECT_EQ(story.stand("2025-11-29"), "general help");
    EXPECT_EQ(story.stand("2025-12-10"), "general help overdue");
}

TEST(Review, AWebVisitPlacesOnlyWhoStandsNowhere) {
    const std::string web = topic("web-visit");
    Story stranger;
    stranger.call("2025-12-17", web);
    EXPECT_EQ(stranger.stand("2025-12-19"), "general awareness");
    Story healthy;
    healthy.check_up("2025-06-01");
    healthy.call("2025-12-17", web);
    EXPECT_EQ(healthy.stand("2025-12-19"), "general ongoing");
    Story caller;
    caller.call("2025-12-15", topic("symptom"));
    caller.call("2025-12-17", web);
    EXPECT_EQ(caller.stand("2025-12-18"), "general help overdue");
}

TEST(Review, AClinicalQuestionIsAnsweredWithinADay) {
    Story story;
    story.call("2019-01-03T10:00:00Z", topic("clinical-question"));
    EXPECT_FALSE(story.at("general", "2019-01-04").overdue);
    EXPECT_TRUE(story.at("general", "2019-01-05").overdue);
}

TEST(Review, AnIntakeFormBreaksTheSilence) {
    Story story("1937-07-25");
    story.condition("38341003", "Hypertension", "2005-04-14");
    EXPECT_TRUE(story.at("heart", "2022-06-20").lost);
    story.add(
        "QuestionnaireResponse",
        R"("status":"completed","questionnaire":"https://parcours.example/fhir/Questionnaire/intake","authored":"2022-06-21")");
    EXPECT_FALSE(story.at("heart", "2022-06-26").lost);
    EXPECT_TRUE(story.at("heart", "2022-06-26").overdue);
}

TEST(Review, CareForJointsIsTreatment) {
    Story story("1957-12-26");
    const std::string joint = story.condition("239872002", "Osteoarthritis of hip", "2014-12-12");
    story.plan("872781000000100", "2014-12-12", "2016-10-04", joint);
    story.visit("AMB", "185345009", "195662009", "2015-01-07", "2015-01-07");
    story.condition("195662009", "Acute viral pharyngitis", "2015-01-07");
    EXPECT_EQ(story.stand("2015-01-11"), "musculoskeletal treatment | infection care");
}

TEST(Review, APlanForAnUnnamedJointOpensNoDiseaseOfTheJoints) {
    Story story("1985-08-20");
    story.plan("872781000000100", "2007-05-16", "2007-06-13", "");
    story.check_up("2016-11-01");
    EXPECT_EQ(story.stand("2016-11-20"), "general ongoing");
}

TEST(Review, AVisitForAKnownCancerIsTreatment) {
    Story story("1938-04-09");
    const std::string cancer = story.condition("126906006", "Neoplasm of prostate", "2003-07-12");
    story.procedure("90470006", "Prostatectomy", "2003-07-12", cancer);
    story.visit("AMB", "185347001", "126906006", "2003-10-10", "2003-10-10");
    EXPECT_EQ(story.stand("2003-10-20"), "cancer treatment");
}

TEST(Review, AFirstVisitForCancerIsAssessment) {
    Story story("1938-04-09");
    story.condition("126906006", "Neoplasm of prostate", "2003-07-12");
    story.visit("AMB", "185347001", "126906006", "2003-07-12", "2003-07-12");
    EXPECT_EQ(story.stand("2003-07-20"), "cancer care");
}

TEST(Review, OfEqualsTheOneWorkedOnIsFirst) {
    Story story("1988-02-18");
    const std::string sugar = story.condition("44054006", "Diabetes", "2010-04-22");
    story.medicine("24 HR Metformin hydrochloride 500 MG", "2010-04-22", sugar);
    story.condition("53741008", "Coronary Heart Disease", "2010-04-22");
    story.check_up("2010-06-01");
    EXPECT_EQ(story.stand("2010-12-01"), "diabetes treatment | heart ongoing | general ongoing");
}

TEST(Review, APostnatalVisitDoesNotLengthenTheAftercare) {
    Story story("1989-09-13");
    const std::string child =
        story.condition("72892002", "Normal pregnancy", "2017-04-26", "2017-11-22");
    story.procedure("66348005", "Childbirth", "2017-11-22", child);
    story.visit("AMB", "169762003", "", "2018-01-03", "2018-01-03");
    EXPECT_TRUE(story.at("pregnancy", "2018-01-02").open);
    EXPECT_FALSE(story.at("pregnancy", "2018-01-21").open);
}

TEST(Review, EveryCourseOfAntibioticsIsTreatment) {
    Story story("1993-03-12");
    const char* const drug = "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet";
    const std::string first =
        story.condition("444814009", "Viral sinusitis", "2011-04-22", "2011-05-06");
    story.medicine(drug, "2011-04-22", first);
    const std::string second =
        story.condition("75498004", "Acute bacterial sinusitis", "2011-07-14", "2011-08-04");
    story.medicine(drug, "2011-07-14", second);
    EXPECT_EQ(story.at("infection", "2011-07-20").stage, Stage::Treatment);
}

TEST(Review, AnAntibioticForABurnIsNoInfection) {
    Story story("1987-03-10");
    const std::string visit =
        story.visit("EMER", "50849002", "", "2011-07-15T01:34:00Z", "2011-07-15T02:34:00Z");
    const std::string in = R"(,"encounter":{"reference":")" + visit + R"("})";
    story.condition("403191005", "Second degree burn", "2011-07-15T01:34:00Z", "", in);
    story.add(
        "MedicationRequest",
        R"("status":"active","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"308192","display":"Amoxicillin 500 MG Oral Tablet"}]},"authoredOn":"2011-07-15T01:34:00Z")" +
            in);
    EXPECT_EQ(story.stand("2011-07-20"), "injury treatment");
}

TEST(Review, PainReliefStartsNoTreatmentOfTheHeart) {
    Story story("1970-10-27");
    const std::string visit = story.visit("AMB", "185349003", "", "2016-11-15", "2016-11-15");
    const std::string in = R"(,"encounter":{"reference":")" + visit + R"("})";
    story.condition("55822004", "Hyperlipidemia", "2016-11-15", "", in);
    story.medicine("Ibuprofen 200 MG Oral Tablet", "2016-11-15", "", in);
    EXPECT_EQ(story.at("heart", "2016-11-20").stage, Stage::Care);
}

TEST(Review, CareAtTheEndOfLifeDoesNotRunOut) {
    Story story("1946-01-14");
    story.plan("182964004", "2025-10-03", "", "");
    EXPECT_EQ(story.fold("2026-01-01").status, CareStatus::Palliative);
    EXPECT_EQ(format_date(story.at("general", "2026-01-01").since), "2025-10-03");
    EXPECT_EQ(story.at("general", "2026-01-01").stage, Stage::Treatment);
}

}  // namespace
}  // namespace parcours::position
