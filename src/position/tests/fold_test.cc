// The rules of positions one by one: ties, spans, statuses, what says nothing, dates.
#include "position/fold.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "position/medicine.h"
#include "position/tests/story.h"

namespace parcours::position {
namespace {

TEST(Fold, NoEvidenceIsAwareness) {
    Story story;
    EXPECT_EQ(story.stand("2019-06-01"), "general awareness");
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Registered);
    EXPECT_FALSE(story.fold("1950-06-01").born);
}

TEST(Fold, OneDayIsDecidedByWeight) {
    Story story;
    story.check_up("2019-05-01");
    const std::string sugar = story.condition("44054006", "Diabetes", "2019-05-01");
    EXPECT_EQ(story.at("diabetes", "2019-06-01").stage, Stage::Care);
    story.medicine("Metformin 500 MG", "2019-05-01", sugar);
    EXPECT_EQ(story.at("diabetes", "2019-06-01").stage, Stage::Treatment);
    story.plan("698360004", "2019-05-01", "", sugar);
    EXPECT_EQ(story.at("diabetes", "2019-06-01").stage, Stage::Treatment);
}

TEST(Fold, ARenewalIsNoNews) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2017-01-01");
    story.medicine("Metformin 500 MG", "2017-01-01", sugar);
    story.visit("AMB", "390906007", "44054006", "2018-01-01", "2018-01-01");
    EXPECT_EQ(story.at("diabetes", "2018-06-01").stage, Stage::Ongoing);
    story.medicine("Metformin 1000 MG Oral Tablet", "2018-02-01", sugar);
    EXPECT_EQ(story.at("diabetes", "2018-06-01").stage, Stage::Ongoing);
    story.medicine("Glipizide 5 MG Oral Tablet", "2018-03-01", sugar);
    EXPECT_EQ(story.at("diabetes", "2018-06-01").stage, Stage::Treatment);
}

TEST(Fold, TheEndOfSupplyIsOverdueAMonthLater) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2019-01-01");
    story.medicine(
        "Metformin 500 MG", "2019-01-01", sugar,
        R"(,"dispenseRequest":{"expectedSupplyDuration":{"value":90,"unit":"days","code":"d"}})");
    EXPECT_FALSE(story.at("diabetes", "2019-04-20").overdue);
    EXPECT_TRUE(story.at("diabetes", "2019-05-02").overdue);
    story.medicine(
        "Metformin 500 MG", "2019-04-25", sugar,
        R"(,"dispenseRequest":{"expectedSupplyDuration":{"value":90,"unit":"days","code":"d"}})");
    EXPECT_FALSE(story.at("diabetes", "2019-05-02").overdue);
}

TEST(Fold, AnOldPrescriptionLeftActiveIsJudgedByItsDate) {
    Story story;
    const std::string pressure = story.condition("38341003", "Hypertension", "2003-01-01");
    story.medicine("Hydrochlorothiazide 25 MG", "2003-01-01", pressure);
    EXPECT_EQ(story.stand("2019-06-01"), "heart treatment overdue lost");
}

TEST(Fold, PrediabetesIsNotDiabetes) {
    Story story;
    const std::string before = story.condition("15777000", "Prediabetes", "2018-01-01");
    story.plan("698360004", "2018-01-01", "", before);
    story.medicine("Metformin 500 MG", "2018-01-01", before);
    EXPECT_EQ(story.stand("2018-01-02"), "general treatment");
    story.check_up("2018-06-01");
    EXPECT_EQ(story.stand("2019-06-01"), "general ongoing");
}

TEST(Fold, APlanWithoutAnEndIsOnlyBackground) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2018-01-01");
    story.plan("698360004", "2018-02-01", "", sugar);
    EXPECT_EQ(story.at("diabetes", "2018-03-01").stage, Stage::Lifestyle);
    story.visit("AMB", "185347001", "44054006", "2018-04-01", "2018-04-01");
    EXPECT_EQ(story.at("diabetes", "2018-04-02").stage, Stage::Care);
}

TEST(Fold, APlanWithAnEndOutranksPointsUntilItEnds) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2018-01-01");
    story.plan("698360004", "2018-02-01", "2018-12-01", sugar);
    story.visit("AMB", "185347001", "44054006", "2018-04-01", "2018-04-01");
    EXPECT_EQ(story.at("diabetes", "2018-04-02").stage, Stage::Lifestyle);
    EXPECT_EQ(story.at("diabetes", "2018-04-02").phase, Phase::InSpan);
    EXPECT_EQ(story.at("diabetes", "2018-12-02").stage, Stage::Care);
}

