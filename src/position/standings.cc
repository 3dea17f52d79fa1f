#include "position/standings.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "population/column.h"
#include "position/compiled_map.h"
#include "position/explain.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {
namespace {

constexpr std::chrono::days week{7};
constexpr std::chrono::days month{30};

std::int32_t day_of(Instant at) {
    return at == no_time
               ? no_day
               : static_cast<std::int32_t>(
                     std::chrono::floor<std::chrono::days>(at.time_since_epoch()).count());
}

bool stands(const PatientPositions& answer) {
    return answer.counted() && answer.status != CareStatus::Left;
}

/// Whether nothing that the record dates fell into the days before `as_of`.
bool was_quiet(std::span<const Fact> facts, Instant since, Instant as_of) {
    const auto inside = [&](Instant at) { return at > since && at <= as_of; };
    return std::ranges::none_of(facts, [&](const Fact& fact) {
        return inside(fact.occurred) || inside(fact.start) || inside(fact.end);
    });
}

/// When anything that is dated comes into the days that are looked at, or goes out of them.
class Freshness {
  public:
    explicit Freshness(Instant as_of) : as_of_(as_of) {}

    /// An answer for so many days ago changes at that moment.
    void note(Instant moment, std::chrono::days ago) {
        if (moment != no_time && moment + ago > as_of_) {
            until_ = std::min(until_, moment + ago);
        }
    }
    void note(Instant moment) {
        for (const std::chrono::days ago : {std::chrono::days{0}, week, month}) {
            note(moment, ago);
        }
    }
    void note(const PatientFact& patient, std::span<const Fact> facts) {
        note(patient.birth);
        note(patient.deceased);
        note(patient.recorded);
        for (const Fact& fact : facts) {
            note(fact.occurred);
            note(fact.recorded);
            note(fact.start);
            note(fact.end);
        }
    }
    [[nodiscard]] Instant until() const { return until_; }

  private:
    Instant as_of_;
    Instant until_ = Instant::max();
};

/// Stage counts and moves of the positions that are counted.
class Counter {
  public:
    explicit Counter(std::int32_t today) : today_(today) {}

    void add(const ConcernStanding& position, std::int8_t week_ago, std::int8_t month_ago) {
        const auto stage = static_cast<std::size_t>(position.stage);
        StageCount& count = counts.stages.at(stage);
        ++count.patients;
        count.overdue += position.overdue ? 1U : 0U;
        count.lost += position.lost ? 1U : 0U;
        move(counts.moves_7_days, week_ago, stage);
        move(counts.moves_30_days, month_ago, stage);
        if (position.since_day != no_day) {
            days_.at(stage).push_back(today_ - position.since_day);
        }
    }

    void finish() {
        for (std::size_t stage = 0; stage < stage_count; ++stage) {
            std::vector<std::int32_t>& days = days_.at(stage);
            if (!days.empty()) {
                const auto middle = days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2);
                std::ranges::nth_element(days, middle);
                counts.stages.at(stage).median_days = *middle;
            }
        }
    }

    StandingCounts counts;

  private:
    static void move(MoveCounts& moves, std::int8_t from, std::size_t to) {
        if (from != no_stage && static_cast<std::size_t>(from) != to) {
            ++moves.at(static_cast<std::size_t>(from)).at(to);
        }
    }

    std::int32_t today_;
    std::array<std::vector<std::int32_t>, stage_count> days_;
};

void count_status(const PatientStanding& patient, StandingCounts& counts) {
    counts.deceased += patient.deceased ? 1U : 0U;
    if (!patient.counted) {
        return;
    }
    ++counts.patients;
    if (patient.status == CareStatus::Left) {
        ++counts.left;
        return;
    }
    counts.registered += patient.status == CareStatus::Registered ? 1U : 0U;
    counts.palliative += patient.status == CareStatus::Palliative ? 1U : 0U;
    counts.in_hospital += patient.in_hospital ? 1U : 0U;
    counts.suspected_deaths += patient.suspected_death ? 1U : 0U;
}

void count_concerns(std::span<const ConcernStanding> positions, StandingCounts& counts) {
    bool overdue = false;
    for (const ConcernStanding& position : positions) {
        ConcernCount& each = counts.concerns[position.concern];
        ++each.patients;
        ++each.stages.at(static_cast<std::size_t>(position.stage));
        each.headlines += &position == &positions.front() ? 1U : 0U;
        each.overdue += position.overdue ? 1U : 0U;
        each.lost += position.lost ? 1U : 0U;
        overdue = overdue || position.overdue;
    }
    counts.overdue += overdue ? 1U : 0U;
    counts.lost += !positions.empty() && positions.front().lost ? 1U : 0U;
}

}  // namespace

std::vector<std::string> concern_names(const JourneyMap& map) {
    std::vector<std::string> names;
    for (const auto& each : map.concerns) {
        names.push_back(each.name);
    }
    for (const auto& each : map.concerns) {
        if (!each.before_age.empty()) {
            names.push_back(each.before_age);
        }
    }
    return names;
}

