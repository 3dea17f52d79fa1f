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

constexpr Code palliative_care = snomed("103735009", "Palliative care");
constexpr Code terminal_care = snomed("182964004", "Terminal care");
constexpr Drug morphine{rxnorm("1732136", "1 ML Morphine Sulfate 5 MG/ML Injection"), 14};
constexpr Code influenza = cvx("140", "Influenza, seasonal, injectable, preservative free");

/// Diseases one foresees the end of.
bool foreseen(const Person& person) {
    return person.find(Disease::LungCancer) != nullptr ||
           person.find(Disease::ColonCancer) != nullptr ||
           person.find(Disease::HeartFailure) != nullptr ||
           person.find(Disease::Dementia) != nullptr ||
           person.find(Disease::BreastCancer) != nullptr || person.find(Disease::Copd) != nullptr;
}

void care_to_the_end(Chart& chart, Day start, bool wanted) {
    const Person& person = chart.person();
    // Who lies in hospital meanwhile is not admitted to a hospice as well.
    const bool terminal = wanted && !chart.in_hospital(start_of(start), start_of(person.to));
    VisitPlan plan;
    plan.kind = terminal ? "IMP" : "HH";
    plan.type = terminal ? &visit_type::hospice : &visit_type::home;
    plan.start = chart.any_hour(start);
    plan.minutes = 60;
    plan.reason = &palliative_care;
    if (terminal && !person.died) {
        plan.status = "in-progress";
    } else if (terminal) {
        plan.minutes = std::max<std::int64_t>(300, start_of(*person.died) - plan.start);
        plan.discharge = "41";
    }
    const Visit visit = chart.visit(plan);
    if (terminal) {
        chart.admit(visit);
    }
    chart.prescribe(morphine, {visit.id, visit.start, visit.start + 30}, nullptr,
                    supply_status(chart, visit.start, 14));
    const Moment begun = visit.start + 60;
    if (person.died) {
        chart.plan_care(terminal ? terminal_care : palliative_care, begun, start_of(*person.died),
                        nullptr, {}, {}, "Comfort first");
    } else {
        chart.plan_care(terminal ? terminal_care : palliative_care, begun, std::nullopt, nullptr,
                        {}, {}, "Comfort first");
    }
}

void certify(Chart& chart, Day died) {
    const Person& person = chart.person();
    // Where the Patient does not tell, the certificate is what gives it away.
    if (person.told == Person::Told::Dated && !chart.chance().holds(0.8)) {
        return;
    }
    VisitPlan plan;
    plan.type = &visit_type::death;
    plan.start = start_of(died) + chart.chance().between(600, 1380);
    plan.minutes = 15;
    const Visit visit = chart.visit(plan);
    if (chart.chance().holds(0.6)) {
        Line line = chart.about(Type::DiagnosticReport, chart.new_id(), visit.end);
        line.raw(R"(,"status":"final")");
        line.concept_of("code",
                        loinc("69409-1", "U.S. standard certificate of death - 2003 revision"));
        line.moment("effectiveDateTime", visit.start).moment("issued", visit.end).end();
    }
}

/// What records of the dead go on to say: nobody cancelled, a result came late, a batch entry.
void err_afterwards(Chart& chart, Day died) {
    Chance& chance = chart.chance();
    const Day room = chart.setting().until - died;
    if (chance.holds(0.2)) {
        const Day day = died + chance.between(3, 90);
        const bool past = day < chart.setting().until;
        book(chart, past ? "noshow" : "booked", chart.office_hour(day), start_of(died - 30),
             "FOLLOWUP", nullptr);
    }
    if (room > 30 && chance.holds(0.1)) {
        chart.vaccinate(influenza, start_of(died + chance.between(2, 25)) + 900, {});
    }
    if (room > 10 && chance.holds(0.12)) {
        const Moment when = start_of(died + chance.between(1, 6)) + 800;
        chart.observe(measure::potassium, chance.whole_around(42, 4, 30, 60),
                      {Id{}, when, when + 30});
    }
}

}  // namespace

Day live_ending(Chart& chart) {
    const Person& person = chart.person();
    const bool ill = foreseen(person);
    if (!person.died) {
        const std::int64_t age = age_on(person.born, person.to);
        const bool near = ill && age > 74 && !person.left && chart.chance().holds(0.035);
        if (!near || person.to - person.from < 200) {
            return person.to;
        }
        const Day start = person.to - chart.chance().between(5, 120);
        care_to_the_end(chart, start, chart.chance().holds(0.3));
        return start;
    }
    Day start = person.to;
    if (ill && chart.chance().holds(0.6)) {
        const Day room = std::min<Day>(150, *person.died - person.from - 20);
        if (room > 8) {
            start = *person.died - chart.chance().between(6, room);
            care_to_the_end(chart, start, chart.chance().holds(0.4));
        }
    }
    certify(chart, *person.died);
    err_afterwards(chart, *person.died);
    return start;
}

}  // namespace parcours::synth
