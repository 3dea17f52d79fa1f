#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

constexpr std::string_view survey = "survey";
constexpr std::string_view social = "social-history";

constexpr Code smoking_status = loinc("72166-2", "Tobacco smoking status");
constexpr Code housing = loinc("71802-3", "Housing status");
constexpr Code food = loinc("88122-7", "Worried food would run out in the last 12 months");
constexpr Code transport =
    loinc("93030-5", "Lack of transportation kept from appointments or work");
constexpr Code education = loinc("82589-3", "Highest level of education");

Code lacking(std::string_view text) {
    return {System::Local, "", text};
}

void ask_smoking(Chart& chart, const Visit& visit) {
    const Person& person = chart.person();
    constexpr std::array<Code, 3> answers = {snomed("266919005", "Never smoker"),
                                             snomed("8517006", "Former smoker"),
                                             snomed("449868002", "Current every day smoker")};
    Smoking now = person.smoking;
    // Those who stopped did so within the history of some: earlier answers say "current".
    if (now == Smoking::Former && chart.chance().holds(0.3) &&
        day_of(visit.start) < chart.setting().until - 2000) {
        now = Smoking::Current;
    }
    chart.note(smoking_status, social, answers[static_cast<std::size_t>(now)], visit);
}

void ask_needs(Chart& chart, const Visit& visit) {
    Chance& chance = chart.chance();
    const std::uint64_t fate = mixed(chart.person().key, 71);
    const bool hardship = fate % 100 < 12;  // needs come together, and last
    if (chart.documented(0.25)) {
        const bool unsure = chance.holds(hardship ? 0.5 : 0.03);
        chart.note(
            housing, social,
            unsure ? loinc("LA31994-9", "I have a place to live today, but worry about losing it")
                   : loinc("LA31993-1", "I have a steady place to live"),
            visit);
    }
    if (chart.documented(0.25)) {
        const bool often = chance.holds(hardship ? 0.55 : 0.04);
        chart.note(food, survey,
                   often ? loinc("LA6729-3", "Sometimes true") : loinc("LA28398-8", "Never true"),
                   visit);
    }
    if (chart.documented(0.22)) {
        const bool lacks = chance.holds(hardship ? 0.5 : 0.04);
        chart.note(transport, survey, lacks ? loinc("LA33-6", "Yes") : loinc("LA32-8", "No"),
                   visit);
    }
}

void tell_family(Chart& chart, const Visit& visit) {
    struct Kin {
        std::string_view code;
        std::string_view name;
    };
    constexpr std::array<Kin, 4> kin = {
        {{"MTH", "mother"}, {"FTH", "father"}, {"SIS", "sister"}, {"BRO", "brother"}}};
    constexpr std::array<Disease, 7> told = {Disease::DiabetesType2,   Disease::Hypertension,
                                             Disease::BreastCancer,    Disease::ColonCancer,
                                             Disease::CoronaryDisease, Disease::Stroke,
                                             Disease::Depression};
    Line line = chart.about(Type::FamilyMemberHistory, chart.new_id(), visit.end, "patient");
    Kin who = chart.chance().pick(kin);
    const Disease disease = chart.chance().pick(told);
    if (disease == Disease::BreastCancer) {
        who = kin[0];
    }
    line.raw(R"(,"status":"completed")").day("date", day_of(visit.start));
    line.raw(
        R"(,"relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":")");
    line.raw(who.code).raw(R"(","display":")").raw(who.name).raw("\"}]}");
    line.raw(R"(,"condition":[{"code":{"coding":[)").coding(row_of(disease).ailment.code);
    line.raw("]}}]").end();
}

void tell_allergy(Chart& chart, const Visit& visit) {
    constexpr std::array<Code, 8> kinds = {snomed("91936005", "Allergy to penicillin"),
                                           snomed("419263009", "Allergy to tree pollen"),
                                           snomed("418689008", "Allergy to grass pollen"),
                                           snomed("232350006", "House dust mite allergy"),
                                           snomed("300913006", "Shellfish allergy"),
                                           snomed("91935009", "Allergy to peanuts"),
                                           snomed("91930004", "Allergy to eggs"),
                                           snomed("300916003", "Latex allergy")};
    Line line = chart.about(Type::AllergyIntolerance, chart.new_id(), visit.end, "patient");
    line.raw(
        R"(,"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}]},"type":"allergy")");
    line.text("criticality", chart.chance().holds(0.15) ? "high" : "low");
    line.concept_of("code", chart.chance().pick(kinds));
    line.moment("recordedDate", visit.end).end();
}

}  // namespace

void ask_social(Chart& chart, const Visit& visit, bool first) {
    const std::int64_t age = age_on(chart.person().born, day_of(visit.start));
    if (age >= 13 && chart.documented(first ? 0.7 : 0.16)) {
        ask_smoking(chart, visit);
    }
    if (age >= 18 && chart.documented(first ? 0.35 : 0.08)) {
        const bool heavy = chart.person().has(Disease::Alcohol, day_of(visit.start));
        chart.observe(measure::audit_c, chart.chance().whole_around(heavy ? 8 : 2, 1.5, 0, 12),
                      visit);
    }
    if (age >= 18 && (first || chart.chance().holds(0.1))) {
        ask_needs(chart, visit);
    }
    if (first && age >= 22 && chart.documented(0.25)) {
        constexpr std::array<std::string_view, 4> levels = {
            "High school diploma", "Some college", "Bachelor's degree", "Less than high school"};
        chart.note(education, social, lacking(chart.chance().pick(levels)), visit);
    }
    if (first && age >= 16 && chart.documented(0.3)) {
        tell_family(chart, visit);
    }
    if (first && chart.documented(0.14)) {
        tell_allergy(chart, visit);
    }
}

}  // namespace parcours::synth
