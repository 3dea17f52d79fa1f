#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/rehearsal_report.h"
#include "practice/config.h"
#include "practice/costs.h"

namespace parcours::app {

/// What a rehearsed time would cost, by channel and for calls ("call"); in millionths of the
/// currency. Empty where the practice states no costs.
[[nodiscard]] std::map<std::string, std::int64_t> rehearsed_costs(
    const engine::RehearsalReport& report, const practice::Costs& costs);

/// "12.34": millionths in the currency's units, two decimals, rounded half up.
[[nodiscard]] std::string money(std::int64_t millionths);

/// A queue's days against what its people can do, where that is stated.
struct QueueLoad {
    std::uint64_t busiest = 0;  ///< tasks opened on the busiest day
    std::string busiest_day;
    std::uint64_t days_over = 0;    ///< on which more calls were opened than can be made
    std::uint64_t waiting_max = 0;  ///< calls not made at the end of a day, at most
};
/// Calls are made on the days of the clinic's contact hours; `calls_per_day` of 0: not stated, so
/// nothing waits.
[[nodiscard]] QueueLoad queue_load(const engine::RehearsedQueue& queue, std::uint32_t calls_per_day,
                                   const practice::ContactHours& hours);

}  // namespace parcours::app
