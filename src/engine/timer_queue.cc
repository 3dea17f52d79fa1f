#include "engine/timer_queue.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"

namespace parcours::engine {
namespace {

/// So few sorted timers are worth no second thought.
constexpr std::size_t near_size_min = 512;
/// A bucket is tidied once three quarters of so many are empty marks.
constexpr std::size_t tidy_size_min = 64;

auto hour_of(Instant instant) {
    return std::chrono::floor<std::chrono::hours>(instant);
}

}  // namespace

void TimerQueue::set(const Digest& id, Instant due) {
    const auto [slot, added] = due_.try_emplace(id, due);
    const Instant before = std::exchange(*slot, due);
    if (added) {
        place({due, id});
    } else if (before != due) {
        place({due, id});
        drop({before, id});
    }
}

void TimerQueue::clear(const Digest& id) {
    if (const auto due = find(id)) {
        due_.erase(id);
        drop({*due, id});
    }
}

std::optional<Instant> TimerQueue::find(const Digest& id) const {
    const Instant* const due = due_.find(id);
    return due == nullptr ? std::nullopt : std::optional(*due);
}

std::optional<Instant> TimerQueue::next() const {
    return near_.empty() ? std::nullopt : std::optional(near_.begin()->first);
}

void TimerQueue::visit_due(Instant now, const std::function<bool(const Timer&)>& visit) const {
    const auto visit_all = [&](const auto& timers) {
        return std::ranges::all_of(
            timers, [&](const Timer& timer) { return timer.first <= now && visit(timer); });
    };
    if (!visit_all(near_)) {
        return;
    }
    for (const auto& [hour, bucket] : far_) {
        if (hour > now || !visit_all(sorted_live(bucket))) {
            return;
        }
    }
}

std::vector<TimerQueue::Timer> TimerQueue::all() const {
    std::vector<Timer> timers;
    visit_due(Instant::max(), [&timers](const Timer& timer) {
        timers.push_back(timer);
        return true;
    });
    return timers;
}

void TimerQueue::place(const Timer& timer) {
    const Hour hour = hour_of(timer.first);
    if (near_.empty()) {
        near_hour_ = hour;
        near_max_ = near_size_min;
    }
    if (hour > near_hour_) {
        far_[hour].timers.push_back(timer);
        return;
    }
    near_.insert(timer);
    if (near_.size() > near_max_) {
        split();
    }
}

/// Takes a timer out that is not the truth any more.
void TimerQueue::drop(const Timer& timer) {
    const Hour hour = hour_of(timer.first);
    if (hour <= near_hour_) {
        near_.erase(timer);
        if (near_.empty()) {
            refill();
        }
        return;
    }
    const auto found = far_.find(hour);
    Bucket& bucket = found->second;
    ++bucket.stale;
    if (bucket.stale >= bucket.timers.size()) {
        far_.erase(found);
    } else if (bucket.timers.size() >= tidy_size_min &&
               bucket.stale * 4 > bucket.timers.size() * 3) {
        bucket = {sorted_live(bucket), 0};
    }
}

/// Keeps only the first hour sorted, so that a lone early timer does not make all that follow near.
void TimerQueue::split() {
    near_hour_ = hour_of(near_.begin()->first);
    while (hour_of(near_.rbegin()->first) > near_hour_) {
        const auto last = std::prev(near_.end());
        far_[hour_of(last->first)].timers.push_back(*last);
        near_.erase(last);
    }
    near_max_ = std::max(near_size_min, 2 * near_.size());
}

void TimerQueue::refill() {
    while (near_.empty() && !far_.empty()) {
        const auto first = far_.begin();
        for (const Timer& timer : sorted_live(first->second)) {
            near_.insert(near_.end(), timer);
        }
        near_hour_ = first->first;
        near_max_ = std::max(near_size_min, 2 * near_.size());
        far_.erase(first);
    }
}

bool TimerQueue::is_live(const Timer& timer) const {
    const Instant* const due = due_.find(timer.second);
    return due != nullptr && *due == timer.first;
}

/// A timer that went away and came back stands in its bucket twice and is listed once.
std::vector<TimerQueue::Timer> TimerQueue::sorted_live(const Bucket& bucket) const {
    std::vector<Timer> timers;
    timers.reserve(bucket.timers.size() - bucket.stale);
    std::ranges::copy_if(bucket.timers, std::back_inserter(timers),
                         [this](const Timer& timer) { return is_live(timer); });
    std::ranges::sort(timers);
    const auto doubles = std::ranges::unique(timers);
    timers.erase(doubles.begin(), doubles.end());
    return timers;
}

}  // namespace parcours::engine
