#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

constexpr Ailment pneumonia{snomed("233604007", "Pneumonia"), "J18.9"};
constexpr Ailment hip_fracture{snomed("5913000", "Fracture of neck of femur"), "S72.009A"};
constexpr Ailment infarction{snomed("22298006", "Myocardial Infarction"), "I21.9"};
constexpr Ailment appendicitis{snomed("74400008", "Appendicitis"), "K37"};
constexpr Ailment chest_pain{snomed("29857009", "Chest pain"), "R07.9"};
constexpr Ailment gallstones{snomed("235919008", "Cholelithiasis"), "K80.20"};
constexpr Ailment ketoacidosis{snomed("420422005", "Diabetic ketoacidosis"), "E10.10"};
constexpr Code knee_replacement = snomed("609588000", "Total knee replacement");
constexpr Code hip_repair = snomed("52734007", "Total replacement of hip");
constexpr Code appendectomy = snomed("80146002", "Appendectomy");
constexpr Code cholecystectomy = snomed("45595009", "Laparoscopic cholecystectomy");
constexpr Code coronary = snomed("415070008", "Percutaneous coronary intervention");
constexpr Code echocardiography = snomed("433236007", "Transthoracic echocardiography");
constexpr Code chest_x_ray = snomed("399208008", "Plain chest X-ray");
constexpr Code rehabilitation = snomed("91251008", "Physical therapy procedure");
constexpr Code heart_rehabilitation = snomed("313395003", "Cardiac rehabilitation");

/// Why somebody is admitted, and what is done.
struct Admission {
    const Ailment* ailment = nullptr;
    const Problem* known = nullptr;  ///< the lasting disease behind it, or null
    const Code* procedure = nullptr;
    const Code* plan = nullptr;  ///< rehabilitation afterwards
    int days_min = 2;
    int days_max = 6;
    int recovery_days = 60;
    bool planned = false;
    double readmission = 0.1;
};

Problem problem_of(Chart& chart, const Admission& why, const Visit& stay) {
    if (why.known != nullptr) {
        return *why.known;
    }
    ProblemPlan plan;
    plan.ailment = why.ailment;
    plan.onset = stay.start;
    plan.recorded = stay.end;
    plan.visit = stay;
    const Moment well = stay.end + why.recovery_days * minutes_per_day;
    if (well < start_of(chart.person().to)) {
        plan.abated = well;
    }
    return chart.problem(plan);
}

void after_discharge(Chart& chart, const Admission& why, const Problem& problem,
                     const Visit& stay) {
    const Day day = day_of(stay.end) + chart.chance().between(4, 14);
    if (day >= chart.person().to - 3 || !chart.documented(0.62)) {
        return;
    }
    VisitPlan plan;
    plan.type = &visit_type::follow_up;
    plan.start = chart.office_hour(day);
    plan.reason = &why.ailment->code;
    plan.diagnosis = problem.id;
    const Visit visit = chart.visit(plan);
    if (chart.documented(0.5)) {
        measure_pressure(chart, visit);
    }
}

