#include "engine/assumed_outcomes.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/engagement.h"

namespace parcours::engine {

void AssumedOutcomes::see(const Event& event) {
    if (rates_.empty()) {
        return;
    }
    if (const auto* const transition = std::get_if<Transition>(&event)) {
        std::ranges::for_each(transition->tasks_opened, [this](const Task& task) { open(task); });
    } else if (const auto* const opened = std::get_if<TaskOpened>(&event)) {
        open(opened->task);
    }
}

/// Draws one of the outcomes that the task offers.
void AssumedOutcomes::open(const Task& task) {
    const double lot = hash_fraction("assumed-outcome", {task.id.to_hex()});
    double sum = 0;
    for (const auto& [outcome, rate] : rates_) {
        if (std::ranges::find(task.outcomes, outcome) == task.outcomes.end()) {
            continue;
        }
        sum += rate;
        if (lot < sum) {
            waiting_.push({task.opened_at + delay, task.id, outcome});
            return;
        }
    }
}

std::optional<Instant> AssumedOutcomes::next() const {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.top().at);
}

std::optional<AssumedOutcomes::Closing> AssumedOutcomes::take(Instant now) {
    if (waiting_.empty() || waiting_.top().at > now) {
        return std::nullopt;
    }
    Closing first = waiting_.top();
    waiting_.pop();
    return first;
}

}  // namespace parcours::engine
