#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

bool is_cancer(Disease disease) {
    return disease >= Disease::BreastCancer;
}

std::string_view goal_of(Disease disease) {
    switch (disease) {
        case Disease::DiabetesType1:
        case Disease::DiabetesType2:
            return "Hemoglobin A1c total in Blood < 7.0";
        case Disease::Hypertension:
            return "Maintain blood pressure below 140/90 mmHg";
        case Disease::Prediabetes:
            return "Lose 5 percent of body weight";
        case Disease::HeartFailure:
            return "Weigh daily, call when up 2 kg in 3 days";
        case Disease::Depression:
            return "PHQ-9 below 5";
        case Disease::Anxiety:
            return "GAD-7 below 5";
        case Disease::Dementia:
            return "Safe at home, with support for the carer";
        case Disease::Copd:
        case Disease::Asthma:
            return "No exacerbation for six months";
        default:
            return "Be active for 30 minutes on five days a week";
    }
}

std::string_view activity_of(Disease disease) {
    switch (disease) {
        case Disease::DiabetesType1:
        case Disease::DiabetesType2:
        case Disease::Prediabetes:
            return "Diabetic diet and exercise";
        case Disease::Asthma:
        case Disease::Copd:
            return "Inhaler technique, avoidance of smoke";
        case Disease::Depression:
        case Disease::Anxiety:
            return "Talking therapy";
        case Disease::Dementia:
            return "Memory skills, respite for the carer";
        default:
            return "Low salt diet and physical exercise";
    }
}

void start_drug(Chart& chart, Course& course, const Visit& visit) {
    const Drug* drug =
        course.line < course.row->drugs.size() ? course.row->drugs[course.line] : nullptr;
    if (drug == nullptr) {
        return;
    }
    chart.prescribe(*drug, visit, &course.problem,
                    supply_status(chart, visit.end, drug->supply_days));
    ++course.line;
    course.last_supply = visit.end + drug->supply_days * minutes_per_day;
}

/// Renews what is taken; of several medicines the older ones are sometimes forgotten.
void renew_drugs(Chart& chart, Course& course, const Visit& visit) {
    for (std::size_t i = course.first; i < course.line; ++i) {
        if (i + 1 < course.line && chart.chance().holds(0.2)) {
            continue;
        }
        const Drug& drug = *course.row->drugs[i];
        chart.prescribe(drug, visit, &course.problem,
                        supply_status(chart, visit.end, drug.supply_days));
        course.last_supply = visit.end + drug.supply_days * minutes_per_day;
    }
}

/// The next line of treatment, beside what is taken or instead of it.
void change_treatment(Chart& chart, Course& course, const Visit& visit) {
    const std::size_t before = course.line;
    start_drug(chart, course, visit);
    if (course.line == before) {
        renew_drugs(chart, course, visit);
    } else if (chart.chance().holds(0.5)) {
        course.first = before;
    }
}

/// Monitoring and treatment of one disease at a follow-up visit.
void manage(Chart& chart, Course& course, const Visit& visit, bool main, bool remote) {
    const Disease disease = course.row->disease;
    const bool sugar = disease == Disease::DiabetesType1 || disease == Disease::DiabetesType2;
    if (!remote && chart.documented(main ? (sugar ? 1.3 : 0.8) : (sugar ? 1.0 : 0.3))) {
        measure_disease(chart, visit, course);
    }
    if (course.line == course.first) {
        return;
    }
    const bool due = visit.start > course.last_supply - 150 * minutes_per_day;
    // Those whose treatment fails are also those who forget to renew.
    const double written = std::min(1.0, 0.3 + 1.4 * chart.setting().volume);
    const double share = !due ? 0.05 : course.affliction->controlled ? 0.86 : 0.6;
    if (!chart.chance().holds(share * written)) {
        return;
    }
    if (!course.affliction->controlled && chart.chance().holds(0.25)) {
        change_treatment(chart, course, visit);
    } else {
        renew_drugs(chart, course, visit);
    }
}

void plan_course(Chart& chart, const Course& course, Moment start) {
    if (course.row->plan == nullptr || !chart.documented(0.4)) {
        return;
    }
    const Disease disease = course.row->disease;
    const Problem* problem = &course.problem;
    const bool reached = course.affliction->controlled && chart.chance().holds(0.35);
    const Id goal =
        chart.documented(0.6) ? chart.aim(goal_of(disease), start, reached, problem) : Id{};
    const Id team = chart.documented(0.22) ? chart.team(start, problem) : Id{};
    std::optional<Moment> end;
    if (chart.chance().holds(0.25)) {
        end = start + chart.chance().between(120, 400) * minutes_per_day;
    }
    chart.plan_care(*course.row->plan, start, end, problem, goal, team, activity_of(disease));
}

/// The visit at which the practice learns of what somebody brings along.
Visit first_visit(Chart& chart) {
    VisitPlan plan;
    plan.type = &visit_type::problem;
    plan.start = chart.office_hour(
        std::min(chart.person().from + chart.chance().between(3, 60), chart.person().to - 3));
    plan.minutes = 45;
    return chart.visit(plan);
}

