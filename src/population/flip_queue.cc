#include "population/flip_queue.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace parcours::population {

void FlipQueue::add(const Wake& wake) {
    const Day of = std::chrono::floor<std::chrono::days>(wake.at);
    if (of > open_until_) {
        far_[of].push_back(wake);
        return;
    }
    near_.push_back(wake);
    std::ranges::push_heap(near_, std::greater());
}

Instant FlipQueue::next() const {
    const Instant near = near_.empty() ? Instant::max() : near_.front().at;
    return far_.empty() ? near : std::min(near, Instant(far_.begin()->first));
}

/// Days that begin by the limit are sorted from now on.
void FlipQueue::open_days(Instant limit) {
    while (!far_.empty() && far_.begin()->first <= limit) {
        const Day first = far_.begin()->first;
        if (!near_.empty() && near_.front().at < first) {
            return;  // what is due before it comes first
        }
        std::vector<Wake> wakes = std::move(far_.begin()->second);
        far_.erase(far_.begin());
        open_until_ = std::max(open_until_, first);
        near_.insert(near_.end(), wakes.begin(), wakes.end());
        std::ranges::make_heap(near_, std::greater());
    }
}

std::span<const Wake> FlipQueue::take(Instant limit) {
    taken_.clear();
    open_days(limit);
    if (near_.empty() || near_.front().at > limit) {
        return {};
    }
    const Instant at = near_.front().at;
    while (!near_.empty() && near_.front().at == at) {
        if (taken_.empty() || taken_.back() != near_.front()) {
            taken_.push_back(near_.front());
        }
        std::ranges::pop_heap(near_, std::greater());
        near_.pop_back();
    }
    return taken_;
}

void FlipQueue::each_list(const std::function<void(std::vector<Wake>&)>& use) {
    use(near_);
    std::ranges::make_heap(near_, std::greater());
    for (auto& [of, wakes] : far_) {
        use(wakes);
    }
}

void FlipQueue::clear() {
    near_.clear();
    far_.clear();
}

void FlipQueue::drop(std::uint32_t cohort) {
    each_list([cohort](std::vector<Wake>& wakes) {
        std::erase_if(wakes, [cohort](const Wake& wake) { return wake.cohort == cohort; });
    });
}

void FlipQueue::renumber(std::span<const PatientNumber> numbers) {
    each_list([numbers](std::vector<Wake>& wakes) {
        for (Wake& wake : wakes) {
            wake.patient = numbers[wake.patient];
        }
    });
}

std::size_t FlipQueue::size() const {
    std::size_t count = near_.size();
    for (const auto& [of, wakes] : far_) {
        count += wakes.size();
    }
    return count;
}

}  // namespace parcours::population
