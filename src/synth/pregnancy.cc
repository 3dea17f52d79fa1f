#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

constexpr Ailment pregnancy{snomed("72892002", "Normal pregnancy"), "Z34.90"};
constexpr Ailment miscarriage{snomed("19169002", "Miscarriage in first trimester"), "O03.9"};
constexpr Ailment preeclampsia{snomed("398254007", "Preeclampsia"), "O14.90"};
constexpr Code antenatal_care = snomed("134435003", "Routine antenatal care");
constexpr Code childbirth = snomed("66348005", "Childbirth");
constexpr Code caesarean = snomed("11466000", "Cesarean section");
constexpr Code fundal_height = snomed("274804006", "Evaluation of uterine fundal height");
constexpr Code fetal_heart = snomed("225158009", "Auscultation of the fetal heart");
constexpr Code ultrasound = snomed("169230002", "Ultrasound scan for fetal viability");
constexpr Code glucose_screen = snomed("268556000", "Urine screening for glucose");
constexpr Measure gestation{loinc("49051-6", "Gestational age in weeks"), measure::vital, "wk", 0};
constexpr Drug iron{rxnorm("310325", "ferrous sulfate 325 MG Oral Tablet"), 90};

enum class Outcome : std::uint8_t { Birth, Loss, UnderWay };

struct Gestation {
    Day begun = 0;
    Day end = 0;  ///< of the pregnancy, or the end of history where it is under way
    Outcome outcome = Outcome::Birth;
};

void check_prenatal(Chart& chart, const Gestation& g, const Problem& problem, Day day) {
    VisitPlan plan;
    plan.type = &visit_type::prenatal;
    plan.start = chart.office_hour(day);
    plan.reason = &pregnancy.code;
    plan.diagnosis = problem.id;
    const Visit visit = chart.visit(plan);
    const std::int64_t weeks = (day - g.begun) / 7;
    if (chart.documented(0.5)) {
        measure_pressure(chart, visit);
    }
    if (chart.documented(0.25)) {
        chart.observe(gestation, weeks, visit);
    }
    if (weeks >= 20 && chart.documented(0.3)) {
        chart.operate(fundal_height, visit, 10, &problem);
        chart.operate(fetal_heart, visit, 10, &problem);
    }
    if (weeks >= 24 && weeks <= 28 && chart.documented(0.6)) {
        chart.operate(glucose_screen, visit, 15, &problem);
    }
}

void care_for(Chart& chart, const Gestation& g, const Problem& problem) {
    const std::int64_t step = chart.gap(48);
    for (Day day = g.begun + 84 + chart.chance().between(0, 14); day < g.end - 6; day += step) {
        if (day < chart.person().to - 3) {
            check_prenatal(chart, g, problem, day);
        }
    }
    if (g.outcome == Outcome::Birth && chart.chance().holds(0.04)) {
        ProblemPlan plan;
        plan.ailment = &preeclampsia;
        plan.onset = start_of(g.end - 20);
        plan.recorded = plan.onset;
        plan.abated = start_of(g.end + 14) < start_of(chart.person().to)
                          ? std::optional<Moment>(start_of(g.end + 14))
                          : std::nullopt;
        chart.problem(plan);
    }
}

void give_birth(Chart& chart, const Gestation& g, const Problem& problem, Moment labour) {
    const bool section = chart.chance().holds(0.28);
    VisitPlan plan;
    plan.kind = "IMP";
    plan.type = &visit_type::birth;
    plan.start = labour;
    plan.minutes = chart.chance().between(1, section ? 4 : 3) * minutes_per_day;
    plan.minutes = std::max<std::int64_t>(
        600, std::min(plan.minutes, start_of(chart.person().to) - labour - 10));
    plan.reason = &pregnancy.code;
    plan.diagnosis = problem.id;
    plan.discharge = "01";
    const Visit stay = chart.visit(plan);
    chart.admit(stay);
    chart.operate(section ? caesarean : childbirth, {stay.id, labour + 30, labour + 500}, 300,
                  &problem);
    const Day later = g.end + chart.chance().between(38, 48);
    if (later < chart.person().to - 3 && chart.chance().holds(0.8)) {
        VisitPlan after;
        after.type = &visit_type::postnatal;
        after.start = chart.office_hour(later);
        const Visit visit = chart.visit(after);
        if (chart.documented(0.6)) {
            chart.observe(measure::phq9, chart.chance().whole_around(5, 4, 0, 22), visit);
        }
    }
}

