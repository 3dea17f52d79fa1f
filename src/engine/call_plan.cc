#include "engine/call_plan.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/digest_hash.h"
#include "engine/ledger.h"
#include "engine/task_lists.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using std::chrono::days;
using std::chrono::local_days;

bool is_call_of(const TaskState& state, std::string_view queue) {
    return state.task.kind == "call" && state.task.queue == queue;
}

/// Whether a person closed it, and not its campaign because nobody need call any more.
bool was_made(const Task& task) {
    return std::ranges::find(task.outcomes, task.outcome) != task.outcomes.end();
}

local_days day_of(const Clinic& clinic, Instant at) {
    return std::chrono::floor<days>(clinic.zone.to_local(at));
}

/// That day, or the next on which anybody is contacted.
local_days working_day(const Clinic& clinic, local_days day) {
    const auto& open = clinic.folder.config.contact_hours.days;
    for (int tried = 0; tried < 7 && !open.at(std::chrono::weekday(day).iso_encoding() - 1);
         ++tried) {
        day += days{1};
    }
    return day;
}

auto urgency(const Clinic& clinic, const Task& task) {
    const LoadedCampaign* const campaign = clinic.find_campaign(task.campaign);
    const std::int32_t priority = campaign == nullptr ? 0 : campaign->definition.priority;
    return std::tuple(-priority, task.due.value_or(Instant::max()), task.opened_at, task.id);
}

}  // namespace

std::unordered_map<Digest, CallDay, DigestHash> plan_calls(const Ledger& ledger,
                                                           const Clinic& clinic, Instant now) {
    std::unordered_map<Digest, CallDay, DigestHash> plan;
    const local_days today = day_of(clinic, now);
    const TaskLists& lists = ledger.lists().tasks;
    std::vector<TaskPointer> closed_today;
    for (const std::uint32_t number : lists.closed_since(clinic.zone.to_instant(today))) {
        if (TaskPointer state = ledger.tasks()[number]; day_of(clinic, state->closed_at) == today) {
            closed_today.push_back(std::move(state));
        }
    }
    for (const practice::QueueConfig& queue : clinic.folder.config.queues) {
        if (queue.calls_per_day == 0) {
            continue;
        }
        std::vector<TaskPointer> open;
        for (const std::uint32_t number : lists.open_of(queue.name, "call")) {
            open.push_back(ledger.tasks()[number]);
        }
        const auto done = static_cast<std::uint32_t>(
            std::ranges::count_if(closed_today, [&queue](const TaskPointer& state) {
                return is_call_of(*state, queue.name) && was_made(state->task);
            }));
        std::ranges::sort(
            open, {}, [&clinic](const TaskPointer& state) { return urgency(clinic, state->task); });
        local_days day = working_day(clinic, today);
        std::uint32_t left = queue.calls_per_day;
        left -= day == today ? std::min(done, left) : 0;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (left == 0) {
                day = working_day(clinic, day + days{1});
                left = queue.calls_per_day;
            }
            --left;
            plan[open[i]->task.id] = {day, i};
        }
    }
    return plan;
}

}  // namespace parcours::engine
