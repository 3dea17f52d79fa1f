#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

/// A complication of diabetes, how it is found, and after how many years at the earliest.
struct Complication {
    Ailment ailment;
    const Code* found_by;
    int years;
    double share;
};
constexpr Code eye_examination = snomed("410451008", "Ophthalmic examination");
constexpr Code foot_examination = snomed("401191002", "Diabetic foot examination");
constexpr std::array<Complication, 3> complications = {{
    {{snomed("422034002", "Diabetic retinopathy associated with type II diabetes mellitus"),
      "E11.319"},
     &eye_examination,
     5,
     0.16},
    {{snomed("368581000119106", "Neuropathy due to type 2 diabetes mellitus"), "E11.40"},
     &foot_examination,
     6,
     0.15},
    {{snomed("127013003", "Diabetic renal disease"), "E11.21"}, nullptr, 8, 0.12},
}};

void find_complication(Chart& chart, const Complication& kind, Day onset) {
    const Person& person = chart.person();
    const Day begun = onset + kind.years * days_per_year + chart.chance().between(0, 1500);
    const Day seen = std::max(begun, person.from + 40 + chart.chance().between(0, 200));
    if (seen >= person.to - 4) {
        return;
    }
    VisitPlan plan;
    plan.type = &visit_type::outpatient;
    plan.start = chart.office_hour(seen);
    const Visit visit = chart.visit(plan);
    if (kind.found_by != nullptr) {
        chart.operate(*kind.found_by, visit, 20, nullptr);
    } else {
        const std::int64_t ratio = chart.chance().between(60, 420);
        chart.observe(measure::albuminuria, ratio, visit, "H");
    }
    ProblemPlan problem;
    problem.ailment = &kind.ailment;
    problem.onset = visit.start;
    problem.recorded = visit.end;
    problem.visit = visit;
    chart.problem(problem);
}

}  // namespace

void live_complications(Chart& chart, const std::vector<Course>& courses) {
    for (const Course& course : courses) {
        if (course.row->disease != Disease::DiabetesType2) {
            continue;
        }
        for (const Complication& kind : complications) {
            const double share =
                course.affliction->controlled ? kind.share * 0.6 : kind.share * 1.8;
            if (chart.chance().holds(share)) {
                find_complication(chart, kind, course.affliction->onset);
            }
        }
    }
}

}  // namespace parcours::synth
