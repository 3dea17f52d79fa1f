#include "engine/campaign_counts.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/enrolment_view.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"

namespace parcours::engine {

namespace {

template <class Map>
typename Map::mapped_type& entry(Map& map, std::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? map[std::string(key)] : found->second;
}

}  // namespace

CampaignCounts& CampaignTally::counts_of(std::string_view campaign) {
    return entry(counts_, campaign);
}

/// `one` is 1 or, modulo 2^64, -1.
void CampaignTally::count(const Standing& standing, std::uint64_t one) {
    CampaignCounts& counts = counts_of(standing.campaign);
    counts.holdout += standing.holdout ? one : 0;
    if (standing.result.empty()) {
        counts.running += one;
        entry(counts.steps, standing.step).here += one;
        return;
    }
    counts.ended += one;
    const std::string result(standing.result);
    if ((counts.results[result] += one) == 0) {
        counts.results.erase(result);
    }
    counts.successes += result == "success" || result == "completed" ? one : 0;
}

void CampaignTally::remove(const EnrolmentView& before) {
    count({before.campaign(), before.step(), before.result(), before.holdout()}, ~std::uint64_t{0});
}

void CampaignTally::add(const Enrolment& after, std::string_view last,
                        std::span<const StepEntered> entered) {
    count({after.campaign, after.step, after.result, after.holdout}, 1);
    CampaignCounts& counts = counts_of(after.campaign);
    for (const StepEntered& one : entered) {
        ++entry(counts.steps, one.step).entered;
        if (!last.empty()) {
            ++counts.moves[{std::string(last), one.step}];
        }
        last = one.step;
    }
}

void CampaignTally::message_changed(const Message& message, MessageState::Status before,
                                    MessageState::Status after) {
    using Status = MessageState::Status;
    const auto change = [&](Status status) {
        return static_cast<std::uint64_t>(after == status) -
               static_cast<std::uint64_t>(before == status);
    };
    const std::uint64_t sent = change(Status::Accepted);
    const std::uint64_t not_sent = change(Status::NotSent);
    if (sent == 0 && not_sent == 0) {
        return;
    }
    CampaignCounts& counts = counts_of(message.campaign);
    StepCounts& step = counts.steps[message.step];
    counts.sent += sent;
    counts.not_sent += not_sent;
    step.sent += sent;
    step.not_sent += not_sent;
}

const CampaignCounts* CampaignTally::find(std::string_view campaign) const {
    const auto found = counts_.find(campaign);
    return found == counts_.end() ? nullptr : &found->second;
}

}  // namespace parcours::engine
