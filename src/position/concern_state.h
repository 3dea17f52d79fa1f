#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::position {

/// The moment a span of days after another; "none" stays none.
[[nodiscard]] constexpr Instant after(Instant moment, Duration span) {
    return moment == no_time ? no_time : moment + span;
}

/// The earlier of two moments, where "none" is later than all.
[[nodiscard]] constexpr Instant earlier(Instant a, Instant b) {
    return a == no_time ? b : (b == no_time ? a : (a < b ? a : b));
}

/// What a concern rests on while no span runs.
struct Point {
    Stage stage = Stage::Awareness;
    Phase phase = Phase::NoEvidence;
    std::uint16_t rule = no_rule;
    std::uint32_t fact = no_fact;
    int weight = -1;
    Instant at = no_time;
    Instant ends = no_time;  ///< its dated end
    Afterwards then = Afterwards::Keep;
    bool background = false;
};

/// A stay, a pregnancy or a plan with an end.
struct Interval {
    std::uint8_t concern = 0;
    SpanKind kind = SpanKind::None;
    Stage stage = Stage::Treatment;
    std::uint16_t rule = no_rule;
    std::uint32_t fact = no_fact;
    int weight = 0;
    Instant start = no_time;
    Instant cap = no_time;  ///< implausible from here on
    bool over = false;
};

/// A Condition that opened a concern.
struct Diagnosis {
    ConcernMask concerns = 0;
    std::uint32_t fact = no_fact;
    Instant start = no_time;
    bool abated = false;
};

/// One concern of one patient while its timeline is walked in the order of time.
struct ConcernState {
    bool any = false;  ///< there was evidence
    bool open = false;
    bool chronic = false;
    bool remission = false;
    bool serious_chronic = false;
    bool serious_acute = false;
    bool emergency = false;
    bool palliative = false;
    Point point;
    // What is shown: the running span, else the point.
    Stage shown = Stage::Awareness;
    Phase phase = Phase::NoEvidence;
    std::uint16_t rule = no_rule;
    std::uint32_t fact = no_fact;
    Instant decided = no_time;
    Instant since = no_time;
    Instant opened = no_time;
    Instant evidence = no_time;  ///< newest evidence of the concern
    Instant news = no_time;      ///< newest that was new: a diagnosis, a medicine, a problem
    Instant follow_up = no_time;
    Instant supply_ends = no_time;
    Instant missed = no_time;    ///< when a missed appointment becomes overdue
    Instant expected = no_time;  ///< the next appointment
    Instant discharged = no_time;
    Instant procedure = no_time;
    Instant plan = no_time;  ///< newest plan of change, for "if a plan runs"
    Instant plan_ends = no_time;
    Instant remission_at = no_time;
};

}  // namespace parcours::position
