// The part of `Walk` that knows diseases: diagnoses, check-ups, abatement.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fhir/status.h"
#include "position/journey_map.h"
#include "position/walk.h"
#include "record/fact.h"

namespace parcours::position {

bool Walk::diagnose(std::size_t concern, ConcernState& state, std::uint32_t index, Instant at) {
    const Fact& fact = evidence_.fact(index);
    const ConceptInfo& info = map_->info(fact.code);
    const Concern& what = map_->map().concerns[concern];
    const bool is_chronic = what.kind == ConcernKind::Chronic;
    const bool over = fact.end == no_time && (fact.status == fhir::Status::Resolved ||
                                              fact.status == fhir::Status::Inactive);
    if (over && !is_chronic) {
        return false;  // Over at an unknown time: an acute concern of the past.
    }
    const bool more_serious = info.serious_chronic && !state.serious_chronic;
    state.chronic =
        state.chronic || info.chronic || (what.kind == ConcernKind::Acute && info.serious_chronic);
    state.serious_chronic = state.serious_chronic || info.serious_chronic;
    const bool in_treatment = is_chronic && state.open && state.shown == Stage::Treatment;
    if (in_treatment && !more_serious) {
        // A further diagnosis does not end a treatment that runs; it makes the concern unstable.
        state.news = state.evidence = at;
        state.remission = false;
        return false;
    }
    open(concern, at);
    state.serious_acute = state.serious_acute || info.serious_acute;
    state.remission = false;
    return true;
}

void Walk::check_up(std::uint16_t index, std::uint32_t fact_index, Instant at) {
    const JourneyMap& map = map_->map();
    for (std::size_t concern = 0; concern < map.concerns.size(); ++concern) {
        ConcernState& state = states_[concern];
        const bool chronic = map.concerns[concern].kind == ConcernKind::Chronic || state.chronic;
        if (!state.open || !chronic) {
            continue;
        }
        advance(concern, at);
        // A check-up is no screening: what was due stays due.
        if (!map.concerns[concern].prevention) {
            state.follow_up = at;
            state.missed = no_time;
        }
        const bool assessed =
            state.point.stage <= Stage::Care && at - state.point.at >= map.settles_after;
        const bool stale = state.point.background && state.point.stage == Stage::Lifestyle &&
                           at - state.point.at > map.plan_runs_for;
        if (assessed || stale) {
            state.point = {
                settled_stage(state, at), Phase::Settled, index, fact_index, 0, at, no_time,
                Afterwards::Keep,         false};
            refresh(concern, at);
        }
    }
}

void Walk::abate(std::uint32_t index, Instant at) {
    const auto found = std::ranges::find(diagnoses_, index, &Diagnosis::fact);
    if (found == diagnoses_.end()) {
        return;
    }
    found->abated = true;
    const JourneyMap& map = map_->map();
    for (std::size_t concern = 0; concern < map.concerns.size(); ++concern) {
        const ConcernMask bit = ConcernMask{1} << concern;
        if ((found->concerns & bit) == 0) {
            continue;
        }
        advance(concern, at);
        ConcernState& state = states_[concern];
        const Concern& what = map.concerns[concern];
        const bool others = std::ranges::any_of(diagnoses_, [&](const Diagnosis& other) {
            const bool stale = what.closes_after.count() != 0 && !state.chronic &&
                               other.start + what.closes_after <= at;
            return (other.concerns & bit) != 0 && !other.abated && !stale;
        });
        if (!state.open || others) {
            continue;
        }
        const Interval* const span = running(concern);
        if (what.kind == ConcernKind::Acute && (span == nullptr || span->kind != SpanKind::Stay)) {
            close(concern, at, Phase::Abated);
            state.fact = index;
            state.chronic = false;
        } else if (what.kind == ConcernKind::Chronic) {
            for (Interval& other : intervals_) {
                other.over =
                    other.over || (other.concern == concern && other.kind == SpanKind::Plan);
            }
            state.remission = true;
            state.remission_at = at;
            state.evidence = std::max(state.evidence, at);
            state.point = {Stage::Ongoing, Phase::Remission, state.rule, index, 255, at,
                           no_time,        Afterwards::Keep, false};
            refresh(concern, at);
        }
    }
}

}  // namespace parcours::position
