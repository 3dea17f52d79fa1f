// What later readings, of invented and of real records, found to be placed wrongly.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "position/explain.h"
#include "position/tests/story.h"

namespace parcours::position {
namespace {

std::string only_text(const std::string& text) {
    return R"("code":{"text":")" + text + R"("},"onsetDateTime":"2024-05-10")";
}

std::string coded_in(const std::string& system, const std::string& code) {
    return R"({"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})";
}

constexpr const char* icd10cm = "http://hl7.org/fhir/sid/icd-10-cm";

TEST(SecondReview, FreeTextNamesTheConcernInThreeLanguages) {
    for (const auto& [text, stand] : {std::pair{"Type 2 diabetes", "diabetes care"},
                                      {"T2DM", "diabetes care"},
                                      {"Diabète de type 2", "diabetes care"},
                                      {"2型糖尿病", "diabetes care"},
                                      {"High blood pressure", "heart care"},
                                      {"HTN", "heart care"},
                                      {"CHF", "heart care"},
                                      {"高血压", "heart care"},
                                      {"Asthme", "respiratory care"},
                                      {"Flu", "infection care"},
                                      {"UTI, recurrent", "infection care"},
                                      {"Broken wrist", "injury care"},
                                      {"CKD stage 3", "kidney care"},
                                      {"Gallstones", "surgery care"},
                                      {"Influx of relatives", "general care"},
                                      {"Prediabetes", "general care"},
                                      {"Diabetes insipidus", "general care"}}) {
        Story story;
        story.add("Condition", only_text(text));
        EXPECT_EQ(story.stand("2024-06-01"), stand) << text;
    }
}

TEST(SecondReview, FreeTextThatDeniesADiseaseOpensNone) {
    for (const char* const text : {"No evidence of diabetes mellitus", "Not pregnant",
                                   "Family history of breast cancer", "Stroke ruled out"}) {
        Story story;
        story.add("Condition", only_text(text));
        EXPECT_EQ(story.stand("2024-06-01"), "general awareness") << text;
    }
}

TEST(SecondReview, AMedicineIsKnownByItsIngredient) {
    for (const auto& [text, stand] : {std::pair{"Metformin 500 mg", "diabetes treatment"},
                                      {"Salbutamol 100 mcg inhaler", "respiratory treatment"},
                                      {"Amoxicillin 500 mg", "infection treatment"},
                                      {"Sertraline", "mental-health treatment"},
                                      {"Nystatin cream", "general treatment"}}) {
        Story story;
        story.medicine(text, "2024-05-20", "");
        EXPECT_EQ(story.stand("2024-06-01"), stand) << text;
    }
}

TEST(SecondReview, AVisitForScreeningIsNoAssessment) {
    Story story;
    story.visit("AMB", "", "", "2024-05-01", "2024-05-01",
                R"(,"reasonCode":[)" + coded_in(icd10cm, "Z12.11") + "]");
    EXPECT_EQ(story.stand("2024-06-01"), "general ongoing");
}

TEST(SecondReview, AStateIsNoDisease) {
    for (const char* const code : {"Z00.00", "Z12.11", "Z23", "Z68.35", "Z79.4", "Z96.651"}) {
        Story story;
        story.add("Condition",
                  R"("code":)" + coded_in(icd10cm, code) + R"(,"onsetDateTime":"2024-05-10")");
        EXPECT_EQ(story.stand("2024-06-01"), "general awareness") << code;
    }
}

TEST(SecondReview, ThePlanOfAChangeEndsTheChange) {
    Story story("1950-01-01");
    const std::string infarct = story.condition("22298006", "Myocardial infarction", "2024-01-01");
    story.visit("IMP", "", "22298006", "2024-01-01", "2024-01-08");
    story.plan("313395003", "2024-01-20", "2024-04-30", infarct);
    EXPECT_EQ(story.stand("2024-03-01"), "heart lifestyle");
    EXPECT_EQ(story.stand("2024-06-01"), "heart ongoing");
}