TEST(Fold, AStayWithoutAnEndIsImplausibleAfterAYear) {
    Story story;
    story.visit("IMP", "32485007", "88805009", "2018-01-01");
    EXPECT_TRUE(story.fold("2018-12-01").in_hospital);
    EXPECT_FALSE(story.fold("2019-01-02").in_hospital);
}

TEST(Fold, AnEmergencyOfADayIsAStay) {
    Story story;
    story.visit("EMER", "50849002", "22298006", "2019-05-01T08:00:00Z", "2019-05-01T12:00:00Z");
    EXPECT_FALSE(story.fold("2019-05-01T10:00:00Z").in_hospital);
    Story longer;
    longer.visit("EMER", "50849002", "22298006", "2019-05-01T08:00:00Z", "2019-05-03T12:00:00Z");
    EXPECT_TRUE(longer.fold("2019-05-02T12:00:00Z").in_hospital);
    EXPECT_EQ(longer.at("heart", "2019-05-10").phase, Phase::AfterDischarge);
}

TEST(Fold, ChemotherapyOfADayIsNoStay) {
    Story story;
    const std::string cancer = story.condition("363406005", "Colon cancer", "2019-01-01");
    const std::string day =
        story.visit("IMP", "185347001", "", "2019-05-01T08:00:00Z", "2019-05-02T09:00:00Z");
    story.add("Procedure",
              R"("status":"completed","code":)" + Story::coded("703423002", "Chemotherapy") +
                  R"(,"performedDateTime":"2019-05-01T09:00:00Z","encounter":{"reference":")" +
                  day + R"("},"reasonReference":[{"reference":")" + cancer + R"("}])");
    EXPECT_EQ(story.stand("2019-05-10"), "cancer treatment");
    EXPECT_EQ(story.at("cancer", "2019-05-10").phase, Phase::Evidence);
}

TEST(Fold, CheckUpsAndMonitoringFollowUpButDoNotEndATreatment) {
    Story story;
    const std::string pressure = story.condition("38341003", "Hypertension", "2015-01-01");
    story.medicine("Hydrochlorothiazide 25 MG", "2015-01-01", pressure);
    story.check_up("2019-01-01");
    EXPECT_EQ(story.stand("2019-06-01"), "heart treatment | general ongoing");
}

TEST(Fold, AProcedureIsRecoveredFromAfterNinetyDays) {
    Story story;
    const std::string vessels = story.condition("53741008", "Coronary disease", "2018-01-01");
    story.procedure("415070008", "Percutaneous coronary intervention", "2018-02-01", vessels);
    EXPECT_EQ(story.at("heart", "2018-04-01").stage, Stage::Treatment);
    EXPECT_EQ(story.at("heart", "2018-05-03").stage, Stage::Ongoing);
    EXPECT_EQ(format_date(story.at("heart", "2018-06-01").since), "2018-05-02");
}

TEST(Fold, AnInfectionClosesThirtyDaysAfterItsTreatment) {
    Story story;
    const std::string cold = story.condition("36971009", "Sinusitis", "2019-05-01");
    story.medicine("Amoxicillin 500 MG", "2019-05-01", cold,
                   R"(,"dispenseRequest":{"expectedSupplyDuration":{"value":10,"code":"d"}})");
    EXPECT_TRUE(story.at("infection", "2019-06-05").open);
    EXPECT_FALSE(story.at("infection", "2019-06-11").open);
}

TEST(Fold, ChronicInfectionsStayOpen) {
    Story story;
    story.condition("86406008", "Human immunodeficiency virus infection", "2015-05-01");
    EXPECT_TRUE(story.at("infection", "2019-06-05").open);
}

TEST(Fold, HistoryOfOpensNothing) {
    Story story;
    story.condition("399211009", "History of myocardial infarction (situation)", "2019-05-01");
    story.condition("999999999", "History of something rare (situation)", "2019-05-01");
    EXPECT_EQ(story.stand("2019-06-01"), "general awareness");
}

TEST(Fold, WhatWasWrongOrRefutedSaysNothing) {
    Story story;
    story.condition("44054006", "Diabetes", "2019-05-01", "",
                    R"(,"verificationStatus":{"coding":[{"code":"entered-in-error"}]})");
    story.condition("38341003", "Hypertension", "2019-05-01", "",
                    R"(,"verificationStatus":{"coding":[{"code":"refuted"}]})");
    EXPECT_EQ(story.stand("2019-06-01"), "general awareness");
}