/// One stay; `again` counts readmissions.
void stay_in_hospital(Chart& chart, const Admission& why, Day day, int again) {
    const Person& person = chart.person();
    if (chart.in_hospital(start_of(day - 2), start_of(day + why.days_max + 3))) {
        return;
    }
    Moment start = why.planned ? chart.office_hour(day) : chart.any_hour(day);
    if (!why.planned && chart.chance().holds(0.5)) {
        VisitPlan door;
        door.kind = "EMER";
        door.type = &visit_type::emergency;
        door.start = start;
        door.minutes = chart.chance().between(90, 420);
        door.reason = &why.ailment->code;
        start = chart.visit(door).end;
    }
    VisitPlan plan;
    plan.kind = "IMP";
    plan.type = &visit_type::inpatient;
    plan.start = start;
    plan.minutes = chart.chance().between(why.days_min, why.days_max) * minutes_per_day +
                   chart.chance().between(-300, 300);
    if (day_of(plan.start + plan.minutes) >= person.to) {
        plan.minutes = std::max<std::int64_t>(60, start_of(person.to) - plan.start - 30);
    }
    plan.reason = &why.ailment->code;
    plan.diagnosis = why.known != nullptr ? why.known->id : Id{};
    const std::int64_t age = age_on(person.born, day);
    plan.discharge = age > 78 && chart.chance().holds(0.3) ? "03"
                     : chart.chance().holds(0.12)          ? "06"
                                                           : "01";
    const Visit stay = chart.visit(plan);
    chart.admit(stay);
    const Problem problem = problem_of(chart, why, stay);
    if (why.procedure != nullptr) {
        const Visit theatre{stay.id, stay.start + 120, std::min(stay.end, stay.start + 300)};
        chart.operate(*why.procedure, theatre, 120, &problem);
    }
    if (chart.documented(0.3)) {
        chart.observe(measure::saturation, chart.chance().whole_around(94, 2, 84, 100), stay);
    }
    if (day_of(stay.end) >= person.to - 3) {
        return;
    }
    if (why.plan != nullptr && chart.documented(0.5)) {
        chart.plan_care(*why.plan, stay.end, stay.end + why.recovery_days * minutes_per_day,
                        &problem, {}, {}, "Exercise, twice a week");
    }
    const Day back = day_of(stay.end) + chart.chance().between(5, 28);
    if (again < 2 && back < person.to - 12 && chart.chance().holds(why.readmission)) {
        Admission same = why;
        same.known = &problem;
        same.procedure = nullptr;
        same.planned = false;
        stay_in_hospital(chart, same, back, again + 1);
        return;
    }
    after_discharge(chart, why, problem, stay);
}

/// How often, a year, a lasting disease brings somebody into hospital.
double yearly_rate(Disease disease) {
    switch (disease) {
        case Disease::HeartFailure:
            return 0.24;
        case Disease::Copd:
            return 0.12;
        case Disease::AtrialFibrillation:
            return 0.04;
        case Disease::CoronaryDisease:
        case Disease::DiabetesType1:
            return 0.05;
        case Disease::KidneyDisease:
            return 0.025;
        case Disease::Depression:
            return 0.006;
        default:
            return 0.0;
    }
}

Admission admission_for(const Course& course) {
    Admission why;
    why.ailment = &course.row->ailment;
    why.known = &course.problem;
    why.readmission = 0.2;
    switch (course.row->disease) {
        case Disease::HeartFailure:
            why.procedure = &echocardiography;
            why.days_max = 8;
            break;
        case Disease::CoronaryDisease:
            why.ailment = &infarction;
            why.known = nullptr;
            why.procedure = &coronary;
            why.plan = &heart_rehabilitation;
            break;
        case Disease::Copd:
            why.procedure = &chest_x_ray;
            break;
        case Disease::DiabetesType1:
            why.ailment = &ketoacidosis;
            why.known = nullptr;
            why.recovery_days = 14;
            break;
        default:
            break;
    }
    return why;
}

void live_disease_stays(Chart& chart, const Course& course) {
    const Person& person = chart.person();
    const double rate = yearly_rate(course.row->disease);
    for (Day year = person.from; rate > 0 && year < person.to; year += days_per_year) {
        const Day day = year + chart.chance().between(0, 364);
        if (day > course.affliction->onset + 10 && day < person.to - 12 &&
            chart.chance().holds(rate)) {
            stay_in_hospital(chart, admission_for(course), day, 0);
        }
    }
    const bool knee = course.row->disease == Disease::Osteoarthritis;
    const Day earliest = std::max(person.from, course.affliction->onset) + 200;
    if (knee && earliest < person.to - 60 && chart.chance().holds(0.16)) {
        Admission why = admission_for(course);
        why.procedure = &knee_replacement;
        why.plan = &rehabilitation;
        why.planned = true;
        why.recovery_days = 90;
        why.readmission = 0.04;
        stay_in_hospital(chart, why, chart.chance().between(earliest, person.to - 60), 0);
    }
}

