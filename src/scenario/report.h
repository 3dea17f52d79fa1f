#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace parcours::scenario {

/// An expectation that was not met.
struct Miss {
    Location where;
    Instant at;
    std::string expected;
    std::string happened;
};

/// A line of what happened: "2026-03-07 10:00  sent to anna by email: appointment-soon".
struct TimelineLine {
    Instant at;
    std::string text;
};

/// What came of playing a scenario.
struct Report {
    std::vector<Miss> misses;
    std::vector<TimelineLine> timeline;
    [[nodiscard]] bool passed() const { return misses.empty(); }
};

/// Every miss, with its place, what was expected, what happened, and the timeline around it.
[[nodiscard]] std::string explain(const Report& report);

}  // namespace parcours::scenario
