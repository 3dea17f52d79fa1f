#include "synth/life.h"

#include <cstddef>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/family.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

/// What a mistaken second registration gathers before somebody notices.
void write_stray(Chart& chart) {
    const Person& person = chart.person();
    if (person.from >= person.to - 4) {
        return;
    }
    VisitPlan plan;
    plan.type = &visit_type::symptom;
    plan.start = chart.office_hour(person.from);
    const Visit visit = chart.visit(plan);
    if (age_on(person.born, person.from) > 3) {
        measure_pressure(chart, visit);
    }
}

}  // namespace

void write_life(Sheet& sheet, const Setting& setting, const Family& family, std::size_t member) {
    const Person& person = family.members[member];
    write_patient(sheet, setting, family, member);
    Chart chart(sheet, setting, family, person);
    if (person.duplicate_of != nobody) {
        write_stray(chart);
        return;
    }
    write_guardian(chart);
    write_consents(chart);
    if (person.never_seen || person.to - person.from < 5) {
        live_contacts(chart, {});
        return;
    }
    // Stays first: visits to the office keep out of them.
    std::vector<Course> courses = open_courses(chart);
    live_pregnancies(chart, member);
    live_cancers(chart);
    live_hospital(chart, courses);
    live_hospital_now(chart, courses);
    const Day prevention_ends = live_ending(chart);
    live_check_ups(chart, prevention_ends);
    follow_courses(chart, courses);
    live_complications(chart, courses);
    live_episodes(chart);
    live_screening(chart, prevention_ends);
    live_contacts(chart, courses);
    live_ahead(chart, courses);
}

}  // namespace parcours::synth