TEST(Fold, TheFutureIsNotSeen) {
    Story story;
    story.condition("44054006", "Diabetes", "2019-05-01", "2019-06-20");
    EXPECT_EQ(story.stand("2019-04-30"), "general awareness");
    EXPECT_EQ(story.at("diabetes", "2019-06-01").stage, Stage::Care);
    EXPECT_EQ(story.at("diabetes", "2019-06-21").phase, Phase::Remission);
    EXPECT_TRUE(story.at("diabetes", "2019-06-21").open);
}

TEST(Fold, EventsAfterDeathAreIgnored) {
    Story story("1940-01-01", R"(,"deceasedDateTime":"2019-01-01")");
    story.check_up("2018-01-01");
    story.condition("44054006", "Diabetes", "2019-05-01");
    EXPECT_EQ(story.stand("2019-06-01"), "(general ongoing)");
    EXPECT_TRUE(story.fold("2018-12-31").counted());
    EXPECT_FALSE(story.fold("2019-01-01").counted());
}

TEST(Fold, DeathWithoutADayIsAlwaysKnown) {
    Story story("1940-01-01", R"(,"deceasedBoolean":true)");
    EXPECT_FALSE(story.fold("2019-06-01").counted());
}

TEST(Fold, ADeathCertificateHoldsUntilAPersonConfirms) {
    Story story;
    story.visit("AMB", "308646001", "", "2019-05-01", "2019-05-01");
    const PatientPositions answer = story.fold("2019-06-01");
    EXPECT_TRUE(answer.suspected_death);
    EXPECT_TRUE(answer.counted());
}

TEST(Fold, InactiveWithoutADateHasLeft) {
    Story story("1960-01-01", R"(,"active":false)");
    story.check_up("2020-05-01");
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Left);
}

TEST(Fold, MergedPatientsAreNotCounted) {
    Story story(
        "1960-01-01",
        R"(,"active":false,"link":[{"type":"replaced-by","other":{"reference":"Patient/q"}}])");
    EXPECT_FALSE(story.fold("2019-06-01").counted());
}

TEST(Fold, AppointmentsAheadAreExpected) {
    Story story;
    story.check_up("2019-01-01");
    story.appointment("booked", "2019-05-01", "2019-07-01");
    EXPECT_EQ(format_date(story.at("general", "2019-06-01").expected), "2019-07-01");
    EXPECT_FALSE(story.at("general", "2019-06-01").overdue);
    EXPECT_TRUE(story.at("general", "2019-07-10").overdue);
    story.check_up("2019-07-01T10:00:00Z");
    EXPECT_FALSE(story.at("general", "2019-07-10").overdue);
}

TEST(Fold, WhoHasAnAppointmentAheadIsNotOverdue) {
    Story story;
    story.check_up("2017-01-01");
    EXPECT_TRUE(story.at("general", "2019-06-01").overdue);
    story.appointment("booked", "2019-05-01", "2019-06-20");
    EXPECT_FALSE(story.at("general", "2019-06-01").overdue);
}

TEST(Fold, TerminalCareOfNoNamedDiseaseIsTreatment) {
    Story story;
    story.plan("182964004", "2019-01-01", "", "");
    EXPECT_EQ(story.stand("2019-06-01"), "general treatment");
    EXPECT_EQ(story.fold("2019-06-01").status, CareStatus::Palliative);
}

TEST(Fold, AMissedAppointmentIsOverdueAfterTwoWeeks) {
    Story story;
    story.check_up("2019-01-01");
    story.appointment("noshow", "2019-05-01", "2019-05-10");
    EXPECT_FALSE(story.at("general", "2019-05-20").overdue);
    EXPECT_TRUE(story.at("general", "2019-05-25").overdue);
}

TEST(Fold, AskingForAnAppointmentIsHelpUnlessInCare) {
    Story story;
    story.appointment("proposed", "2019-05-01", "2019-08-01");
    EXPECT_EQ(story.stand("2019-05-02"), "general help");
    EXPECT_EQ(story.stand("2019-05-16"), "general help overdue");
    Story in_care;
    const std::string sugar = in_care.condition("44054006", "Diabetes", "2019-04-01");
    in_care.appointment("proposed", "2019-05-01", "2019-08-01",
                        R"(,"reasonReference":[{"reference":")" + sugar + R"("}])");
    EXPECT_EQ(in_care.stand("2019-05-02"), "diabetes care");
}

