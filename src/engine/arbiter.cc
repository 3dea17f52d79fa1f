#include "engine/arbiter.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/message_look.h"
#include "engine/traffic.h"
#include "outreach/gate.h"
#include "outreach/reasons.h"
#include "practice/config.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using std::chrono::minutes;

constexpr minutes rest_max{30};
/// A message is looked at so soon after its time, on a machine that is not overloaded.
constexpr minutes slot_grace{1};

/// 1, 2, 4 … minutes after the fifth failure in a row.
Duration rest_after(std::uint32_t failures) {
    Duration rest = minutes{1};
    for (std::uint32_t i = Arbiter::failures_max; i < failures && rest < rest_max; ++i) {
        rest *= 2;
    }
    return std::min<Duration>(rest, rest_max);
}

Duration each_of(Duration span, double count) {
    return Duration{static_cast<Duration::rep>(static_cast<double>(span.count()) / count)};
}

std::string for_each_minute(std::uint32_t count) {
    return std::to_string(count) + " a minute";
}

}  // namespace

struct Arbiter::Asking {
    const Considered& considered;
    const std::string& channel;
    const std::set<std::string>& trying;
    Instant now;
    Arbitration out;

    void pass(std::string_view check) { out.limits.push_back({check, {}, {}, std::nullopt}); }
};

Arbitration Arbiter::ask(const Considered& considered, const std::string& channel,
                         const std::set<std::string>& trying, Instant now) const {
    Asking asking{considered, channel, trying, now, {}};
    ask_rest(asking);
    ask_household(asking);
    ask_day(asking);
    ask_backlog(asking);
    ask_calls(asking);
    ask_rate(asking);
    return std::move(asking.out);
}

Arbitration Arbiter::ask_joined(const Considered& considered, const Considered& lead,
                                const std::string& channel, Instant now) const {
    const std::set<std::string> none;
    Asking asking{considered, channel, none, now, {}};
    const bool said_by_lead = considered.content != nullptr && lead.content != nullptr &&
                              lead.content->calls.queue == considered.content->calls.queue &&
                              lead.content->calls.rate >= considered.content->calls.rate;
    if (!said_by_lead) {
        ask_calls(asking);
    }
    return std::move(asking.out);
}

std::string Arbiter::calls_flow(const std::string& queue) {
    return "calls to " + queue;
}

/// A channel whose provider fails again and again rests, and is tried again by one message.
void Arbiter::ask_rest(Asking& asking) const {
    const ChannelRun run = ledger_.traffic().run_of(asking.channel);
    if (run.failures < failures_max) {
        return;
    }
    Instant until = run.failed_at + rest_after(run.failures);
    if (until <= asking.now && !asking.trying.contains(asking.channel)) {
        asking.pass("channel-rest");
        return;
    }
    until = std::max(until, asking.now + minutes{1});
    asking.out.limits.push_back(
        {"channel-rest", outreach::reason::channel_rests,
         "The last " + std::to_string(run.failures) +
             " hand-offs on this channel failed, so it rests and is tried again by itself.",
         until});
}

/// Gives out a flow that lets one pass each so long, `burst` in advance. Who waited for a slot has
/// it and does not ask again.
void Arbiter::take_slot(Asking& asking, const std::string& flow, Duration each, Duration burst,
                        outreach::SharedLimit limit) const {
    const auto& slots = asking.considered.state->slots;
    const auto slot = std::ranges::find(slots, flow, &Paced::flow);
    if (slot != slots.end() && asking.now <= slot->until + slot_grace) {
        asking.pass(limit.check);
        return;
    }
    const Instant used_until = ledger_.traffic().flow_until(flow);
    const Instant next = used_until - burst;
    const bool waits = next > asking.now;
    asking.out.slots.push_back(
        {{flow, std::max(used_until, asking.now) + each}, std::max(next, asking.now)});
    if (waits) {
        limit.until = next;
        asking.out.limits.push_back(std::move(limit));
    } else {
        asking.pass(limit.check);
    }
}

