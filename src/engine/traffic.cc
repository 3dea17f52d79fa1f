#include "engine/traffic.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>
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
/// What late timers plan in so long after an outage fell due in it.
constexpr std::chrono::minutes after_outage{15};
/// Days begin at a multiple of it, in every zone.
using Quarters = std::chrono::duration<std::int64_t, std::ratio<15 * 60>>;

Instant quarter_of(Instant at) {
    return std::chrono::floor<Quarters>(at);
}

}  // namespace

std::optional<Instant> Traffic::last_heard(std::string_view source) const {
    const auto found = feeds_.find(source);
    return found == feeds_.end() ? std::nullopt : std::optional(found->second);
}

void Traffic::apply(const Decided& event) {
    for (const Paced& paced : event.paced) {
        // What is joined may use a flow beside what it leaves within, and both knew it as it was.
        Instant& until = flows_[paced.flow];
        until = std::max(until, paced.until);
    }
}

void Traffic::apply(const Attempted& event) {
    if (event.joined_into != Digest{}) {
        parts_[event.joined_into].push_back(event.message);
        return;  // one hand-off for all
    }
    parts_.erase(event.message);
    auto& quarters = quarters_[event.channel];
    ++quarters[quarter_of(event.at)];
    quarters.erase(quarters.begin(), quarters.lower_bound(quarter_of(event.at) - kept));
    auto& handed = at_address_[event.to];
    std::erase_if(handed, [&event](const HandedOver& one) { return one.at < event.at - kept; });
    handed.push_back({event.at, event.patient});
    if (at_address_.size() > at_address_max_) {
        drop_old_addresses(event.at);
    }
}

/// Addresses that nothing went to lately; seldom enough to cost each hand-off next to nothing.
void Traffic::drop_old_addresses(Instant now) {
    std::erase_if(at_address_,
                  [now](const auto& entry) { return entry.second.back().at < now - kept; });
    at_address_max_ = 1000 + 2 * at_address_.size();
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

bool Traffic::follows_outage(Instant at) const {
    return outage_ && at >= outage_->at && at <= outage_->at + after_outage;
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
    if (const auto found = quarters_.find(channel); found != quarters_.end()) {
        const auto& quarters = found->second;
        for (auto quarter = quarters.lower_bound(quarter_of(since)); quarter != quarters.end();
             ++quarter) {
            sum += quarter->second;
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