void observe_chest_pain(Chart& chart, Day day) {
    VisitPlan plan;
    plan.kind = "OBSENC";
    plan.type = &visit_type::problem;
    plan.start = chart.any_hour(day);
    plan.minutes = chart.chance().between(500, 1380);
    plan.reason = &chest_pain.code;
    plan.discharge = "01";
    const Visit visit = chart.visit(plan);
    ProblemPlan what;
    what.ailment = &chest_pain;
    what.onset = visit.start - 90;
    what.recorded = visit.end;
    what.abated = visit.end;
    what.visit = visit;
    chart.problem(what);
}

/// A stay that no lasting disease explains.
struct Chanced {
    const Ailment* ailment;
    const Code* procedure;
    const Code* plan;
    std::array<int, 10> per_ten_thousand;  ///< a year, by decade of age
    int recovery_days;
    bool planned;
};
constexpr std::array<Chanced, 4> chanced = {{
    {&pneumonia, &chest_x_ray, nullptr, {8, 3, 4, 6, 10, 18, 45, 110, 260, 420}, 40, false},
    {&hip_fracture, &hip_repair, &rehabilitation, {0, 0, 0, 1, 2, 6, 18, 60, 190, 320}, 90, false},
    {&appendicitis, &appendectomy, nullptr, {5, 18, 14, 10, 8, 6, 5, 4, 3, 2}, 21, false},
    {&gallstones, &cholecystectomy, nullptr, {0, 1, 12, 20, 25, 28, 30, 28, 20, 10}, 28, true},
}};

}  // namespace

void live_hospital(Chart& chart, const std::vector<Course>& courses) {
    const Person& person = chart.person();
    for (const Course& course : courses) {
        live_disease_stays(chart, course);
    }
    for (const Chanced& kind : chanced) {
        bool done = false;
        for (Day year = person.from; year < person.to; year += days_per_year) {
            const Day day = year + chart.chance().between(0, 364);
            const auto decade =
                static_cast<std::size_t>(std::min<std::int64_t>(9, age_on(person.born, day) / 10));
            const double rate = kind.per_ten_thousand[decade] / 10000.0;
            if (done || day >= person.to - 14 || !chart.chance().holds(rate)) {
                continue;
            }
            Admission why;
            why.ailment = kind.ailment;
            why.procedure = kind.procedure;
            why.plan = kind.plan;
            why.recovery_days = kind.recovery_days;
            why.planned = kind.planned;
            stay_in_hospital(chart, why, day, 0);
            done = kind.procedure != &chest_x_ray;
        }
    }
    const std::int64_t age = age_on(person.born, person.to);
    const Day day = person.from + chart.chance().between(20, 3400);
    if (age > 40 && day < person.to - 4 && chart.chance().holds(0.06)) {
        observe_chest_pain(chart, day);
    }
}

void live_hospital_now(Chart& chart, const std::vector<Course>& courses) {
    const Person& person = chart.person();
    const Day until = chart.setting().until;
    const bool present = !person.died && !person.left && person.to - person.from > 60;
    if (!present || age_on(person.born, person.to) < 18 || courses.empty()) {
        return;
    }
    const Course& course = *std::max_element(
        courses.begin(), courses.end(), [](const Course& one, const Course& other) {
            return yearly_rate(one.row->disease) < yearly_rate(other.row->disease);
        });
    const bool serious = yearly_rate(course.row->disease) > 0;
    const double draw = chart.chance().unit();
    const bool lies_there = draw < (serious ? 0.02 : 0.002);
    const bool is_expected = !lies_there && draw > 0.99;
    if (!lies_there && !is_expected) {
        return;
    }
    VisitPlan plan;
    plan.kind = "IMP";
    plan.type = &visit_type::inpatient;
    plan.reason = serious || is_expected ? &course.row->ailment.code : &pneumonia.code;
    plan.diagnosis = serious || is_expected ? course.problem.id : Id{};
    if (lies_there) {
        plan.status = "in-progress";
        plan.start = chart.any_hour(until - chart.chance().between(1, 6));
        if (!chart.in_hospital(plan.start, start_of(until))) {
            chart.admit(chart.visit(plan));
        }
        return;
    }
    plan.status = "planned";
    plan.start = chart.office_hour(until + chart.chance().between(3, 60));
    plan.minutes = chart.chance().between(1, 4) * minutes_per_day;
    chart.visit(plan);
}

}  // namespace parcours::synth
