#include "engine/traffic.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/hand_off.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// No rule looks further back.
constexpr std::chrono::hours kept{48};

Instant hour_of(Instant at) {
    return std::chrono::floor<std::chrono::hours>(at);
}

}  // namespace

std::optional<Instant> Traffic::last_heard(std::string_view source) const {
    const auto found = feeds_.find(source);
    return found == feeds_.end() ? std::nullopt : std::optional(found->second);
}

void Traffic::apply(const Decided& event) {
    for (const Paced& paced : event.paced) {
        flows_[paced.flow] = paced.until;
    }
}

void Traffic::apply(const Attempted& event) {
    if (event.joined_into != Digest{}) {
        parts_[event.joined_into].push_back(event.message);
        return;  // one hand-off for all
    }
    parts_.erase(event.message);
    auto& hours = hours_[event.channel];
    ++hours[hour_of(event.at)];
    hours.erase(hours.begin(), hours.lower_bound(hour_of(event.at) - kept));
    auto& handed = at_address_[event.to];
    std::erase_if(handed, [&event](const HandedOver& one) { return one.at < event.at - kept; });
    handed.push_back({event.at, event.patient});
}

void Traffic::apply(const AttemptEnded& event, const std::string& channel) {
    ChannelRun& run = runs_[channel];
    using Outcome = AttemptEnded::Outcome;
    if (event.outcome == Outcome::Accepted || event.outcome == Outcome::Refused) {
        run = {};  // a provider that refuses one message is there all the same
        return;
    }
    if (event.outcome == Outcome::Unknown && event.detail == stopped_before_answer) {
        return;
    }
    run.since = run.failures == 0 ? event.at : run.since;
    ++run.failures;
    run.failed_at = event.at;
    run.detail = event.detail;
}

void Traffic::apply(const Held& event) {
    if (event.held) {
        holds_[event.what] = event;
    } else {
        holds_.erase(event.what);
    }
}

void Traffic::forget() {
    auto holds = std::move(holds_);
    *this = Traffic();
    holds_ = std::move(holds);
}

const Held* Traffic::find_hold(std::string_view what) const {
    const auto found = holds_.find(what);
    return found == holds_.end() ? nullptr : &found->second;
}

Instant Traffic::flow_until(std::string_view flow) const {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? Instant{} : found->second;
}

ChannelRun Traffic::run_of(std::string_view channel) const {
    const auto found = runs_.find(channel);
    return found == runs_.end() ? ChannelRun{} : found->second;
}

std::uint32_t Traffic::handed_since(std::string_view channel, Instant since) const {
    std::uint32_t sum = 0;
    if (const auto found = hours_.find(channel); found != hours_.end()) {
        const auto& hours = found->second;
        for (auto hour = hours.lower_bound(hour_of(since)); hour != hours.end(); ++hour) {
            sum += hour->second;
        }
    }
    return sum;
}

std::uint32_t Traffic::others_at(const std::string& address, Key patient, Instant since) const {
    const auto found = at_address_.find(address);
    if (found == at_address_.end()) {
        return 0;
    }
    return static_cast<std::uint32_t>(std::ranges::count_if(
        found->second,
        [&](const HandedOver& one) { return one.patient != patient && one.at >= since; }));
}

const std::vector<Digest>& Traffic::parts_of(const Digest& message) const {
    static const std::vector<Digest> none;
    const auto found = parts_.find(message);
    return found == parts_.end() ? none : found->second;
}

}  // namespace parcours::engine
