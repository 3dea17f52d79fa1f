// The worked patients of the clinical map, told with resources of our own.
#include <gtest/gtest.h>
#include <string>

#include "position/tests/story.h"

namespace parcours::position {
namespace {

TEST(Worked, DiabeticWithAWristFractureAndOsteoporosis) {
    Story story("1945-12-09");
    story.condition("44054006", "Diabetes", "1991-12-29");
    story.check_up("1994-01-02");
    story.condition("64859006", "Osteoporosis", "2006-01-22");
    story.medicine("Alendronic acid 10 MG Oral Tablet", "2006-01-22", "Condition/r3");
    story.check_up("2017-09-10");
    const std::string visit =
        story.visit("EMER", "50849002", "", "2017-10-02T05:07:00Z", "2017-10-02T07:12:00Z");
    const std::string in = R"(,"encounter":{"reference":")" + visit + R"("})";
    const std::string fracture = story.condition("263102004", "Fracture subluxation of wrist",
                                                 "2017-10-02", "2017-12-01", in);
    story.condition("443165006", "Pathological fracture due to osteoporosis", "2017-10-02",
                    "2017-12-01", in);
    story.procedure("274474001", "Bone immobilization", "2017-10-02", fracture);
    story.plan("385691007", "2017-10-02", "2017-12-01", fracture);
    story.check_up("2018-09-16");
    EXPECT_EQ(story.stand("2017-10-15"),
              "injury treatment | osteoporosis treatment | diabetes ongoing | general ongoing");
    EXPECT_EQ(story.stand("2018-01-15"),
              "osteoporosis treatment | diabetes ongoing | general ongoing | (injury treatment)");
    EXPECT_EQ(format_date(story.at("injury", "2019-06-01").since), "2017-12-01");
}

TEST(Worked, AnInjuryThatNobodyAbatesClosesAfterNinetyDays) {
    Story story;
    story.condition("263102004", "Fracture subluxation of wrist", "2017-10-02");
    EXPECT_TRUE(story.at("injury", "2017-12-30").open);
    EXPECT_FALSE(story.at("injury", "2018-01-01").open);
}

TEST(Worked, PregnantWithDiabetesAfterAMiscarriage) {
    Story story("1968-10-09");
    story.condition("44054006", "Diabetes", "2003-01-15");
    story.medicine("24 HR Metformin hydrochloride 500 MG", "2006-01-18", "Condition/r1");
    story.condition("368581000119106", "Neuropathy due to type 2 diabetes mellitus", "2010-10-20");
    story.check_up("2012-10-24");
    story.condition("72892002", "Normal pregnancy", "2013-09-25", "2013-10-09");
    story.condition("19169002", "Miscarriage in first trimester", "2013-09-25");
    story.check_up("2018-10-10");
    const std::string now =
        story.condition("72892002", "Normal pregnancy", "2018-12-12", "2019-07-24");
    story.plan("134435003", "2018-12-12", "2019-07-24", now);
    story.visit("AMB", "424619006", "72892002", "2019-05-29", "2019-05-29");
    story.procedure("66348005", "Childbirth", "2019-07-24", now);
    EXPECT_EQ(story.stand("2013-10-01").substr(0, 19), "pregnancy treatment");
    EXPECT_EQ(story.stand("2015-01-01"),
              "diabetes treatment overdue lost | general ongoing overdue | "
              "(pregnancy treatment)");
    EXPECT_EQ(story.stand("2019-06-01"),
              "pregnancy treatment | diabetes treatment | general ongoing");
    const ConcernPosition postnatal = story.at("pregnancy", "2019-08-10");
    EXPECT_TRUE(postnatal.open);
    EXPECT_EQ(postnatal.rank, Rank::Urgent);
    EXPECT_FALSE(story.at("pregnancy", "2019-09-20").open);
}

TEST(Worked, APregnancyThatNobodyEndsIsOverAfterThreeHundredDays) {
    Story story("1990-01-01");
    story.condition("72892002", "Normal pregnancy", "2018-01-01");
    EXPECT_TRUE(story.at("pregnancy", "2018-10-20").open);
    EXPECT_FALSE(story.at("pregnancy", "2019-02-01").open);
}

TEST(Worked, HeartFailureReadmittedOnDayTwelve) {
    Story story("1940-01-01");
    story.condition("88805009", "Chronic congestive heart failure", "2019-01-10");
    story.visit("IMP", "32485007", "88805009", "2019-02-01T08:00:00Z", "2019-02-08T10:00:00Z");
    EXPECT_TRUE(story.fold("2019-02-03").in_hospital);
    EXPECT_EQ(story.at("heart", "2019-02-10").phase, Phase::AfterDischarge);
    EXPECT_EQ(story.at("heart", "2019-03-11").stage, Stage::Ongoing);
    story.visit("IMP", "32485007", "88805009", "2019-02-20T08:00:00Z", "2019-02-24T10:00:00Z");
    EXPECT_TRUE(story.fold("2019-02-22").in_hospital);
    EXPECT_EQ(story.at("heart", "2019-03-11").stage, Stage::Treatment);
    EXPECT_EQ(story.at("heart", "2019-03-11").rank, Rank::Urgent);
    EXPECT_EQ(story.at("heart", "2019-03-25").stage, Stage::Treatment);
    EXPECT_EQ(story.at("heart", "2019-03-27").stage, Stage::Ongoing);
}

TEST(Worked, AfterDischargeLifestyleWhereAPlanRuns) {
    Story story("1940-01-01");
    const std::string failure =
        story.condition("88805009", "Chronic congestive heart failure", "2019-01-10");
    story.plan("735984001", "2019-01-15", "", failure);
    story.visit("IMP", "32485007", "88805009", "2019-02-01T08:00:00Z", "2019-02-08T10:00:00Z");
    EXPECT_EQ(story.at("heart", "2019-03-01").stage, Stage::Treatment);
    EXPECT_EQ(story.at("heart", "2019-03-15").stage, Stage::Lifestyle);
}

TEST(Worked, HealthyAdultVaccinated) {
    Story story("1989-07-27");
    story.check_up("2018-05-13");
    story.vaccination("2018-05-13");
    EXPECT_EQ(story.stand("2019-06-01"), "general ongoing");
    EXPECT_EQ(story.stand("2019-07-01"), "general ongoing overdue");
}

TEST(Worked, ChildWithAsthma) {
    Story story("2010-03-03");
    const std::string asthma = story.condition("195967001", "Asthma", "2015-03-01");
    story.medicine("120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT", "2015-03-01", asthma);
    story.visit("AMB", "394701000", "195967001", "2018-09-01", "2018-09-01");
    story.check_up("2019-03-03");
    story.vaccination("2019-03-03");
    EXPECT_EQ(story.stand("2019-06-01"), "respiratory ongoing | child ongoing");
    story.visit("EMER", "183478001", "195967001", "2019-05-20T10:00:00Z", "2019-05-20T12:00:00Z");
    EXPECT_EQ(story.stand("2019-06-01"), "respiratory care overdue | child ongoing");
    EXPECT_EQ(story.at("respiratory", "2019-06-01").rank, Rank::Serious);
}

TEST(Worked, OnlyEverPhoned) {
    Story story;
    story.call("2019-05-20");
    EXPECT_EQ(story.stand("2019-05-21"), "general help");
    EXPECT_EQ(story.stand("2019-05-24"), "general help overdue");
}

TEST(Worked, HypertensiveSilentForTwoYears) {
    Story story;
    const std::string pressure = story.condition("38341003", "Hypertension", "2017-05-20");
    story.medicine("Hydrochlorothiazide 25 MG", "2017-05-20", pressure);
    EXPECT_EQ(story.stand("2018-01-01"), "heart treatment");
    EXPECT_EQ(story.stand("2018-08-01"), "heart treatment overdue");
    EXPECT_EQ(story.stand("2019-06-01"), "heart treatment overdue lost");
    story.observation("55284-4", "2019-05-01");
    EXPECT_EQ(story.stand("2019-06-01"), "heart treatment");
}

TEST(Worked, ColonCancerAbatedInSurveillance) {
    Story story("1940-05-08");
    story.condition("68496003", "Polyp of colon", "2010-05-04");
    const std::string cancer = story.condition(
        "109838007", "Overlapping malignant neoplasm of colon", "2011-08-31", "2013-05-17");
    story.procedure("43075005", "Partial resection of colon", "2011-09-07", cancer);
    story.plan("395082007", "2011-08-31", "2013-05-17", cancer);
    const std::string dementia = story.condition("26929004", "Alzheimer's disease", "2012-02-15");
    story.medicine("Galantamine 4 MG Oral Tablet", "2012-02-15", dementia);
    story.visit("AMB", "316744009", "26929004", "2014-02-04", "2014-02-04");
    story.check_up("2015-03-04");
    EXPECT_EQ(story.stand("2012-01-01").substr(0, 16), "cancer treatment");
    EXPECT_EQ(story.stand("2015-04-01"),
              "cancer ongoing | mental-health ongoing | general ongoing | "
              "(cancer-screening ongoing)");
}

TEST(Worked, TerminalCare) {
    Story story("1940-01-01", R"(,"deceasedDateTime":"2019-08-01")");
    const std::string cancer =
        story.condition("254637007", "Non-small cell lung cancer", "2019-01-01");
    story.condition("68496003", "Polyp of colon", "2015-01-01");
    const std::string pressure = story.condition("38341003", "Hypertension", "2017-01-01");
    story.plan("443402002", "2019-01-05", "2021-01-05", pressure);
    story.plan("182964004", "2019-05-01", "", cancer);
    EXPECT_EQ(story.fold("2019-04-01").status, CareStatus::Active);
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Palliative);
    EXPECT_EQ(story.stand("2019-06-01"),
              "cancer treatment | heart treatment | (cancer-screening care)");
    EXPECT_EQ(story.at("cancer", "2019-06-01").rank, Rank::Palliative);
    const PatientPositions dead = story.fold("2019-09-01");
    EXPECT_EQ(dead.status, CareStatus::Deceased);
    EXPECT_FALSE(dead.counted());
}

TEST(Worked, MovedAwayAndBack) {
    Story story("1960-01-01", R"(,"active":false,"meta":{"lastUpdated":"2018-06-01T00:00:00Z"})");
    story.check_up("2017-05-01");
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Left);
    EXPECT_TRUE(story.fold("2019-06-01").counted());
    EXPECT_FALSE(story.at("general", "2019-06-01").overdue);  // frozen
    story.check_up("2019-05-01");
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Active);
    EXPECT_EQ(story.fold("2019-01-01").status, CareStatus::Left);
}

}  // namespace
}  // namespace parcours::position
