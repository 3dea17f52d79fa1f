// The half of `Walk` that changes one concern: opening, stages, spans, dated ends, closing.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "position/journey_map.h"
#include "position/walk.h"
#include "record/fact.h"

namespace parcours::position {
namespace {

using fhir::Status;

bool same_day(Instant a, Instant b) {
    return std::chrono::floor<std::chrono::days>(a) == std::chrono::floor<std::chrono::days>(b);
}

Instant later(Instant a, Instant b) {
    return std::max(a, b);  // no_time is the earliest of all
}

}  // namespace

const Interval* Walk::running(std::size_t concern) const {
    const Interval* best = nullptr;
    for (const Interval& span : intervals_) {
        if (span.concern == concern && !span.over &&
            (best == nullptr || span.weight > best->weight ||
             (span.weight == best->weight && span.start >= best->start))) {
            best = &span;
        }
    }
    return best;
}

void Walk::refresh(std::size_t concern, Instant at) {
    ConcernState& state = states_[concern];
    const Interval* const span = running(concern);
    const Stage stage = span != nullptr ? span->stage : state.point.stage;
    if (stage != state.shown || state.since == no_time) {
        state.since = at;
    }
    state.shown = stage;
    state.phase = span != nullptr ? Phase::InSpan : state.point.phase;
    state.rule = span != nullptr ? span->rule : state.point.rule;
    state.fact = span != nullptr ? span->fact : state.point.fact;
    state.decided = span != nullptr ? span->start : state.point.at;
}

void Walk::open(std::size_t concern, Instant at) {
    ConcernState& state = states_[concern];
    if (state.open) {
        return;
    }
    state.open = true;
    state.opened = at;
    state.since = no_time;
    state.remission = false;
    state.serious_acute = false;
    state.point = Point{};
}

void Walk::close(std::size_t concern, Instant at, Phase phase) {
    ConcernState& state = states_[concern];
    for (Interval& span : intervals_) {
        span.over = span.over || span.concern == concern;
    }
    state.open = false;
    state.phase = phase;
    state.since = at;
    state.decided = at;
    state.missed = no_time;
    state.supply_ends = no_time;
}

Stage Walk::settled_stage(const ConcernState& state, Instant at) const {
    const bool runs = state.plan != no_time && at - state.plan <= map_->map().plan_runs_for &&
                      (state.plan_ends == no_time || state.plan_ends > at);
    return runs ? Stage::Lifestyle : Stage::Ongoing;
}

Instant Walk::closing_time(std::size_t concern) const {
    const ConcernState& state = states_[concern];
    const Concern& what = map_->map().concerns[concern];
    const bool ends = what.kind == ConcernKind::Acute || what.kind == ConcernKind::Episode;
    if (!state.open || !ends || state.chronic || what.closes_after.count() == 0 ||
        running(concern) != nullptr) {
        return no_time;
    }
    const Instant last = later(state.evidence, later(state.point.at, state.supply_ends));
    return after(last, what.closes_after);
}

Instant Walk::next_dated_end(std::size_t concern) const {
    const ConcernState& state = states_[concern];
    if (!state.open) {
        return no_time;
    }
    Instant next = closing_time(concern);
    for (const Interval& span : intervals_) {
        if (span.concern == concern && !span.over) {
            next = earlier(next, span.cap);
        }
    }
    return earlier(next, state.point.ends);
}

namespace {

/// A span that grew implausible is still the newest evidence, until something newer comes.
void outlive(ConcernState& state, const Interval& span) {
    if (state.point.at == no_time || state.point.at <= span.start) {
        state.point = {span.stage, Phase::Evidence, span.rule,        span.fact, span.weight,
                       span.start, no_time,         Afterwards::Keep, true};
    }
}

/// Settled into the change of life that a plan asks for: it ends with the plan.
bool rests_on_a_plan(const Point& point) {
    return point.stage == Stage::Lifestyle &&
           (point.phase == Phase::Recovered || point.phase == Phase::Settled);
}

}  // namespace

void Walk::advance(std::size_t concern, Instant until) {
    ConcernState& state = states_[concern];
    for (Instant at = next_dated_end(concern); at != no_time && at <= until;
         at = next_dated_end(concern)) {
        if (state.point.ends == at) {
            if (state.point.then == Afterwards::Close && running(concern) == nullptr) {
                close(concern, at, Phase::Closed);
                return;
            }
            state.point.ends = no_time;
            state.point.stage = settled_stage(state, at);
            state.point.phase = Phase::Recovered;
            state.point.at = at;
            state.point.weight = 0;
            refresh(concern, at);
            continue;
        }
        bool capped = false;
        for (Interval& span : intervals_) {
            if (span.concern == concern && !span.over && span.cap == at) {
                span.over = capped = true;
                outlive(state, span);
            }
        }
        if (!capped) {
            close(concern, at, Phase::Closed);
            return;
        }
        refresh(concern, at);
    }
}

void Walk::apply_to(std::size_t concern, std::uint16_t index, std::uint32_t fact_index,
                    Instant at) {
    const Rule& rule = map_->map().rules[index];
    const Fact& fact = evidence_.fact(fact_index);
    advance(concern, at);
    ConcernState& state = states_[concern];
    const bool standing = map_->map().concerns[concern].kind == ConcernKind::Standing;
    if (rule.has(Mark::Appointment) || rule.has(Mark::Missed)) {
        appoint(concern, rule, fact, at);
    }
    if (rule.has(Mark::Joins) && !state.open && !standing) {
        return;
    }
    if (rule.has(Mark::FollowUp) || rule.has(Mark::Contact)) {
        state.follow_up = later(state.follow_up, at);
        state.missed = no_time;
    }
    if (rule.has(Mark::Medicine) && state.open && fact.end != no_time) {
        const bool ended = fact.status == Status::Stopped || fact.status == Status::Cancelled;
        state.supply_ends = ended ? state.supply_ends : later(state.supply_ends, fact.end);
    }
    if (!rule.stage) {
        return;
    }
    if (rule.has(Mark::Diagnosis) && !diagnose(concern, state, fact_index, at)) {
        return;
    }
    state.any = true;
    open(concern, at);
    state.evidence = later(state.evidence, at);
    if (rule.has(Mark::Medicine) && fact.end != no_time && fact.status != Status::Stopped) {
        state.supply_ends = later(state.supply_ends, fact.end);
    }
    if (rule.has(Mark::Palliative)) {
        state.palliative = true;
    }
    if (fact.type == fhir::ResourceType::Encounter) {
        // A visit for a serious disease tells of it as well as its record.
        const ConceptInfo& reason = map_->info(fact.reason);
        state.serious_chronic = state.serious_chronic || reason.serious_chronic;
        state.serious_acute = state.serious_acute || reason.serious_acute;
    }
    if (rule.has(Mark::Ends)) {
        end_pregnancies(concern, at);
    }
    if (rule.span != SpanKind::None) {
        start_span(concern, index, fact_index, at);
        return;
    }
    set_point(concern, index, fact_index, at);
}

void Walk::appoint(std::size_t concern, const Rule& rule, const Fact& fact, Instant at) {
    ConcernState& state = states_[concern];
    if (fact.start != no_time && fact.start > moment_) {
        if (rule.has(Mark::Appointment)) {
            state.expected = earlier(state.expected, fact.start);
        }
        return;
    }
    state.missed = at + rule.overdue_after;
}

void Walk::set_point(std::size_t concern, std::uint16_t index, std::uint32_t fact_index,
                     Instant at) {
    const Rule& rule = map_->map().rules[index];
    const Concern& what = map_->map().concerns[concern];
    ConcernState& state = states_[concern];
    const bool stable = state.news == no_time || at - state.news > map_->map().unstable_for;
    const Stage stage = rule.stage_when_stable && stable ? *rule.stage_when_stable : *rule.stage;
    if (!rule.stage_when_stable && (stage == Stage::Care || stage == Stage::Treatment) &&
        !rule.has(Mark::Background)) {
        state.news = at;
    }
    if (rule.has(Mark::Procedure)) {
        state.procedure = at;
    }
    if (stage == Stage::Lifestyle) {
        state.plan = at;
        state.plan_ends = no_time;
    }
    const bool outranked = state.point.at != no_time && same_day(state.point.at, at) &&
                           rule.weight < state.point.weight;
    if (outranked) {
        return;
    }
    state.emergency = rule.has(Mark::Emergency);
    Instant ends = rule.lasts.count() != 0 ? at + rule.lasts : no_time;
    Afterwards then = rule.afterwards;
    if (what.kind == ConcernKind::Standing && !rule.has(Mark::Palliative)) {
        // General health is not treated for ever: a passing problem closes by itself.
        const bool passing = stage == Stage::Care || stage == Stage::Treatment;
        ends = passing ? later(ends, at + what.closes_after) : no_time;
        then = Afterwards::Settle;
    }
    state.point = {stage, Phase::Evidence,           index, fact_index, rule.weight, at, ends,
                   then,  rule.has(Mark::Background)};
    refresh(concern, at);
}

void Walk::start_span(std::size_t concern, std::uint16_t index, std::uint32_t fact_index,
                      Instant at) {
    const Rule& rule = map_->map().rules[index];
    const Concern& what = map_->map().concerns[concern];
    const Fact& fact = evidence_.fact(fact_index);
    ConcernState& state = states_[concern];
    Instant cap = no_time;
    switch (rule.span) {
        case SpanKind::Stay:
            cap = at + map_->map().stay_max;
            break;
        case SpanKind::Pregnancy:
            cap = at + map_->map().pregnancy_max;
            break;
        case SpanKind::Plan:
            // A plan keeps an acute concern open no longer than the concern itself can last.
            cap = at + (what.kind == ConcernKind::Acute && what.closes_after.count() != 0
                            ? what.closes_after
                            : map_->map().plan_max);
            if (fact.end > moment_ && fact.end != no_time) {
                cap = earlier(cap, fact.end);
            }
            break;
        case SpanKind::None:
            return;
    }
    if (rule.span == SpanKind::Plan && *rule.stage == Stage::Lifestyle) {
        state.plan = at;
        state.plan_ends = fact.end;
    }
    if (rule.span == SpanKind::Stay) {
        state.news = at;
    }
    if (rule.span == SpanKind::Plan && what.kind == ConcernKind::Episode) {
        cap = at + map_->map().pregnancy_max;
    }
    intervals_.push_back({static_cast<std::uint8_t>(concern), rule.span, *rule.stage, index,
                          fact_index, rule.weight, at, cap, false});
    refresh(concern, at);
}

void Walk::end_span(Interval& span, Instant at) {
    const std::size_t concern = span.concern;
    ConcernState& state = states_[concern];
    span.over = true;
    if (!state.open) {
        return;
    }
    Point next{Stage::Treatment, Phase::AfterDischarge, span.rule, span.fact, span.weight, at,
               no_time,          Afterwards::Settle,    false};
    state.evidence = later(state.evidence, at);
    switch (span.kind) {
        case SpanKind::Stay:
            state.discharged = at;
            state.follow_up = later(state.follow_up, at);
            next.ends = at + map_->map().after_discharge;
            state.point = next;
            break;
        case SpanKind::Pregnancy:
            next.phase = Phase::Aftercare;
            next.ends = at + map_->map().aftercare;
            next.then = Afterwards::Close;
            state.point = next;
            break;
        case SpanKind::Plan:
            if (state.point.at <= span.start || rests_on_a_plan(state.point)) {
                // An acute concern does not go on for life: it stays until it closes.
                const bool acute = map_->map().concerns[concern].kind == ConcernKind::Acute;
                next.phase = Phase::PlanEnded;
                next.stage = acute ? span.stage : Stage::Ongoing;
                next.then = Afterwards::Keep;
                next.weight = 0;
                state.point = next;
            }
            break;
        case SpanKind::None:
            break;
    }
    refresh(concern, at);
}

void Walk::end_pregnancies(std::size_t concern, Instant at) {
    for (Interval& span : intervals_) {
        if (span.concern == concern && span.kind != SpanKind::Stay) {
            span.over = true;
        }
    }
    states_[concern].news = at;
}

}  // namespace parcours::position
