#include "engine/hand_off.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/back_off.h"
#include "engine/events.h"
#include "engine/leaving.h"
#include "engine/ledger.h"
#include "engine/revocation.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// Hand-offs on one channel before the next of the ladder is tried.
constexpr std::uint32_t attempts_per_channel_max = 4;
/// Of a class B message whose result stayed unknown.
constexpr std::uint32_t unknown_attempts_max = 3;

/// What may have been taken is never repeated blindly, unless it is declared safety-critical
/// (class B): then a few times, counted.
void repeat_unknown(const Message& message, AttemptEnded& ended) {
    ended.final = !message.safety_critical || ended.number >= unknown_attempts_max;
    ended.retry_at = ended.at + back_off(ended.number + 1);
}

/// Decides what follows from a hand-off: the ladder goes on after what was definitely not taken,
/// never after an unknown result.
AttemptEnded conclude(const LeavingMessage& leaving, const channel::AttemptResult& result,
                      Instant now) {
    AttemptEnded ended;
    ended.message = leaving.message.id;
    ended.patient = leaving.message.patient;
    ended.number = leaving.attempt.number;
    ended.outcome = static_cast<AttemptEnded::Outcome>(result.outcome);
    ended.provider_id = result.provider_id;
    ended.detail = result.detail;
    ended.rung = leaving.rung;
    ended.at = now;
    const bool more_rungs = leaving.rung + 1 < leaving.message.ladder.size();
    switch (result.outcome) {
        case channel::Outcome::Accepted:
            break;
        case channel::Outcome::Refused:
            ended.final = !more_rungs;
            ended.rung = leaving.rung + (more_rungs ? 1 : 0);
            ended.retry_at = now;
            break;
        case channel::Outcome::Later: {
            const Instant at = now + result.retry_after.value_or(back_off(leaving.rung_attempt));
            const bool hopeless =
                leaving.rung_attempt >= attempts_per_channel_max || at > leaving.last_moment;
            ended.final = hopeless && !more_rungs;
            ended.rung = leaving.rung + (hopeless && more_rungs ? 1 : 0);
            ended.retry_at = hopeless ? now : at;
            break;
        }
        case channel::Outcome::Unknown:
            repeat_unknown(leaving.message, ended);
            break;
    }
    return ended;
}

}  // namespace

void HandOff::hand_over(const Leaving& leaving, Instant now) {
    channel::Channel& channel = *channels_.find(leaving.attempt.channel)->second;
    const channel::AttemptResult result = channel.send(leaving.outbound);
    journal_.add(conclude(leaving, result, now), now);
    for (const LeavingMessage& part : leaving.parts) {
        journal_.add(conclude(part, result, now), now);
    }
    const Attempted& attempt = leaving.attempt;
    note_health(attempt.channel, result, now);
    match_receipts(leaving, result.provider_id, now);
    if (result.opted_out) {
        revoke(ledger_, journal_, attempt.channel, attempt.to, "opted out at the provider", now);
    } else if (result.bad_address) {
        suppress(ledger_, journal_, attempt.channel, attempt.to, true,
                 "refused by the provider: " + result.detail, now);
    }
}

/// A provider that refuses one message is there all the same.
void HandOff::note_health(const std::string& channel, const channel::AttemptResult& result,
                          Instant now) {
    const bool reachable =
        result.outcome == channel::Outcome::Accepted || result.outcome == channel::Outcome::Refused;
    const auto [slot, added] = health_.try_emplace(channel);
    ChannelHealth& health = slot->second;
    if (added || health.reachable != reachable) {
        health.since = now;
    }
    health.reachable = reachable;
    health.detail = reachable ? std::string() : result.detail;
}

/// Receipts may overtake the answer, or come to a program that had stopped in between.
void HandOff::match_receipts(const Leaving& leaving, const std::string& provider_id, Instant now) {
    const Attempted& attempt = leaving.attempt;
    for (Received receipt : ledger_.notices().kept(attempt.message, provider_id)) {
        receipt.message = attempt.message;
        receipt.patient = attempt.patient;
        receipt.at = now;
        if (receipt.bad_address) {
            suppress(ledger_, journal_, attempt.channel, attempt.to, true,
                     receipt.status + ": " + receipt.detail, now);
        }
        journal_.add(std::move(receipt), now);
    }
}

void HandOff::recover(Instant now) {
    const std::set<Digest> open = ledger_.attempting();
    for (const Digest& id : open) {
        const MessageState state = *ledger_.find_message(id);
        AttemptEnded ended;
        ended.message = id;
        ended.patient = state.message.patient;
        ended.number = state.attempts;
        ended.outcome = AttemptEnded::Outcome::Unknown;
        ended.detail = stopped_before_answer;
        ended.rung = state.rung;
        ended.at = now;
        repeat_unknown(state.message, ended);
        journal_.add(ended, now);
    }
}

}  // namespace parcours::engine