void Arbiter::ask_rate(Asking& asking) const {
    const practice::ChannelConfig* const config =
        clinic_.folder.config.find_channel(asking.channel);
    if (config == nullptr || config->per_minute == 0) {
        return;
    }
    const Duration each = each_of(minutes{1}, config->per_minute);
    take_slot(
        asking, asking.channel, each, burst_of_channel - each,
        {"channel-rate", outreach::reason::channel_busy,
         "The channel takes " + for_each_minute(config->per_minute) + ", and others go before.",
         std::nullopt});
}

void Arbiter::ask_day(Asking& asking) const {
    const practice::ChannelConfig* const config =
        clinic_.folder.config.find_channel(asking.channel);
    if (config == nullptr || config->per_day == 0) {
        return;
    }
    const auto today = std::chrono::floor<std::chrono::days>(clinic_.zone.to_local(asking.now));
    if (ledger_.traffic().handed_since(asking.channel, clinic_.zone.to_instant(today)) <
        config->per_day) {
        asking.pass("channel-day");
        return;
    }
    asking.out.limits.push_back(
        {"channel-day", outreach::reason::channel_busy,
         "The channel takes " + std::to_string(config->per_day) + " a day, and has had them.",
         clinic_.zone.to_instant(today + std::chrono::days{1})});
}

/// What fell due while nothing left does not leave all at once.
void Arbiter::ask_backlog(Asking& asking) const {
    const auto& outage = ledger_.traffic().outage();
    const MessageState& state = *asking.considered.state;
    const std::uint32_t pace = clinic_.folder.config.backlog_per_minute;
    if (!outage || pace == 0 || state.message.safety_critical || !state.of_outage) {
        return;
    }
    take_slot(
        asking, "backlog", each_of(minutes{1}, pace), Duration{0},
        {"backlog", outreach::reason::backlog,
         "It fell due while nothing left, from " + format_instant(outage->from) + " to " +
             format_instant(outage->at) + "; what did leaves at " + for_each_minute(pace) + ".",
         std::nullopt});
}

/// Messages that make people call do not flood those who answer.
void Arbiter::ask_calls(Asking& asking) const {
    const practice::Content* const content = asking.considered.content;
    if (content == nullptr || content->calls.rate <= 0) {
        return;
    }
    const practice::QueueConfig* const queue =
        clinic_.folder.config.find_queue(content->calls.queue);
    if (queue == nullptr || queue->calls_per_hour == 0) {
        return;
    }
    take_slot(asking, calls_flow(queue->name),
              each_of(std::chrono::hours{1}, queue->calls_per_hour / content->calls.rate),
              Duration{0},
              {"call-pace", outreach::reason::calls_paced,
               "Such messages cause calls to " + queue->name + ", which takes " +
                   std::to_string(queue->calls_per_hour) + " an hour; others go before.",
               std::nullopt});
}

/// One address, several patients: not all of them on one day.
void Arbiter::ask_household(Asking& asking) const {
    const practice::Config& config = clinic_.folder.config;
    const Message& message = asking.considered.state->message;
    const std::string& address = asking.considered.recipient.address;
    if (config.household_per_day == 0 || address.empty() || message.safety_critical ||
        config.contact_budget.is_exempt(message.purpose)) {
        return;
    }
    const auto& zone = asking.considered.patient->zone.zone;
    const auto today = std::chrono::floor<std::chrono::days>(zone.to_local(asking.now));
    const std::uint32_t others =
        ledger_.traffic().others_at(address, message.patient, zone.to_instant(today));
    if (others < config.household_per_day) {
        asking.pass("household");
        return;
    }
    asking.out.limits.push_back(
        {"household", outreach::reason::household,
         "Messages to others at the same address: " + std::to_string(others) + " today.",
         tomorrow(asking)});
}

/// When the next day begins where the patient lives.
Instant Arbiter::tomorrow(const Asking& asking) const {
    const auto& zone = asking.considered.patient->zone.zone;
    const auto today = std::chrono::floor<std::chrono::days>(zone.to_local(asking.now));
    return zone.to_instant(today + std::chrono::days{1});
}

}  // namespace parcours::engine
