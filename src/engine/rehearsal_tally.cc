#include "engine/rehearsal_tally.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/steps.h"
#include "channel/sms/segments.h"
#include "engine/assumed_outcomes.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/rehearsal_report.h"
#include "outreach/minors.h"
#include "outreach/reasons.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

constexpr std::chrono::hours collision_span{24};

bool is_sent(const MessageState& state) {
    return state.status == MessageState::Status::Accepted;
}

bool is_refused(const MessageState& state) {
    return state.status == MessageState::Status::NotSent ||
           state.status == MessageState::Status::Withdrawn;
}

std::string_view age_group(int years) {
    struct Group {
        int below;
        std::string_view name;
    };
    static constexpr std::array groups = {Group{18, "0-17"}, Group{40, "18-39"}, Group{65, "40-64"},
                                          Group{80, "65-79"}};
    const auto* const found =
        std::ranges::find_if(groups, [years](const Group& group) { return years < group.below; });
    return found == groups.end() ? "80+" : found->name;
}

}  // namespace

CivilDate RehearsalTally::day_of(Instant at) const {
    return std::chrono::floor<std::chrono::days>(clinic_.zone.to_local(at));
}

template <class Count>
void RehearsalTally::count(const std::string& campaign, const std::string& step, Instant at,
                           Count count) {
    const CivilDate day = day_of(at);
    RehearsedCampaign& of = report_.campaigns[campaign];
    count(of.whole.all);
    count(of.whole.days[day]);
    if (!step.empty()) {
        RehearsedStep& one = of.steps[step];
        count(one.all);
        count(one.days[day]);
    }
}

void RehearsalTally::begin(const Ledger& present) {
    enrolled_before_ = present.enrolments().size();
    ended_before_.clear();
    settled_before_.clear();
    for (const EnrolmentView one : present.enrolments()) {
        if (one.ended()) {
            ended_before_.insert(one.id());
        } else {
            ++report_.present;
            ++report_.campaigns[std::string(one.campaign())].present;
        }
    }
    for (const MessagePointer& state : present.messages()) {
        if (state->settled()) {
            settled_before_.insert(state->message.id);
        }
    }
}

void RehearsalTally::see(const Event& event) {
    if (const auto* const transition = std::get_if<Transition>(&event)) {
        see(*transition);
    } else if (const auto* const decided = std::get_if<Decided>(&event)) {
        see(*decided);
    } else if (const auto* const attempted = std::get_if<Attempted>(&event)) {
        see(*attempted);
    } else if (const auto* const opened = std::get_if<TaskOpened>(&event)) {
        open(opened->task);
    } else if (const auto* const closed = std::get_if<TaskClosed>(&event)) {
        see(*closed);
    }
}

void RehearsalTally::see(const Transition& event) {
    const std::string& campaign = event.enrolment.campaign;
    const CivilDate day = day_of(event.at);
    RehearsedCampaign& of = report_.campaigns[campaign];
    for (const StepEntered& entered : event.entered) {
        RehearsedStep& step = of.steps[entered.step];
        ++step.all.entered;
        ++step.days[day].entered;
    }
    report_.withheld += event.withheld;
    if (event.withheld > 0) {
        const std::string step = event.entered.empty() ? "" : event.entered.front().step;
        count(campaign, step, event.at,
              [&](StepFigures& figures) { figures.withheld += event.withheld; });
    }
    for (const Task& task : event.tasks_opened) {
        open(task);
    }
}

void RehearsalTally::see(const Decided& event) {
    for (const CheckResult& check : event.decision.checks) {
        if (check.verdict == CheckResult::Verdict::Pass) {
            continue;
        }
        if (check.reason == outreach::reason::contact_budget) {
            over_budget_.insert(event.decision.message);
            over_budget_patients_.insert(event.patient);
        } else if (check.reason == outreach::reason::quiet_hours) {
            quiet_.insert(event.decision.message);
        }
    }
}

void RehearsalTally::see(const TaskClosed& event) {
    if (event.by == AssumedOutcomes::by) {
        ++report_.outcomes[event.outcome];
    }
}

/// What left within another message costs nothing more.
void RehearsalTally::see(const Attempted& event) {
    if (event.joined_into != Digest{}) {
        return;
    }
    ChannelVolume& volume = report_.volumes[event.channel];
    ++volume.messages;
    if (event.channel == "sms") {
        volume.segments += channel::count_sms_segments(event.text).segments;
    }
}

void RehearsalTally::open(const Task& task) {
    ++report_.tasks;
    RehearsedQueue& queue = report_.queues[task.queue];
    ++queue.tasks;
    ++queue.days[day_of(task.opened_at)];
    if (task.kind == "call") {
        ++queue.calls;
        ++queue.call_days[day_of(task.opened_at)];
    }
    if (!task.campaign.empty()) {
        count(task.campaign, task.step, task.opened_at,
              [](StepFigures& figures) { ++figures.tasks; });
    }
}

void RehearsalTally::count_enrolments() {
    std::size_t number = 0;
    for (const EnrolmentView one : ledger_.enrolments()) {
        const Enrolment enrolment = one.enrolment();
        RehearsedCampaign& campaign = report_.campaigns[enrolment.campaign];
        if (number++ >= enrolled_before_) {
            ++report_.entered;
            count(enrolment.campaign, {}, enrolment.enrolled_at,
                  [](StepFigures& figures) { ++figures.entered; });
            campaign.release = enrolment.release;
            campaign.held_out += enrolment.holdout ? 1U : 0U;
        } else if (ended_before_.contains(enrolment.id)) {
            continue;
        }
        if (enrolment.ended()) {
            ++campaign.results[enrolment.result];
        } else {
            ++campaign.running;
        }
    }
}