TEST(Fold, AdministrativeCallsAndOurOwnSendsMoveNothing) {
    Story story;
    story.call("2019-05-01", R"(,"topic":{"text":"Billing question"})");
    story.add(
        "Communication",
        R"("status":"completed","sender":{"reference":"Organization/o"},"sent":"2019-05-02")");
    EXPECT_EQ(story.stand("2019-06-01"), "general awareness");
}

TEST(Fold, FormsAndReferrals) {
    Story check;
    check.add(
        "QuestionnaireResponse",
        R"("status":"completed","questionnaire":"https://x.example/Questionnaire/self-check","authored":"2019-05-20")");
    EXPECT_EQ(check.stand("2019-05-21"), "general awareness");
    EXPECT_EQ(check.fold("2019-05-21").status, CareStatus::Active);
    Story intake;
    intake.add(
        "QuestionnaireResponse",
        R"("status":"completed","questionnaire":"https://x.example/Questionnaire/intake","authored":"2019-05-20")");
    EXPECT_EQ(intake.stand("2019-05-21"), "general help");
    Story referral;
    referral.add("ServiceRequest",
                 R"("status":"active","intent":"order","authoredOn":"2019-05-20","code":)" +
                     Story::coded("306206005", "Referral to service"));
    EXPECT_EQ(referral.stand("2019-05-21"), "general help");
    EXPECT_EQ(referral.stand("2019-06-04"), "general help overdue");
}

TEST(Fold, UnknownCodesAreReadByTheirWords) {
    Story story;
    story.condition("1234567890", "Closed fracture of the left patella (disorder)", "2019-05-20");
    story.condition("1234567891", "Received higher education (finding)", "2019-05-20");
    story.condition("1234567892", "Malignant neoplasm of appendix (disorder)", "2019-05-20");
    EXPECT_EQ(story.stand("2019-06-01"), "cancer care | injury care");
}

TEST(Fold, AChildIsAnAdultAtEighteen) {
    Story story("2001-06-10");
    story.check_up("2019-05-01");
    EXPECT_EQ(story.stand("2019-06-09"), "child ongoing");
    EXPECT_EQ(story.stand("2019-06-10"), "general ongoing");
}

TEST(Fold, StaffCanSetAPosition) {
    Story story;
    story.check_up("2019-05-01");
    const Clinic& clinic = story.clinic();
    const auto& who = clinic.patient("p");
    const std::vector<ManualSetting> manual = {
        {"heart", Stage::Help, parse_instant("2019-05-10").value(),
         parse_instant("2019-07-01").value(), "nurse", "asked for a cardiologist"}};
    const auto stage = [&](std::string_view as_of) {
        const auto answer =
            fold(clinic.map(), who.fact, who.facts, parse_instant(as_of).value(), manual);
        return answer.positions.size() == 2 ? stage_name(answer.headline().stage) : "none";
    };
    EXPECT_EQ(stage("2019-06-01"), "help");
    EXPECT_EQ(stage("2019-07-01"), "none");
    EXPECT_EQ(stage("2019-05-09"), "none");
}

TEST(Fold, TheOrderOfTheFactsDoesNotMatter) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2019-01-01");
    story.medicine("Metformin 500 MG", "2019-01-01", sugar);
    story.check_up("2019-02-01");
    story.visit("EMER", "50849002", "44054006", "2019-03-01T08:00:00Z", "2019-03-03T08:00:00Z");
    const Clinic& clinic = story.clinic();
    auto facts = clinic.patient("p").facts;
    const std::string expected = clinic.stand("p", "2019-06-01");
    std::ranges::sort(facts, {}, &Fact::key);
    do {
        const auto answer = fold(clinic.map(), clinic.patient("p").fact, facts,
                                 parse_instant("2019-06-01").value());
        EXPECT_EQ(answer.headline().phase, clinic.fold("p", "2019-06-01").headline().phase);
        EXPECT_EQ(answer.headline().since, clinic.fold("p", "2019-06-01").headline().since);
    } while (std::ranges::next_permutation(facts, {}, &Fact::key).found);
}

TEST(Fold, LostIsSilentAltogether) {
    Story story("1989-07-13");
    const std::string pressure = story.condition("38341003", "Hypertension", "2011-01-01");
    story.medicine("Hydrochlorothiazide 25 MG", "2011-01-01", pressure);
    story.visit("AMB", "185345009", "43878008", "2019-01-05", "2019-01-05");
    EXPECT_EQ(story.stand("2019-06-01"), "heart treatment overdue | (infection care)");
}

TEST(Fold, APlanOfManyYearsIsOnlyBackground) {
    Story story;
    const std::string joint = story.condition("239873007", "Osteoarthritis of knee", "2009-10-02");
    story.plan("872781000000100", "2009-10-02", "2020-01-01", joint);
    EXPECT_EQ(story.at("musculoskeletal", "2010-01-01").phase, Phase::InSpan);
    story.visit("AMB", "185347001", "239873007", "2016-11-11", "2016-11-11");
    EXPECT_EQ(story.at("musculoskeletal", "2016-12-01").stage, Stage::Care);
    story.check_up("2017-04-25");
    EXPECT_EQ(story.at("musculoskeletal", "2018-01-01").stage, Stage::Ongoing);
}

TEST(Fold, AnImplausibleSpanIsNoImprovement) {
    Story story;
    story.plan("736252007", "2015-01-01", "2030-01-01", "");
    EXPECT_EQ(story.at("cancer", "2015-06-01").stage, Stage::Treatment);
    EXPECT_EQ(story.at("cancer", "2019-06-01").stage, Stage::Treatment);
}

TEST(Fold, EmergencyWithoutAKnownConcernIsAMinorAcuteProblem) {
    Story story;
    const std::string pressure = story.condition("38341003", "Hypertension", "2011-01-01");
    story.visit("EMER", "50849002", "", "2019-05-20T10:00:00Z", "2019-05-20T12:00:00Z");
    EXPECT_EQ(story.stand("2019-05-21").substr(0, 12), "general care");
    EXPECT_EQ(story.stand("2019-07-01").substr(0, 10), "heart care");
}

TEST(Fold, SocialNeedsNeverHeadline) {
    Story story;
    story.check_up("2019-05-01");
    story.condition("73595000", "Stress (finding)", "2019-05-01");
    story.condition("160903007", "Full-time employment (finding)", "2019-05-01");
    EXPECT_EQ(story.stand("2019-06-01"), "general ongoing | social care");
}

TEST(Fold, AVisitTellsOfASeriousDisease) {
    Story story;
    story.visit("AMB", "394701000", "195967001", "2018-09-01", "2018-09-01");
    story.visit("AMB", "185347001", "195967001", "2018-10-01", "2018-10-01");
    EXPECT_EQ(story.at("respiratory", "2019-06-01").rank, Rank::StableSerious);
}

TEST(Fold, ContraceptionIsNoTreatment) {
    Story story("1993-03-12");
    story.add(
        "MedicationRequest",
        R"("status":"active","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"831533","display":"Errin 28 Day Pack"}]},"authoredOn":"2019-05-01")");
    EXPECT_EQ(story.stand("2019-06-01"), "general ongoing");
}

