#include "engine/campaign_counts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campaign/enrol.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"

namespace parcours::engine {

namespace {

/// The split and the way that the lot gave; no label where the step was entered otherwise.
std::pair<std::string, std::string> arm_of(const std::vector<StepEntered>& path, std::size_t at) {
    const std::string& because = path[at].because;
    if (at == 0 || !because.starts_with(campaign::by_lot)) {
        return {};
    }
    return {path[at - 1].step, because.substr(campaign::by_lot.size())};
}

}  // namespace

/// `one` is 1 or, modulo 2^64, -1.
void CampaignTally::count(const EnrolmentState& state, std::uint64_t one) {
    const Enrolment& enrolment = state.enrolment;
    CampaignCounts& counts = counts_[enrolment.campaign];
    counts.holdout += enrolment.holdout ? one : 0;
    if (!enrolment.ended()) {
        counts.running += one;
        counts.steps[enrolment.step].here += one;
        return;
    }
    counts.ended += one;
    if ((counts.results[enrolment.result] += one) == 0) {
        counts.results.erase(enrolment.result);
    }
    const bool success = enrolment.result == "success" || enrolment.result == "completed";
    counts.successes += success ? one : 0;
    for (std::size_t i = 0; i < state.path.size(); ++i) {
        if (auto arm = arm_of(state.path, i); !arm.second.empty()) {
            ArmCounts& sent = counts.arms[std::move(arm)];
            sent.ended += one;
            sent.successes += success ? one : 0;
        }
    }
}

void CampaignTally::remove(const EnrolmentState& before) {
    count(before, ~std::uint64_t{0});
}

void CampaignTally::add(const EnrolmentState& after, std::size_t entered) {
    count(after, 1);
    CampaignCounts& counts = counts_[after.enrolment.campaign];
    for (std::size_t i = after.path.size() - entered; i < after.path.size(); ++i) {
        ++counts.steps[after.path[i].step].entered;
        if (auto arm = arm_of(after.path, i); !arm.second.empty()) {
            ++counts.arms[std::move(arm)].entered;
        }
        if (i > 0) {
            ++counts.moves[{after.path[i - 1].step, after.path[i].step}];
        }
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
    CampaignCounts& counts = counts_[message.campaign];
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