void RehearsalTally::count_messages() {
    for (const MessagePointer& state : ledger_.messages()) {
        const Message& message = state->message;
        if (settled_before_.contains(message.id)) {
            continue;
        }
        if (is_sent(*state) && state->is_joined()) {
            ++report_.joined;
            count(message.campaign, message.step, state->settled_at,
                  [](StepFigures& figures) { ++figures.joined; });
        } else if (is_sent(*state)) {
            ++report_.sent[state->channel];
            count(message.campaign, message.step, state->settled_at,
                  [&](StepFigures& figures) { ++figures.sent[state->channel]; });
        } else if (is_refused(*state)) {
            ++report_.not_sent[state->reason];
            count(message.campaign, message.step, state->settled_at,
                  [&](StepFigures& figures) { ++figures.not_sent[state->reason]; });
        }
    }
}

/// … in the time that is rehearsed.
bool RehearsalTally::is_sent_now(const MessageState& state) const {
    return is_sent(state) && !settled_before_.contains(state.message.id);
}

/// Each pair of messages of different campaigns that lie close together.
void RehearsalTally::count_collisions(Key patient) {
    std::vector<MessagePointer> sent;
    std::ranges::copy_if(
        ledger_.messages_of(patient), std::back_inserter(sent),
        [this](const MessagePointer& state) { return is_sent_now(*state) && !state->is_joined(); });
    std::ranges::sort(sent, {}, &MessageState::settled_at);
    bool any = false;
    for (std::size_t later = 1; later < sent.size(); ++later) {
        for (std::size_t i = later; i-- > 0;) {
            if (sent[later]->settled_at - sent[i]->settled_at >= collision_span) {
                break;
            }
            const std::string& one = sent[i]->message.campaign;
            const std::string& other = sent[later]->message.campaign;
            if (one != other) {
                ++report_.collisions[std::minmax(one, other)];
                any = true;
            }
        }
    }
    report_.collision_patients += any ? 1U : 0U;
}

Result<> RehearsalTally::count_for_nothing() {
    const MessageTable& messages = ledger_.messages();
    std::vector<std::uint32_t> numbers(messages.size());
    std::iota(numbers.begin(), numbers.end(), 0U);
    // A patient's one after another: what their record holds is looked through once.
    std::ranges::sort(numbers, {}, [&messages](std::uint32_t number) {
        return std::pair(messages.patient(number), number);
    });
    for (const std::uint32_t number : numbers) {
        const MessagePointer state = messages[number];
        if (!is_sent_now(*state)) {
            continue;
        }
        const auto reason = hindsight_.find_against(*state);
        if (!reason) {
            return pass_on(reason);
        }
        if (!reason->empty()) {
            ++report_.for_nothing[std::string(*reason)];
        }
    }
    return {};
}

Result<> RehearsalTally::count_reach() {
    std::unordered_set<Key> known;
    std::size_t number = 0;
    for (const EnrolmentView enrolment : ledger_.enrolments()) {
        const Key patient = enrolment.patient();
        if (number++ < enrolled_before_ || !known.insert(patient).second) {
            continue;
        }
        count_collisions(patient);
        const auto profile = patients_.profile(patient);
        if (!profile) {
            return pass_on(profile);
        }
        const Instant at = enrolment.enrolled_at();
        Reach reach;
        reach.patients = 1;
        const LoadedCampaign* const campaign = clinic_.find_campaign(enrolment.campaign());
        const outreach::MinorWay minor =
            campaign == nullptr
                ? outreach::MinorWay::Grown
                : find_minor_way(clinic_.folder, campaign->definition, clinic_, **profile, at);
        for (const auto& channel : clinic_.folder.config.channels) {
            const auto recipient = outreach::choose_recipient_of(
                **profile, channel.name, clinic_.recipient_rules, minor, at);
            reach.channels[channel.name] += recipient.problem.empty() ? 1U : 0U;
        }
        reach.nowhere = sum(reach.channels) == 0 ? 1U : 0U;
        reach.reached = std::ranges::any_of(
                            ledger_.messages_of(patient),
                            [this](const MessagePointer& message) { return is_sent_now(*message); })
                            ? 1U
                            : 0U;
        report_.languages[(*profile)->language].add(reach);
        const auto& birth = (*profile)->birth;
        const std::string_view age =
            birth ? age_group(whole_years(*birth, day_of(at))) : std::string_view("unknown");
        report_.ages[std::string(age)].add(reach);
    }
    return {};
}

Result<RehearsalReport> RehearsalTally::finish() {
    count_enrolments();
    count_messages();
    if (const auto counted = count_for_nothing(); !counted) {
        return pass_on(counted);
    }
    if (const auto counted = count_reach(); !counted) {
        return pass_on(counted);
    }
    report_.over_budget_patients = over_budget_patients_.size();
    report_.over_budget_messages = over_budget_.size();
    report_.quiet_hours = quiet_.size();
    over_budget_patients_.clear();
    over_budget_.clear();
    quiet_.clear();
    return std::exchange(report_, {});
}

}  // namespace parcours::engine
