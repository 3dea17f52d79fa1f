#include <algorithm>
#include <cstdint>
#include <optional>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

constexpr Code chemotherapy = snomed("367336001", "Chemotherapy");
constexpr Code radiotherapy = snomed("108290001", "Radiation oncology AND/OR radiotherapy");
constexpr Code lumpectomy = snomed("392021009", "Lumpectomy of breast");
constexpr Code breast_biopsy = snomed("122548005", "Biopsy of breast");
constexpr Code colon_biopsy = snomed("76164006", "Biopsy of colon");
constexpr Code colon_resection = snomed("43075005", "Partial resection of colon");
constexpr Code lung_biopsy = snomed("173160006", "Diagnostic fiberoptic bronchoscopy");
constexpr Code lung_resection = snomed("173171007", "Lobectomy of lung");
constexpr Code prostate_biopsy = snomed("65575008", "Biopsy of prostate");
constexpr Code prostatectomy = snomed("90470006", "Prostatectomy");
constexpr Drug paclitaxel{rxnorm("583214", "PACLitaxel 100 MG Injection"), 21};
constexpr Drug oxaliplatin{rxnorm("1736776", "10 ML oxaliplatin 5 MG/ML Injection"), 21};
constexpr Drug cisplatin{rxnorm("1736854", "Cisplatin 50 MG Injection"), 21};
constexpr Drug docetaxel{rxnorm("1860480", "1 ML DOCEtaxel 20 MG/ML Injection"), 21};

struct Pathway {
    const Code* biopsy;
    const Code* surgery;
    const Drug* infusion;
};

Pathway pathway_of(Disease disease) {
    switch (disease) {
        case Disease::BreastCancer:
            return {&breast_biopsy, &lumpectomy, &paclitaxel};
        case Disease::ColonCancer:
            return {&colon_biopsy, &colon_resection, &oxaliplatin};
        case Disease::LungCancer:
            return {&lung_biopsy, &lung_resection, &cisplatin};
        default:
            return {&prostate_biopsy, &prostatectomy, &docetaxel};
    }
}

Visit attend(Chart& chart, const Code& type, Day day, const DiseaseRow& row, Id diagnosis,
             std::string_view kind, std::int64_t minutes) {
    VisitPlan plan;
    plan.kind = kind;
    plan.type = &type;
    plan.start = chart.office_hour(day);
    plan.minutes = minutes;
    plan.reason = &row.ailment.code;
    plan.diagnosis = diagnosis;
    plan.discharge = kind == "IMP" ? "01" : "";
    return chart.visit(plan);
}

/// Surgery and cycles of chemotherapy after the diagnosis; gives the last day of treatment.
Day treat(Chart& chart, const DiseaseRow& row, const Problem& problem, Day found) {
    const Pathway path = pathway_of(row.disease);
    const Day last = chart.person().to - 6;
    Day day = found + chart.chance().between(14, 35);
    if (day < last && chart.chance().holds(0.75)) {
        const Visit stay = attend(chart, visit_type::inpatient, day, row, problem.id, "IMP",
                                  chart.chance().between(1, 5) * minutes_per_day);
        chart.admit(stay);
        chart.operate(*path.surgery, {stay.id, stay.start + 60, stay.end}, 150, &problem);
        day += chart.chance().between(28, 45);
    }
    const bool radiation = chart.chance().holds(0.25);
    const std::int64_t cycles = chart.chance().between(3, 6);
    for (std::int64_t i = 0; i < cycles && day < last; ++i) {
        if (chart.documented(0.7)) {
            const Visit visit =
                attend(chart, visit_type::outpatient, day, row, problem.id, "AMB", 240);
            chart.operate(radiation ? radiotherapy : chemotherapy, visit, 200, &problem);
            if (!radiation && chart.documented(0.5)) {
                chart.prescribe(*path.infusion, visit, &problem,
                                supply_status(chart, visit.end, 21));
            }
        }
        day += 21;
    }
    return std::min(day, last);
}

Problem find_cancer(Chart& chart, const Affliction& affliction, const DiseaseRow& row, Day seen) {
    const bool earlier = affliction.onset < chart.person().from;
    const Visit visit = attend(chart, earlier ? visit_type::problem : visit_type::outpatient, seen,
                               row, {}, "AMB", 60);
    ProblemPlan plan;
    plan.ailment = &row.ailment;
    plan.onset = earlier ? start_of(affliction.onset) : visit.start;
    plan.recorded = visit.end;
    plan.visit = visit;
    if (affliction.remission && *affliction.remission > seen) {
        plan.abated = start_of(*affliction.remission);
        plan.clinical = "remission";
    } else if (affliction.remission) {
        plan.abated = start_of(*affliction.remission);
        plan.clinical = chart.chance().holds(0.5) ? "remission" : "resolved";
    }
    const Problem problem = chart.problem(plan);
    if (!earlier) {
        chart.operate(*pathway_of(row.disease).biopsy, visit, 40, nullptr);
    }
    return problem;
}

void live_cancer(Chart& chart, const Affliction& affliction) {
    const Person& person = chart.person();
    const DiseaseRow& row = row_of(affliction.disease);
    const bool earlier = affliction.onset < person.from;
    const Day seen = earlier ? std::min(person.from + chart.chance().between(5, 80), person.to - 4)
                             : affliction.onset;
    const Problem problem = find_cancer(chart, affliction, row, seen);
    Day day = seen + chart.gap(200);
    if (!earlier) {
        const Day treated = treat(chart, row, problem, seen);
        if (chart.chance().holds(0.7)) {
            const std::optional<Moment> end =
                treated > seen + 10 ? std::optional<Moment>(start_of(treated)) : std::nullopt;
            const Id team = chart.documented(0.5) ? chart.team(problem.onset + 60, &problem) : Id{};
            chart.plan_care(*row.plan, problem.onset + 60, end, &problem, {}, team,
                            "Cancer education");
        }
        day = treated + chart.gap(120);
        if (row.drugs[0] != nullptr && treated > seen + 10 && treated < person.to - 6 &&
            chart.chance().holds(0.6)) {
            const Visit visit =
                attend(chart, visit_type::treatment, treated, row, problem.id, "AMB", 30);
            chart.prescribe(*row.drugs[0], visit, &problem,
                            supply_status(chart, visit.end, row.drugs[0]->supply_days));
        }
    }
    for (; day < person.to - 4; day += chart.gap(260)) {
        const Visit visit = attend(chart, visit_type::follow_up, day, row, problem.id, "AMB", 30);
        if (row.disease == Disease::ProstateCancer && chart.documented(0.5)) {
            chart.observe(measure::psa, chart.chance().whole_around(9, 6, 1, 80), visit);
        }
    }
}

}  // namespace

void live_cancers(Chart& chart) {
    for (const Affliction& affliction : chart.person().afflictions) {
        if (affliction.disease >= Disease::BreastCancer) {
            live_cancer(chart, affliction);
        }
    }
}

}  // namespace parcours::synth
