#include <algorithm>
#include <cstdint>
#include <span>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/life.h"

namespace parcours::synth {
namespace {

/// A row that fits age and sex, drawn by weight; null where none does.
const EpisodeRow* draw_row(Chart& chart, std::span<const EpisodeRow> rows, Day day) {
    const std::int64_t age = age_on(chart.person().born, day);
    std::int64_t total = 0;
    const auto weight = [&](const EpisodeRow& row) -> std::int64_t {
        const bool unknown_yet = row.ailment.code.code == "840539006" && year_of(day) < 2020;
        if (age < row.age_min || age > row.age_max || unknown_yet) {
            return 0;
        }
        const int percent = chart.person().female ? row.female_percent : 200 - row.female_percent;
        return static_cast<std::int64_t>(row.weight) * percent;
    };
    for (const EpisodeRow& row : rows) {
        total += weight(row);
    }
    std::int64_t left = chart.chance().between(1, total);
    for (const EpisodeRow& row : rows) {
        left -= weight(row);
        if (left <= 0 && total > 0) {
            return &row;
        }
    }
    return nullptr;
}

void follow_injury(Chart& chart, const EpisodeRow& row, const Problem& problem, Moment start,
                   Moment end) {
    if (row.plan != nullptr && chart.documented(0.45)) {
        chart.plan_care(*row.plan, start, end, &problem, {}, {}, "Rest and gradual return");
    }
    const Day day = day_of(start) + (day_of(end) - day_of(start)) / 2;
    if (row.emergency && chart.documented(0.4) && day < chart.person().to - 3) {
        VisitPlan plan;
        plan.type = &visit_type::follow_up;
        plan.start = chart.office_hour(day);
        plan.minutes = 20;
        plan.reason = &row.ailment.code;
        plan.diagnosis = problem.id;
        const Visit visit = chart.visit(plan);
        if (chart.documented(0.4)) {
            chart.observe(measure::pain, chart.chance().whole_around(3, 2, 0, 8), visit);
        }
    }
}

void fall_ill(Chart& chart, const EpisodeRow& row, Day day, bool injury) {
    const bool remote = !injury && chart.chance().holds(0.12);
    VisitPlan plan;
    plan.kind = row.emergency ? "EMER" : remote ? "VR" : "AMB";
    plan.type = row.emergency ? &visit_type::emergency
                : remote      ? &visit_type::tele
                              : &visit_type::symptom;
    plan.start = row.emergency ? chart.any_hour(day) : chart.office_hour(day);
    plan.minutes = row.emergency ? chart.chance().between(70, 360) : 20;
    plan.reason = chart.chance().holds(0.85) ? &row.ailment.code : nullptr;
    plan.discharge = row.emergency ? "01" : "";
    plan.status = chart.chance().holds(0.005) ? "in-progress" : "finished";
    const Visit visit = chart.visit(plan);
    ProblemPlan what;
    what.ailment = &row.ailment;
    what.onset = visit.start - (injury ? 60 : chart.chance().between(1, 4) * minutes_per_day);
    what.onset = std::max(what.onset, start_of(chart.person().born));
    what.recorded = visit.end;
    what.visit = visit;
    const Moment well =
        visit.end + chart.chance().between(row.days_min, row.days_max) * minutes_per_day;
    // A few are never closed in the record.
    if (well < start_of(chart.person().to) && !chart.chance().holds(0.07)) {
        what.abated = well;
    }
    const Problem problem = chart.problem(what);
    if (!injury && !remote && chart.documented(0.35)) {
        chart.observe(measure::temperature, chart.chance().whole_around(377, 6, 362, 402), visit);
    }
    if (row.procedure != nullptr) {
        chart.operate(*row.procedure, visit, 30, &problem);
    }
    if (row.drug != nullptr && chart.documented(0.8)) {
        chart.prescribe(*row.drug, visit, &problem,
                        supply_status(chart, visit.end, row.drug->supply_days));
    }
    if (injury) {
        follow_injury(chart, row, problem, visit.end, well);
    }
}

void live_rows(Chart& chart, std::span<const EpisodeRow> rows, double yearly, bool injury) {
    const Person& person = chart.person();
    for (Day year = person.from; year < person.to - 4; year += days_per_year) {
        const Day end = std::min(year + days_per_year, person.to - 4);
        const double share = yearly * static_cast<double>(end - year) / 365.0;
        if (!chart.documented(share)) {
            continue;
        }
        const Day day = chart.chance().between(year, end);
        const EpisodeRow* row = draw_row(chart, rows, day);
        if (row != nullptr && day >= person.born) {
            fall_ill(chart, *row, day, injury);
        }
    }
}

}  // namespace

void live_episodes(Chart& chart) {
    const std::int64_t age = age_on(chart.person().born, chart.person().to);
    live_rows(chart, infection_table(), age < 12 ? 0.34 : age > 65 ? 0.17 : 0.14, false);
    live_rows(chart, injury_table(), age < 25 || age > 70 ? 0.075 : 0.05, true);
}

}  // namespace parcours::synth
