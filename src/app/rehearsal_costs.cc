#include "app/rehearsal_costs.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>

#include "base/time.h"
#include "engine/rehearsal_report.h"
#include "practice/costs.h"

namespace parcours::app {

std::map<std::string, std::int64_t> rehearsed_costs(const engine::RehearsalReport& report,
                                                    const practice::Costs& costs) {
    std::map<std::string, std::int64_t> out;
    if (!costs.stated()) {
        return out;
    }
    for (const auto& [channel, volume] : report.volumes) {
        const auto cost = costs.channels.find(channel);
        if (cost != costs.channels.end()) {
            out[channel] =
                static_cast<std::int64_t>(volume.messages) * cost->second.message_millionths +
                static_cast<std::int64_t>(volume.segments) * cost->second.segment_millionths;
        }
    }
    if (costs.call_millionths > 0) {
        std::uint64_t calls = 0;
        for (const auto& [name, queue] : report.queues) {
            calls += queue.calls;
        }
        out["call"] = static_cast<std::int64_t>(calls) * costs.call_millionths;
    }
    return out;
}

std::string money(std::int64_t millionths) {
    constexpr std::int64_t millionths_per_cent = 10'000;
    const std::int64_t cents = (millionths + millionths_per_cent / 2) / millionths_per_cent;
    return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

QueueLoad queue_load(const engine::RehearsedQueue& queue, std::uint32_t calls_per_day,
                     const practice::ContactHours& hours) {
    QueueLoad load;
    for (const auto& [day, count] : queue.days) {
        if (count > load.busiest) {
            load.busiest = count;
            load.busiest_day = format_date(day);
        }
    }
    if (calls_per_day == 0 || queue.call_days.empty()) {
        return load;
    }
    std::uint64_t waiting = 0;
    const CivilDate last = queue.call_days.rbegin()->first;
    for (CivilDate day = queue.call_days.begin()->first; day <= last; day += std::chrono::days{1}) {
        const auto found = queue.call_days.find(day);
        const std::uint64_t opened = found == queue.call_days.end() ? 0 : found->second;
        const std::uint64_t can_be_made =
            hours.days.at(std::chrono::weekday(day).iso_encoding() - 1) ? calls_per_day : 0;
        waiting += opened;
        waiting -= std::min(waiting, can_be_made);
        load.waiting_max = std::max(load.waiting_max, waiting);
        load.days_over += opened > can_be_made ? 1U : 0U;
    }
    return load;
}

}  // namespace parcours::app
