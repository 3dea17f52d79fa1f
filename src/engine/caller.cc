#include "engine/caller.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/back_off.h"
#include "engine/dispatcher.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/timer_queue.h"

namespace parcours::engine {
namespace {

using std::chrono::hours;

/// A call is tried for so long.
constexpr hours lifetime{24};

/// What follows from an attempt's result: done, later, or never.
CallEnded conclude(const Call& call, std::uint32_t number, const channel::AttemptResult& result,
                   Instant now) {
    CallEnded ended{.call = call.id,
                    .patient = call.patient,
                    .number = number,
                    .taken = result.outcome == channel::Outcome::Accepted,
                    .final = true,
                    .detail = result.detail,
                    .retry_at = {},
                    .at = now};
    if (result.outcome == channel::Outcome::Later || result.outcome == channel::Outcome::Unknown) {
        const Instant again = now + result.retry_after.value_or(back_off(number));
        ended.final = again > call.at + lifetime;
        ended.retry_at = again;
    }
    return ended;
}

}  // namespace

struct Caller::Attempt {
    Call call;
    std::uint32_t number = 1;
};

std::string webhook_name(std::string_view hook) {
    return "webhook:" + std::string(hook);
}

Result<std::size_t> Caller::call(Instant now) {
    std::vector<Attempt> attempts;
    ledger_.steps().calls().visit_due(now, [&](const TimerQueue::Timer& due) {
        const CallState& state = *ledger_.steps().find_call(due.second);
        attempts.push_back({state.call, state.attempts + 1});
        return attempts.size() < batch_max;
    });
    if (attempts.empty()) {
        return std::size_t{0};
    }
    const auto too_late = std::ranges::partition(attempts, [now](const Attempt& attempt) {
        return attempt.number == 1 || now <= attempt.call.at + lifetime;
    });
    for (const Attempt& attempt : too_late) {
        give_up(attempt, now);
    }
    attempts.erase(too_late.begin(), too_late.end());
    for (const Attempt& attempt : attempts) {
        journal_.add(CallAttempted{attempt.call.id, attempt.call.patient, attempt.number, now},
                     now);
    }
    // Durable before any byte leaves.
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    for (const Attempt& attempt : attempts) {
        hand_over(attempt, now);
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return attempts.size();
}

/// The program was not there when the call was to be made again.
void Caller::give_up(const Attempt& attempt, Instant now) {
    journal_.add(CallEnded{.call = attempt.call.id,
                           .patient = attempt.call.patient,
                           .number = attempt.number - 1,
                           .taken = false,
                           .final = true,
                           .detail = "not answered for a day",
                           .retry_at = {},
                           .at = now},
                 now);
}

void Caller::hand_over(const Attempt& attempt, Instant now) {
    const Call& call = attempt.call;
    const auto found = channels_.find(webhook_name(call.hook));
    channel::AttemptResult result;
    if (found == channels_.end()) {
        result.outcome = channel::Outcome::Refused;
        result.detail = "the practice names no webhook \"" + call.hook + "\" any more";
    } else {
        channel::Outbound outbound;
        outbound.message_id = call.id.to_hex();
        outbound.to = call.hook;
        outbound.text = call.body;
        outbound.attempt = attempt.number;
        result = found->second->send(outbound);
    }
    journal_.add(conclude(call, attempt.number, result, now), now);
}

void Caller::recover(Instant now) {
    const auto open = ledger_.steps().calling();
    for (const Digest& id : open) {
        const CallState& state = *ledger_.steps().find_call(id);
        channel::AttemptResult unknown;
        unknown.detail = "the program stopped before the answer came";
        journal_.add(conclude(state.call, state.attempts, unknown, now), now);
    }
}

}  // namespace parcours::engine
