#include "engine/shared_means.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "engine/arbiter.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "outreach/reasons.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::engine {

void SharedMeans::see(const Event& event) {
    if (const auto* const decided = std::get_if<Decided>(&event)) {
        see(*decided);
    } else if (const auto* const attempted = std::get_if<Attempted>(&event)) {
        if (attempted->joined_into == Digest{}) {
            ++hours_[attempted->channel][std::chrono::floor<std::chrono::hours>(attempted->at)];
        }
    }
}

void SharedMeans::see(const Decided& event) {
    waited_ = waited_ || std::ranges::any_of(event.decision.checks, [](const CheckResult& check) {
                  return check.verdict != CheckResult::Verdict::Pass &&
                         (check.reason == outreach::reason::channel_busy ||
                          check.reason == outreach::reason::calls_paced);
              });
    for (const Paced& paced : event.paced) {
        const Instant at = event.decision.at;
        uses_[paced.flow].emplace_back(at,
                                       paced.until - std::max(flows_.flow_until(paced.flow), at));
    }
    flows_.apply(event);
}

void SharedMeans::add(SharedMeans&& more) {
    waited_ = waited_ || more.waited_;
    for (auto& [flow, uses] : more.uses_) {
        auto& all = uses_[flow];
        all.insert(all.end(), uses.begin(), uses.end());
    }
    for (const auto& [channel, hours] : more.hours_) {
        for (const auto& [hour, count] : hours) {
            hours_[channel][hour] += count;
        }
    }
    more = SharedMeans(*clinic_);
}

bool SharedMeans::suffice() const {
    return !waited_ &&
           std::ranges::all_of(uses_, [this](const auto& use) { return suffices(use.first); }) &&
           suffice_by_day();
}

/// The same as the arbiter asks. Of those at one moment the longest are taken first: whoever is the
/// last then finds as much used as they could in any order.
bool SharedMeans::suffices(std::string_view flow) const {
    auto uses = uses_.find(flow)->second;
    std::ranges::sort(uses, [](const auto& one, const auto& other) {
        return std::pair(one.first, other.second) < std::pair(other.first, one.second);
    });
    const bool is_channel = clinic_->folder.config.find_channel(flow) != nullptr;
    Instant used_until{};
    for (const auto& [at, each] : uses) {
        const Duration burst = is_channel ? Arbiter::burst_of_channel - each : Duration{0};
        if (used_until - burst > at) {
            return false;
        }
        used_until = std::max(used_until, at) + each;
    }
    return true;
}

/// Any of the day's messages may have been the last to ask.
bool SharedMeans::suffice_by_day() const {
    const auto& zone = clinic_->zone;
    return std::ranges::all_of(hours_, [&](const auto& entry) {
        const practice::ChannelConfig* const config =
            clinic_->folder.config.find_channel(entry.first);
        if (config == nullptr || config->per_day == 0) {
            return true;
        }
        const auto& hours = entry.second;
        for (auto hour = hours.begin(); hour != hours.end();) {
            const auto day = std::chrono::floor<std::chrono::days>(zone.to_local(hour->first));
            // Hours that two days share count for both.
            const Instant from = std::chrono::floor<std::chrono::hours>(zone.to_instant(day));
            const Instant to = zone.to_instant(day + std::chrono::days{1});
            std::uint64_t sum = 0;
            for (auto one = hours.lower_bound(from); one != hours.end() && one->first < to; ++one) {
                sum += one->second;
            }
            if (sum > config->per_day) {
                return false;
            }
            hour = hours.lower_bound(std::max(to, hour->first + std::chrono::hours{1}));
        }
        return true;
    });
}

}  // namespace parcours::engine
