#include "position/map_summary.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>

#include "base/error.h"
#include "position/explain.h"
#include "record/engagement.h"

namespace parcours::position {
namespace {

std::size_t number(Stage stage) {
    return static_cast<std::size_t>(stage);
}

void add_to(StageCounts& to, const StageCounts& from) {
    for (std::size_t i = 0; i < to.size(); ++i) {
        to.at(i) += from.at(i);
    }
}

/// Whether nothing that the record dates fell into the days before `as_of`.
bool was_quiet(std::span<const Fact> facts, Instant since, Instant as_of) {
    const auto inside = [&](Instant at) { return at > since && at <= as_of; };
    return std::ranges::none_of(facts, [&](const Fact& fact) {
        return inside(fact.occurred) || inside(fact.start) || inside(fact.end);
    });
}

}  // namespace

void MapSummary::add(const MapSummary& other) {
    check(concerns.size() == other.concerns.size(), "summaries of one map are added");
    for (const auto member :
         {&MapSummary::patients, &MapSummary::left, &MapSummary::registered,
          &MapSummary::palliative, &MapSummary::in_hospital, &MapSummary::suspected_deaths,
          &MapSummary::deceased, &MapSummary::overdue, &MapSummary::lost}) {
        this->*member += other.*member;
    }
    add_to(stages, other.stages);
    add_to(stages_overdue, other.stages_overdue);
    for (std::size_t i = 0; i < stages.size(); ++i) {
        add_to(moves_7_days.at(i), other.moves_7_days.at(i));
        add_to(moves_30_days.at(i), other.moves_30_days.at(i));
    }
    for (std::size_t i = 0; i < concerns.size(); ++i) {
        add_to(concerns[i].stages, other.concerns[i].stages);
        concerns[i].headlines += other.concerns[i].headlines;
        concerns[i].overdue += other.concerns[i].overdue;
        concerns[i].lost += other.concerns[i].lost;
    }
}

MapCounter::MapCounter(const CompiledMap& map, Instant as_of)
    : map_(&map), folder_(map), past_(map) {
    summary_.as_of = as_of;
    for (const Concern& concern : map.map().concerns) {
        summary_.concerns.push_back({concern.name, {}, 0, 0, 0});
    }
    for (const Concern& concern : map.map().concerns) {
        if (!concern.before_age.empty()) {
            summary_.concerns.push_back({concern.before_age, {}, 0, 0, 0});
        }
    }
}

void MapCounter::count_positions(const PatientPositions& now) {
    bool first = true;
    bool overdue = false;
    for (const ConcernPosition& position : now.positions) {
        if (!position.open) {
            break;
        }
        const std::string& name = concern_name(*map_, position);
        ConcernSummary& concern =
            *std::ranges::find(summary_.concerns, name, &ConcernSummary::concern);
        ++concern.stages.at(number(position.stage));
        concern.headlines += first ? 1U : 0U;
        concern.overdue += position.overdue ? 1U : 0U;
        concern.lost += position.lost ? 1U : 0U;
        overdue = overdue || position.overdue;
        first = false;
    }
    summary_.overdue += overdue ? 1U : 0U;
}

void MapCounter::count_move(const PatientFact& patient, std::span<const Fact> facts,
                            std::span<const ManualSetting> manual, const PatientPositions& now,
                            Duration before, StageMoves& moves) {
    const PatientPositions& then = past_.fold(patient, facts, summary_.as_of - before, manual);
    if (!then.counted() || then.status == CareStatus::Left) {
        return;
    }
    const Stage from = then.headline().stage;
    const Stage to = now.headline().stage;
    if (from != to) {
        ++moves.at(number(from)).at(number(to));
    }
}

const PatientPositions& MapCounter::add(const PatientFact& patient, std::span<const Fact> facts,
                                        std::span<const ManualSetting> manual) {
    const PatientPositions& now = folder_.fold(patient, facts, summary_.as_of, manual);
    summary_.deceased += now.born && now.dead && !now.merged ? 1U : 0U;
    if (!now.counted()) {
        return now;
    }
    ++summary_.patients;
    if (now.status == CareStatus::Left) {
        ++summary_.left;
        return now;
    }
    const ConcernPosition& headline = now.headline();
    ++summary_.stages.at(number(headline.stage));
    summary_.stages_overdue.at(number(headline.stage)) += headline.overdue ? 1U : 0U;
    summary_.lost += headline.lost ? 1U : 0U;
    summary_.registered += now.status == CareStatus::Registered ? 1U : 0U;
    summary_.palliative += now.status == CareStatus::Palliative ? 1U : 0U;
    summary_.in_hospital += now.in_hospital ? 1U : 0U;
    summary_.suspected_deaths += now.suspected_death ? 1U : 0U;
    count_positions(now);
    constexpr std::chrono::days week{7};
    constexpr std::chrono::days month{30};
    // Stages change by facts, by what the record ends, or by a dated end that a fold a month ago
    // already knows of.
    if (manual.empty() && was_quiet(facts, summary_.as_of - month, summary_.as_of)) {
        const PatientPositions& then = past_.fold(patient, facts, summary_.as_of - month, manual);
        if (then.next_change == no_time || then.next_change > summary_.as_of) {
            return now;
        }
    }
    count_move(patient, facts, manual, now, week, summary_.moves_7_days);
    count_move(patient, facts, manual, now, month, summary_.moves_30_days);
    return now;
}

}  // namespace parcours::position