std::optional<std::uint8_t> Standings::find_concern(std::string_view name) const {
    const auto found = std::ranges::find(concerns, name);
    if (found == concerns.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(found - concerns.begin());
}

StandingsBuilder::StandingsBuilder(const CompiledMap& map, Instant as_of)
    : map_(&map), now_(map), past_(map), as_of_(as_of), concerns_(concern_names(map.map())) {}

void StandingsBuilder::skip() {
    PatientStanding& standing = part_.patients.emplace_back();
    standing.from = static_cast<std::uint32_t>(part_.positions.size());
    standing.to = standing.from;
}

void StandingsBuilder::add(const PatientFact& patient, std::span<const Fact> facts) {
    skip();
    PatientStanding& standing = part_.patients.back();
    const PatientPositions& answer = now_.fold(patient, facts, as_of_);
    standing.status = answer.status;
    standing.deceased = answer.born && answer.dead && !answer.merged;
    standing.counted = answer.counted();
    standing.in_hospital = answer.in_hospital;
    standing.suspected_death = answer.suspected_death;
    Freshness fresh(as_of_);
    fresh.note(patient, facts);
    fresh.note(answer.next_change, std::chrono::days{0});
    standing.fresh_until = fresh.until();
    if (!stands(answer)) {
        return;
    }
    for (const ConcernPosition& each : answer.positions) {
        if (!each.open) {
            break;
        }
        part_.positions.push_back({place(each), each.stage, each.overdue, each.lost, no_stage,
                                        no_stage, day_of(each.since)});
    }
    standing.to = static_cast<std::uint32_t>(part_.positions.size());
    look_back(patient, facts, standing);
}

void StandingsBuilder::keep(const Standings& before, population::PatientNumber number) {
    const auto positions = before.of(number);
    PatientStanding standing = before.patients[number];
    standing.from = static_cast<std::uint32_t>(part_.positions.size());
    standing.to = standing.from + static_cast<std::uint32_t>(positions.size());
    part_.positions.insert(part_.positions.end(), positions.begin(), positions.end());
    part_.patients.push_back(standing);
}

StandingsPart StandingsBuilder::take() {
    part_.fresh_until = Instant::max();
    for (const PatientStanding& patient : part_.patients) {
        part_.fresh_until = std::min(part_.fresh_until, patient.fresh_until);
    }
    return std::exchange(part_, {});
}

std::uint8_t StandingsBuilder::place(const ConcernPosition& each) const {
    const std::string& name = concern_name(*map_, each);
    return static_cast<std::uint8_t>(std::ranges::find(concerns_, name) -
                                     concerns_.begin());
}

void StandingsBuilder::look_back(const PatientFact& patient, std::span<const Fact> facts,
                                 PatientStanding& standing) {
    const Instant as_of = as_of_;
    const PatientPositions& then = past_.fold(patient, facts, as_of - month);
    look_back(then, &PatientStanding::month_ago, &ConcernStanding::month_ago, standing);
    // Stages change by facts, by what the record ends, or by a dated end that the fold of a month
    // ago already knows of.
    const bool same = was_quiet(facts, as_of - month, as_of) &&
                      (then.next_change == no_time || then.next_change > as_of);
    Freshness fresh(as_of);
    fresh.note(then.next_change, week);
    fresh.note(then.next_change, month);
    const PatientPositions& lately = same ? then : past_.fold(patient, facts, as_of - week);
    look_back(lately, &PatientStanding::week_ago, &ConcernStanding::week_ago, standing);
    fresh.note(lately.next_change, week);
    standing.fresh_until = std::min(standing.fresh_until, fresh.until());
}

void StandingsBuilder::look_back(const PatientPositions& then,
                                 std::int8_t PatientStanding::*headline,
                                 std::int8_t ConcernStanding::*stage, PatientStanding& standing) {
    if (!stands(then)) {
        return;
    }
    standing.*headline = static_cast<std::int8_t>(then.headline().stage);
    for (std::uint32_t i = standing.from; i < standing.to; ++i) {
        ConcernStanding& position = part_.positions[i];
        const auto before = std::ranges::find_if(then.positions, [&](const ConcernPosition& each) {
            return each.open && place(each) == position.concern;
        });
        if (before != then.positions.end()) {
            position.*stage = static_cast<std::int8_t>(before->stage);
        }
    }
}

Flow flow_of(const MoveCounts& moves, std::size_t stage) {
    Flow flow;
    for (std::size_t other = 0; other < stage_count; ++other) {
        flow.in += moves.at(other).at(stage);
        flow.out += moves.at(stage).at(other);
    }
    return flow;
}

StandingCounts count_standings(const Standings& standings, std::optional<std::uint8_t> concern) {
    Counter counter(day_of(standings.as_of));
    StandingCounts& counts = counter.counts;
    if (!concern) {
        counts.concerns.resize(standings.concerns.size());
    }
    for (population::PatientNumber number = 0; number < standings.patients.size(); ++number) {
        const PatientStanding& patient = standings.patients[number];
        const auto positions = standings.of(number);
        if (!concern) {
            count_status(patient, counts);
            count_concerns(positions, counts);
            if (!positions.empty()) {
                counter.add(positions.front(), patient.week_ago, patient.month_ago);
            }
            continue;
        }
        const auto found = std::ranges::find(positions, *concern, &ConcernStanding::concern);
        if (found != positions.end()) {
            count_status(patient, counts);
            counts.overdue += found->overdue ? 1U : 0U;
            counts.lost += found->lost ? 1U : 0U;
            counter.add(*found, found->week_ago, found->month_ago);
        }
    }
    counter.finish();
    return std::move(counts);
}

}  // namespace parcours::position