void lose(Chart& chart, const Gestation& g) {
    VisitPlan plan;
    plan.kind = chart.chance().holds(0.6) ? "EMER" : "AMB";
    plan.type = plan.kind == "EMER" ? &visit_type::emergency : &visit_type::problem;
    plan.start = chart.any_hour(g.end);
    plan.minutes = chart.chance().between(60, 300);
    plan.reason = &miscarriage.code;
    const Visit visit = chart.visit(plan);
    ProblemPlan what;
    what.ailment = &miscarriage;
    what.onset = visit.start - 120;
    what.recorded = visit.end;
    what.visit = visit;
    const Moment healed = start_of(g.end + 42);
    if (healed < start_of(chart.person().to)) {
        what.abated = healed;
    }
    const Problem problem = chart.problem(what);
    const Day later = g.end + chart.chance().between(8, 20);
    if (later < chart.person().to - 3 && chart.documented(0.6)) {
        VisitPlan after;
        after.type = &visit_type::follow_up;
        after.start = chart.office_hour(later);
        after.reason = &miscarriage.code;
        after.diagnosis = problem.id;
        chart.visit(after);
    }
}

/// One pregnancy: the first visit, the Condition that ends with it, care, and its outcome.
void carry(Chart& chart, const Gestation& g) {
    const Day known = g.begun + (g.outcome == Outcome::Loss ? chart.chance().between(38, 48)
                                                            : chart.chance().between(49, 72));
    const Person& person = chart.person();
    if (known < person.from || known >= std::min(g.end, person.to) - 3) {
        if (g.outcome == Outcome::Loss && g.end > person.from && g.end < person.to - 3) {
            lose(chart, g);
        }
        return;
    }
    VisitPlan first;
    first.type = &visit_type::prenatal_first;
    first.start = chart.office_hour(known);
    first.minutes = 45;
    const Visit visit = chart.visit(first);
    const Moment labour = chart.any_hour(g.end);
    ProblemPlan what;
    what.ailment = &pregnancy;
    what.onset = start_of(g.begun + 14);
    what.recorded = visit.end;
    what.visit = visit;
    // Now and then an old pregnancy is never closed; readers have to bound it.
    if (g.outcome != Outcome::UnderWay && !chart.chance().holds(0.06)) {
        what.abated = labour + 400;
    }
    const Problem problem = chart.problem(what);
    if (chart.documented(0.6)) {
        chart.operate(ultrasound, visit, 20, &problem);
    }
    if (chart.documented(0.35)) {
        chart.prescribe(iron, visit, &problem, supply_status(chart, visit.end, iron.supply_days));
    }
    if (chart.chance().holds(0.75)) {
        const Day due = g.outcome == Outcome::Birth ? g.end : g.begun + 280;
        const Moment end = g.outcome == Outcome::Loss ? labour : start_of(due);
        chart.plan_care(antenatal_care, visit.end, end, &problem, {}, {}, "Antenatal education");
    }
    care_for(chart, g, problem);
    if (g.outcome == Outcome::Birth) {
        give_birth(chart, g, problem, labour);
    } else if (g.outcome == Outcome::Loss) {
        lose(chart, g);
    }
}

double yearly_pregnancies(std::int64_t age) {
    return age < 18 || age > 44 ? 0.0 : age < 24 ? 0.07 : age < 36 ? 0.12 : age < 40 ? 0.07 : 0.03;
}

bool free_between(const std::vector<Gestation>& taken, Day begun, Day end) {
    for (const Gestation& other : taken) {
        if (begun < other.end + 120 && end > other.begun - 60) {
            return false;
        }
    }
    return true;
}

}  // namespace

void live_pregnancies(Chart& chart, std::size_t member) {
    const Person& person = chart.person();
    if (!person.female || age_on(person.born, person.to) < 16) {
        return;
    }
    Chance& chance = chart.chance();
    std::vector<Gestation> all;
    for (const Person& child : chart.family().members) {
        if (child.mother == member && child.born > person.from && child.born < person.to - 1) {
            all.push_back({child.born - chance.between(262, 284), child.born, Outcome::Birth});
        }
    }
    for (Day year = person.from; year < person.to; year += days_per_year) {
        const Day begun = year + chance.between(0, 364);
        const double rate = yearly_pregnancies(age_on(person.born, begun));
        if (rate <= 0 || begun > person.to - 80 || !chance.holds(rate)) {
            continue;
        }
        // A pregnancy that ended in a birth has its child in the family; what is left are losses
        // and, near the end of history, those still under way.
        const bool late = begun > person.to - 266 && !person.died && !person.left;
        Gestation g{begun, begun + chance.between(44, 84), Outcome::Loss};
        if (late && chance.holds(0.85)) {
            g = {begun, person.to, Outcome::UnderWay};
        } else if (chance.holds(0.8)) {
            continue;
        }
        if (g.end <= person.to && free_between(all, g.begun, g.end)) {
            all.push_back(g);
        }
    }
    for (const Gestation& g : all) {
        carry(chart, g);
    }
}

}  // namespace parcours::synth
