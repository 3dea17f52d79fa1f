#include <algorithm>
#include <cstdint>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

constexpr Code colonoscopy = snomed("73761001", "Colonoscopy");
constexpr Code polypectomy = snomed("274031008", "Rectal polypectomy");
constexpr Ailment polyp{snomed("68496003", "Polyp of colon"), "K63.5"};
constexpr Code mammography = snomed("71651007", "Mammography");
constexpr Code breast_biopsy = snomed("122548005", "Biopsy of breast");
constexpr Code cytology = snomed("90226004", "Cytopathology procedure, genital smear");
constexpr Code screening_reason = snomed("275978004", "Screening for malignant neoplasm of colon");

bool had_cancer(const Person& person, Disease disease, Day day) {
    return person.has(disease, day);
}

Visit attend(Chart& chart, const Code& type, Day day, const Code* reason, std::int64_t minutes) {
    VisitPlan plan;
    plan.type = &type;
    plan.start = chart.office_hour(day);
    plan.minutes = minutes;
    plan.reason = reason;
    return chart.visit(plan);
}

void look_inside(Chart& chart, Day day, bool after_positive) {
    const Visit visit = attend(chart, visit_type::outpatient, day, &screening_reason, 60);
    const bool found = chart.chance().holds(after_positive ? 0.5 : 0.25);
    chart.operate(colonoscopy, visit, 45, nullptr);
    if (!found) {
        return;
    }
    ProblemPlan plan;
    plan.ailment = &polyp;
    plan.onset = visit.start;
    plan.recorded = visit.end;
    plan.abated = visit.end;
    plan.visit = visit;
    const Problem problem = chart.problem(plan);
    chart.operate(polypectomy, visit, 60, &problem);
}

/// Stool tests by post, or a colonoscopy every ten years. A positive test is followed by a
/// colonoscopy mostly; where it is not, the record shows the gap.
void screen_colon(Chart& chart, Day end) {
    const Person& person = chart.person();
    const bool by_post = chart.chance().holds(0.62);
    Day day =
        std::max(person.from, person.born + 45 * 36525 / 100) + chart.chance().between(30, 700);
    const Day last = std::min(end - 4, person.born + 76 * 36525 / 100);
    if (chart.chance().holds(0.3)) {
        return;  // never answers an invitation
    }
    while (day < last && !had_cancer(person, Disease::ColonCancer, day)) {
        if (!by_post) {
            look_inside(chart, day, false);
            return;
        }
        const bool positive = chart.chance().holds(0.065);
        const std::int64_t value =
            positive ? chart.chance().between(102, 600) : chart.chance().between(0, 60);
        const Moment when = chart.office_hour(day);
        chart.observe(measure::fit, value, {Id{}, when, when + minutes_per_day},
                      positive ? "POS" : "NEG");
        if (positive && chart.chance().holds(0.8) && day + 70 < last) {
            look_inside(chart, day + chart.chance().between(14, 60), true);
            return;
        }
        day += chart.gap(540);
    }
}

void report_breast(Chart& chart, const Visit& visit, bool suspicious) {
    if (!suspicious && !chart.documented(0.3)) {
        return;
    }
    Line line = chart.about(Type::DiagnosticReport, chart.new_id(), visit.end);
    line.raw(
        R"(,"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}])");
    line.concept_of("code", loinc("24606-6", "MG Breast Screening"));
    line.moment("effectiveDateTime", visit.start).moment("issued", visit.end);
    line.text("conclusion",
              suspicious ? "BI-RADS 4: suspicious, biopsy advised" : "BI-RADS 1: negative");
    line.end();
}

void screen_breast(Chart& chart, Day end) {
    const Person& person = chart.person();
    if (!person.female || chart.chance().holds(0.28)) {
        return;
    }
    Day day =
        std::max(person.from, person.born + 40 * 36525 / 100) + chart.chance().between(30, 800);
    const Day last = std::min(end - 50, person.born + 75 * 36525 / 100);
    for (; day < last && !had_cancer(person, Disease::BreastCancer, day); day += chart.gap(800)) {
        const Visit visit = attend(chart, visit_type::outpatient, day, nullptr, 30);
        const bool suspicious = chart.chance().holds(0.05);
        chart.operate(mammography, visit, 20, nullptr);
        report_breast(chart, visit, suspicious);
        if (suspicious && chart.chance().holds(0.85)) {
            const Visit biopsy = attend(chart, visit_type::outpatient, day + 20, nullptr, 60);
            chart.operate(breast_biopsy, biopsy, 30, nullptr);
        }
    }
}

void screen_cervix(Chart& chart, Day end) {
    const Person& person = chart.person();
    if (!person.female || chart.chance().holds(0.3)) {
        return;
    }
    Day day =
        std::max(person.from, person.born + 21 * 36525 / 100) + chart.chance().between(30, 1000);
    const Day last = std::min(end - 4, person.born + 65 * 36525 / 100);
    for (; day < last; day += chart.gap(1250)) {
        const Visit visit = attend(chart, visit_type::outpatient, day, nullptr, 20);
        chart.operate(cytology, visit, 10, nullptr);
        if (chart.documented(0.6)) {
            const bool abnormal = chart.chance().holds(0.06);
            chart.note(loinc("10524-7", "Cytology of cervix"), measure::lab,
                       abnormal ? Code{System::Local, "", "Atypical squamous cells (ASC-US)"}
                                : Code{System::Local, "", "Negative for intraepithelial lesion"},
                       visit);
        }
    }
}

}  // namespace

void live_screening(Chart& chart, Day last) {
    if (age_on(chart.person().born, chart.person().to) < 21) {
        return;
    }
    screen_colon(chart, last);
    screen_breast(chart, last);
    screen_cervix(chart, last);
}

}  // namespace parcours::synth