TEST(SecondReview, AVisitOfTheHospiceEndsItsCareDoesNot) {
    Story story("1940-01-01");
    story.condition("26929004", "Alzheimer's disease", "2015-01-01");
    story.visit("HH", "305336008", "26929004", "2024-05-01", "2024-05-01");
    EXPECT_EQ(story.fold("2024-06-01").status, CareStatus::Palliative);
}

TEST(SecondReview, APlanOfTerminalCareThatEndedIsOver) {
    Story story("1940-01-01");
    story.plan("385763009", "2023-05-10", "2023-09-01", "");
    EXPECT_EQ(story.fold("2023-08-01").status, CareStatus::Palliative);
    EXPECT_EQ(story.fold("2024-06-01").status, CareStatus::Active);
}

TEST(SecondReview, PalliativeCareWithoutADiseaseIsAboutTheSeriousOne) {
    Story story("1940-01-01");
    story.condition("13645005", "Chronic obstructive lung disease", "2010-01-01");
    story.add("Condition",
              R"("code":)" + coded_in(icd10cm, "Z51.5") + R"(,"onsetDateTime":"2024-05-10")");
    EXPECT_EQ(story.stand("2024-06-01"), "respiratory treatment");
}

TEST(SecondReview, AReferralIsKnownByItsCategory) {
    Story story;
    story.add("ServiceRequest", R"("status":"active","intent":"order","category":[)" +
                                    coded_in("http://snomed.info/sct", "3457005") +
                                    R"(],"code":{"text":"Cardiology"},"authoredOn":"2024-05-25")");
    EXPECT_EQ(story.stand("2024-06-01"), "heart help");
    EXPECT_EQ(story.stand("2024-06-20"), "heart help overdue");
}

TEST(SecondReview, DeathClosesEverything) {
    Story story("1940-01-01", R"(,"deceasedDateTime":"2024-05-20")");
    story.condition("38341003", "Hypertension", "2020-01-01");
    EXPECT_TRUE(story.fold("2024-05-01").positions.front().open);
    for (const ConcernPosition& position : story.fold("2024-06-01").positions) {
        EXPECT_FALSE(position.open);
    }
}

TEST(SecondReview, TheTimelineNamesTheRuleThatDecided) {
    Story story;
    story.condition("44054006", "Diabetes mellitus type 2", "2024-05-10");
    story.condition("22298006", "Myocardial infarction", "2024-05-11", "",
                    R"(,"verificationStatus":{"coding":[{"code":"refuted"}]})");
    Clinic& clinic = story.clinic();
    const Clinic::Patient& who = clinic.patient("p");
    const auto rows =
        timeline_rows(clinic.map(), clinic.dictionary(), who.facts, clinic.fold("p", "2024-06-01"),
                      parse_instant("2024-06-01").value(), 9);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].says, "not counted: entered in error, refuted or not done");
    EXPECT_EQ(rows[1].says, "was diagnosed");
}

TEST(ThirdReview, ACheckUpIsNoScreening) {
    Story story;
    story.condition("68496003", "Polyp of colon", "2017-01-10");
    story.procedure("73761001", "Colonoscopy", "2017-01-16");
    story.check_up("2018-02-01");
    story.check_up("2019-02-01");
    const auto& answer = story.clinic().fold("p", "2019-06-01");
    const auto found = std::ranges::find_if(answer.positions, [&](const ConcernPosition& position) {
        return concern_name(story.clinic().map(), position) == "cancer-screening";
    });
    ASSERT_NE(found, answer.positions.end());
    EXPECT_EQ(format_date(found->expected), "2027-01-17") << "ten years after the colonoscopy";
}

TEST(ThirdReview, OfOneDayANewTreatmentGoesBeforeANewDiagnosis) {
    Story story;
    story.condition("44054006", "Diabetes", "2008-01-10");
    story.condition("302870006", "Hypertriglyceridemia", "2010-04-22");
    story.medicine("Metformin 500 MG", "2010-04-22", "");
    EXPECT_EQ(story.stand("2010-04-25"), "diabetes treatment | heart care");
}

}  // namespace
}  // namespace parcours::position
