#include "population/cohort_trace.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "cql/tree.h"
#include "population/index.h"
#include "population/truth.h"

namespace parcours::population {

CohortTrace::Counter& CohortTrace::enter(const cql::Node& node) {
    Counter& counter = counters_.emplace_back();
    counter.text_ = cql::to_text(node);
    counter.place_ = node.place;
    counter.depth_ = depth_++;
    return counter;
}

void CohortTrace::Counter::count(const Index& index, Instant as_of, PatientNumber first,
                                 Asked asked, std::span<const Truth> truths) {
    const Patients& patients = index.patients();
    std::uint64_t all = 0;
    std::uint64_t held = 0;
    std::uint64_t open = 0;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        const auto number = static_cast<PatientNumber>(first + i);
        if (asked[i] == 0 || !patients.counts(number) || patients.birth[number] > as_of) {
            continue;  // nobody whom an answer could name
        }
        ++all;
        held += truths[i] == Truth::True ? 1U : 0U;
        open += truths[i] == Truth::Open ? 1U : 0U;
    }
    asked_ += all;
    held_ += held;
    open_ += open;
}

void CohortTrace::Counter::took(Duration time) {
    time_us_ += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

std::vector<CohortStep> CohortTrace::steps() const {
    std::vector<CohortStep> steps;
    for (const Counter& counter : counters_) {
        steps.push_back({counter.text_, counter.place_, counter.depth_, counter.way, counter.asked_,
                         counter.held_, counter.open_, counter.time_us_});
    }
    return steps;
}

}  // namespace parcours::population
