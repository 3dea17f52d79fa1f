#include "access/throttle.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours::access {
namespace {

constexpr Duration forgotten_after = std::chrono::hours(1);

}  // namespace

Duration Throttle::wait(std::string_view key, Instant now) const {
    const auto found = failures_.find(key);
    if (found == failures_.end() || found->second.count < rule_.free_count) {
        return Duration::zero();
    }
    const Failures& failures = found->second;
    // Doubling more often than this exceeds every sensible bound.
    const unsigned doublings = std::min(failures.count - rule_.free_count, 20U);
    const Duration delay =
        std::min<Duration>(std::chrono::seconds(1LL << doublings), rule_.delay_max);
    const Duration passed = std::max(now - failures.last, Duration::zero());
    return passed >= delay ? Duration::zero() : delay - passed;
}

void Throttle::count(std::string_view key, Instant now) {
    auto found = failures_.find(key);
    if (found == failures_.end()) {
        if (failures_.size() >= key_count_max) {
            erase(failures_.find(by_age_.begin()->second));
        }
        found = failures_.try_emplace(std::string(key)).first;
    } else {
        by_age_.erase({found->second.last, found->first});
    }
    Failures& failures = found->second;
    failures.count = now - failures.last > forgotten_after ? 1 : failures.count + 1;
    failures.last = now;
    by_age_.emplace(now, found->first);
}

void Throttle::take_back(std::string_view key) {
    const auto found = failures_.find(key);
    if (found == failures_.end()) {
        return;
    }
    --found->second.count;
    if (found->second.count == 0) {
        erase(found);
    }
}

void Throttle::forgive(std::string_view key) {
    if (const auto found = failures_.find(key); found != failures_.end()) {
        erase(found);
    }
}

void Throttle::erase(Table::iterator failures) {
    by_age_.erase({failures->second.last, failures->first});
    failures_.erase(failures);
}

}  // namespace parcours::access
