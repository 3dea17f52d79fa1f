#include <algorithm>
#include <array>
#include <cstdint>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

constexpr Code influenza = cvx("140", "Influenza, seasonal, injectable, preservative free");
constexpr Code covid = cvx("208", "COVID-19, mRNA, 30 mcg/0.3 mL");
constexpr Code tetanus = cvx("113", "Td (adult) preservative free");
constexpr Code tdap = cvx("115", "Tdap");
constexpr Code zoster = cvx("187", "zoster recombinant");
constexpr Code pneumococcal = cvx("133", "Pneumococcal conjugate PCV 13");
constexpr Code papilloma = cvx("165", "HPV9");
constexpr Code meningococcal = cvx("114", "meningococcal MCV4P");

/// Vaccines of childhood by month of age.
struct Dose {
    int month;
    Code vaccine;
};
constexpr std::array<Dose, 15> childhood = {{
    {0, cvx("08", "Hep B, adolescent or pediatric")},
    {2, cvx("20", "DTaP")},
    {2, cvx("10", "IPV")},
    {2, cvx("49", "Hib (PRP-OMP)")},
    {2, cvx("119", "rotavirus, monovalent")},
    {4, cvx("20", "DTaP")},
    {4, cvx("10", "IPV")},
    {6, cvx("20", "DTaP")},
    {6, cvx("08", "Hep B, adolescent or pediatric")},
    {12, cvx("03", "MMR")},
    {12, cvx("21", "varicella")},
    {15, cvx("20", "DTaP")},
    {48, cvx("03", "MMR")},
    {50, cvx("20", "DTaP")},
    {50, cvx("10", "IPV")},
}};

std::int64_t months_old(const Person& person, Moment when) {
    return (day_of(when) - person.born) * 12 / 365;
}

/// September to February.
bool in_influenza_season(const Visit& visit) {
    const Day day = day_of(visit.start);
    const std::int64_t of_year = day - day_of(year_of(day), 1, 1);
    return of_year < 59 || of_year >= 243;
}

void vaccinate_child(Chart& chart, const Visit& visit, Moment previous) {
    const std::int64_t now = months_old(chart.person(), visit.start);
    const std::int64_t before = previous == 0 ? -1 : months_old(chart.person(), previous);
    for (const Dose& dose : childhood) {
        if (dose.month > before && dose.month <= now && now - dose.month < 18 &&
            chart.documented(0.62)) {
            chart.vaccinate(dose.vaccine, visit.start + 15, visit);
        }
    }
}

/// How long until the next check-up, by age; small children are seen often.
std::int64_t interval(const Person& person, Day day) {
    const std::int64_t age = age_on(person.born, day);
    if (day - person.born < 400) {
        return 100;
    }
    if (age < 3) {
        return 240;
    }
    if (age < 18) {
        return 720;
    }
    return age < 40 ? (person.female ? 950 : 1300) : age < 65 ? 760 : 560;
}

void examine(Chart& chart, const Visit& visit, bool first) {
    const Person& person = chart.person();
    const std::int64_t age = age_on(person.born, day_of(visit.start));
    measure_body(chart, visit, 0.8);
    if (age >= 40 && chart.documented(0.22)) {
        measure_lipids(chart, visit);
    }
    if (age >= 45 && chart.documented(0.2)) {
        measure_metabolic(chart, visit);
    }
    if (age >= 16 && chart.documented(0.16)) {
        const bool low = person.has(Disease::Depression, day_of(visit.start));
        chart.observe(measure::phq9, chart.chance().whole_around(low ? 11 : 2, 3, 0, 25), visit);
    }
    if (!person.female && age >= 55 && age < 70 && chart.documented(0.15)) {
        chart.observe(measure::psa, chart.chance().whole_around(17, 8, 2, 95), visit);
    }
    if (age >= 16 && chart.documented(0.12)) {
        constexpr Code documented =
            snomed("428191000124101", "Documentation of current medications");
        chart.operate(documented, visit, 10, nullptr);
    }
    ask_social(chart, visit, first);
}

}  // namespace

void vaccinate_due(Chart& chart, const Visit& visit, bool first) {
    const Person& person = chart.person();
    const std::int64_t age = age_on(person.born, day_of(visit.start));
    const Moment when = visit.start + 15;
    if (age >= 1 && in_influenza_season(visit) && chart.documented(age >= 65 ? 1.0 : 0.56)) {
        chart.vaccinate(influenza, when, visit);
    }
    if (year_of(day_of(visit.start)) >= 2021 && age >= 12 && chart.documented(0.12)) {
        chart.vaccinate(covid, when, visit);
    }
    if (age >= 22 && chart.documented(0.08)) {
        chart.vaccinate(tetanus, when, visit);
    }
    if (age >= 65 && first && chart.documented(0.5)) {
        chart.vaccinate(pneumococcal, when, visit);
    }
    if (age >= 60 && chart.documented(0.08)) {
        chart.vaccinate(zoster, when, visit);
    }
    if (age >= 11 && age <= 14 && chart.documented(0.55)) {
        chart.vaccinate(papilloma, when, visit);
        chart.vaccinate(chart.chance().holds(0.5) ? tdap : meningococcal, when, visit);
    }
}

void live_check_ups(Chart& chart, Day last) {
    const Person& person = chart.person();
    Day day = person.from + chart.chance().between(5, person.from == person.born ? 20 : 300);
    Moment previous = 0;
    while (day < last - 3) {
        VisitPlan plan;
        plan.type = age_on(person.born, day) < 6 && chart.chance().holds(0.5)
                        ? &visit_type::child_check
                    : chart.chance().holds(0.3) ? &visit_type::examination
                                                : &visit_type::check_up;
        plan.start = chart.office_hour(day);
        if (chart.documented(0.15)) {
            book(chart, "fulfilled", plan.start,
                 plan.start - chart.chance().between(10, 90) * minutes_per_day, "CHECKUP", nullptr);
        }
        const Visit visit = chart.visit(plan);
        examine(chart, visit, previous == 0);
        if (age_on(person.born, day) < 6) {
            vaccinate_child(chart, visit, previous);
        }
        vaccinate_due(chart, visit, previous == 0);
        previous = visit.start;
        day += chart.gap(interval(person, day));
        if (chart.documented(0.035)) {
            const Day missed = std::min(day - 5, last - 4);
            book(chart, chart.chance().holds(0.65) ? "noshow" : "cancelled",
                 chart.office_hour(missed), previous + minutes_per_day, "CHECKUP", nullptr);
        }
    }
}

}  // namespace parcours::synth
