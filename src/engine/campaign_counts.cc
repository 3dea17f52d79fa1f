#include "engine/campaign_counts.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campaign/enrol.h"
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

bool is_success(std::string_view result) {
    return result == "success" || result == "completed";
}

/// The split and the way that the lot gave; no label where the step was entered otherwise. `before`
/// is the step that led to it.
std::pair<std::string, std::string> arm_of(std::string_view before, std::string_view because) {
    if (before.empty() || !because.starts_with(campaign::by_lot)) {
        return {};
    }
    return {std::string(before), std::string(because.substr(campaign::by_lot.size()))};
}

}  // namespace

CampaignCounts& CampaignTally::counts_of(std::string_view campaign) {
    return entry(counts_, campaign);
}

/// `one` is 1 or, modulo 2^64, -1.
void CampaignTally::count(const Standing& standing, std::uint64_t one) {
    CampaignCounts& counts = counts_of(standing.campaign);
    const bool undone = standing.result == campaign::undone_result;
    counts.undone += undone ? one : 0;
    counts.holdout += standing.holdout && !undone ? one : 0;
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
    counts.successes += is_success(result) ? one : 0;
    counts.holdout_successes += is_success(result) && standing.holdout ? one : 0;
}

/// What became of the ways that lots gave to somebody whose enrolment has ended.
void CampaignTally::count_arms(const EnrolmentState& ended, std::uint64_t one) {
    CampaignCounts& counts = counts_of(ended.enrolment.campaign);
    std::string_view before;
    for (const StepEntered& entered : ended.path) {
        if (auto arm = arm_of(before, entered.because); !arm.second.empty()) {
            ArmCounts& sent = counts.arms[std::move(arm)];
            if (ended.enrolment.result == campaign::undone_result) {
                sent.entered -= one;
            } else {
                sent.ended += one;
                sent.successes += is_success(ended.enrolment.result) ? one : 0;
            }
        }
        before = entered.step;
    }
}

void CampaignTally::remove(const EnrolmentView& before) {
    count({before.campaign(), before.step(), before.result(), before.holdout()}, ~std::uint64_t{0});
    if (before.ended()) {
        count_arms(*before, ~std::uint64_t{0});
    }
}

void CampaignTally::add(const EnrolmentView& after, std::string_view last,
                        std::span<const StepEntered> entered) {
    count({after.campaign(), after.step(), after.result(), after.holdout()}, 1);
    CampaignCounts& counts = counts_of(after.campaign());
    for (const StepEntered& one : entered) {
        ++entry(counts.steps, one.step).entered;
        if (auto arm = arm_of(last, one.because); !arm.second.empty()) {
            ++counts.arms[std::move(arm)].entered;
        }
        if (!last.empty()) {
            ++counts.moves[{std::string(last), one.step}];
        }
        last = one.step;
    }
    if (after.ended()) {
        count_arms(*after, 1);
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