Course open_course(Chart& chart, const Affliction& affliction, std::optional<Visit>& intake) {
    const Person& person = chart.person();
    Course course;
    course.affliction = &affliction;
    course.row = &row_of(affliction.disease);
    const bool known_before = affliction.onset < person.from + 14;
    Visit visit;
    if (known_before) {
        if (!intake) {
            intake = first_visit(chart);
        }
        visit = *intake;
    } else {
        VisitPlan plan;
        const bool silent = affliction.disease == Disease::Hypertension ||
                            affliction.disease == Disease::Hyperlipidemia ||
                            affliction.disease == Disease::Prediabetes ||
                            affliction.disease == Disease::Obesity;
        plan.type = silent ? &visit_type::follow_up : &visit_type::symptom;
        if (affliction.disease == Disease::Stroke) {
            plan.kind = "EMER";
            plan.type = &visit_type::emergency;
            plan.minutes = 240;
        }
        plan.start = chart.office_hour(affliction.onset);
        plan.reason = &course.row->ailment.code;
        visit = chart.visit(plan);
    }
    ProblemPlan problem;
    problem.ailment = &course.row->ailment;
    problem.onset = known_before ? std::min(start_of(affliction.onset), visit.start) : visit.start;
    problem.recorded = visit.end;
    if (affliction.remission && start_of(*affliction.remission) > visit.end) {
        problem.abated = start_of(*affliction.remission);
        problem.clinical = chart.chance().holds(0.5) ? "remission" : "resolved";
    }
    problem.visit = visit;
    course.problem = chart.problem(problem);
    if (day_of(visit.end) <= person.to) {
        if (chart.chance().holds(0.9)) {
            measure_disease(chart, visit, course);
        }
        start_drug(chart, course, visit);
        plan_course(chart, course, visit.end);
    }
    return course;
}

bool under_care(const Course& course, Day day) {
    const Affliction& affliction = *course.affliction;
    // The visit of the diagnosis itself may have moved past a weekend.
    return course.row->followed && affliction.onset + 7 < day &&
           (!affliction.remission || *affliction.remission > day);
}

void attend(Chart& chart, std::vector<Course>& courses, const std::vector<std::size_t>& open,
            Day day) {
    Course& main = courses[open[static_cast<std::size_t>(
        chart.chance().between(0, static_cast<std::int64_t>(open.size()) - 1))]];
    const double draw = chart.chance().unit();
    VisitPlan plan;
    plan.kind = draw < 0.10 ? "VR" : draw < 0.13 ? "HH" : "AMB";
    plan.type = draw < 0.10   ? &visit_type::tele
                : draw < 0.13 ? &visit_type::home
                              : &visit_type::follow_up;
    plan.start = chart.office_hour(day);
    plan.reason = chart.chance().holds(0.6) ? &main.row->ailment.code : nullptr;
    plan.diagnosis = plan.reason == nullptr && chart.chance().holds(0.7) ? main.problem.id : Id{};
    plan.status = chart.chance().holds(0.004) ? "in-progress" : "finished";
    if (chart.documented(0.22)) {
        book(chart, "fulfilled", plan.start,
             plan.start - chart.chance().between(7, 60) * minutes_per_day, "FOLLOWUP", plan.reason);
    }
    const Visit visit = chart.visit(plan);
    const bool remote = plan.kind == "VR";
    for (const std::size_t index : open) {
        manage(chart, courses[index], visit, &courses[index] == &main, remote);
    }
    if (!remote && chart.documented(0.25)) {
        measure_body(chart, visit, 0.5);
    }
}

}  // namespace

std::string_view supply_status(Chart& chart, Moment authored, int supply_days) {
    const Moment end = authored + supply_days * minutes_per_day;
    const double draw = chart.chance().unit();
    if (end > start_of(chart.setting().until)) {
        return draw < 0.04 ? "stopped" : "active";
    }
    // Old prescriptions that nobody closed are as common here as in real exports.
    return draw < 0.3 ? "active" : draw < 0.86 ? "completed" : "stopped";
}

std::vector<Course> open_courses(Chart& chart) {
    std::optional<Visit> intake;
    std::vector<const Affliction*> ordered;
    for (const Affliction& affliction : chart.person().afflictions) {
        if (!is_cancer(affliction.disease)) {
            ordered.push_back(&affliction);
        }
    }
    std::sort(ordered.begin(), ordered.end(), [](const Affliction* a, const Affliction* b) {
        return std::pair(a->onset, a->disease) < std::pair(b->onset, b->disease);
    });
    std::vector<Course> courses;
    courses.reserve(ordered.size());
    for (const Affliction* affliction : ordered) {
        courses.push_back(open_course(chart, *affliction, intake));
    }
    return courses;
}

void follow_courses(Chart& chart, std::vector<Course>& courses) {
    const Person& person = chart.person();
    // Some stop coming: the record falls silent, which is not the same as being well.
    const Day last =
        chart.chance().holds(0.09) ? chart.chance().between(person.from, person.to) : person.to;
    Day day = person.from + 20 + chart.gap(150);
    while (day < last - 3) {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < courses.size(); ++i) {
            if (under_care(courses[i], day)) {
                open.push_back(i);
            }
        }
        if (!open.empty()) {
            attend(chart, courses, open, day);
            if (chart.documented(0.05)) {
                const Day missed = std::min(day + chart.chance().between(30, 60), last - 1);
                book(chart, chart.chance().holds(0.6) ? "noshow" : "cancelled",
                     chart.office_hour(missed), start_of(day), "FOLLOWUP", nullptr);
            }
        }
        day += chart.gap(open.size() > 2 ? 260 : 350);
    }
}

}  // namespace parcours::synth