TEST(Fold, AFollowUpVisitOpensNothing) {
    Story story;
    story.condition("44465007", "Sprain of ankle", "2019-01-01", "2019-01-15");
    story.visit("AMB", "390906007", "44465007", "2019-03-01", "2019-03-01");
    EXPECT_FALSE(story.at("injury", "2019-03-02").open);
}

TEST(Fold, TheNextChangeIsForetold) {
    Story story;
    story.condition("36971009", "Sinusitis", "2019-05-01");
    EXPECT_EQ(format_date(story.fold("2019-05-10").next_change), "2019-05-31");
    Story silent;
    EXPECT_EQ(format_date(silent.fold("1975-01-01").next_change), "1978-01-01");
    EXPECT_EQ(silent.fold("2019-01-01").next_change, no_time);
}

TEST(Medicine, IngredientsWithoutStrengthAndForm) {
    EXPECT_EQ(ingredient_of("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet"),
              "metformin");
    EXPECT_EQ(ingredient_of("metFORMIN 1000 MG"), "metformin");
    EXPECT_EQ(ingredient_of("Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet"),
              "acetaminophen+oxycodone");
    EXPECT_EQ(ingredient_of("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector"), "epinephrine");
    EXPECT_EQ(ingredient_of(""), "");
}

}  // namespace
}  // namespace parcours::position
