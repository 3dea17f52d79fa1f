#include "engine/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/arbiter.h"
#include "engine/events.h"
#include "engine/joiner.h"
#include "engine/leaving.h"
#include "engine/ledger.h"
#include "engine/message_look.h"
#include "engine/queues.h"
#include "engine/suspicion.h"
#include "engine/timer_queue.h"
#include "engine/traffic.h"
#include "outreach/gate.h"
#include "outreach/reasons.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

using std::chrono::minutes;

constexpr std::string_view rest_task = "channel-rest";

/// What a message uses; or, where it only waits for its turn, what is kept for it until then.
void set_aside(Decided& decided, const std::vector<Slot>& slots) {
    const bool waits = decided.decision.outcome == Decision::Outcome::Later;
    for (const Slot& slot : slots) {
        if (decided.decision.outcome == Decision::Outcome::Send ||
            (waits && slot.from == decided.decision.until)) {
            decided.paced.push_back(slot.paced);
        }
    }
}

}  // namespace

std::vector<Digest> Dispatcher::due(Instant now, Instant until) const {
    const bool live = std::ranges::any_of(channels_, [](const auto& channel) {
        const std::string_view adapter = channel.second->adapter();
        return adapter != "sandbox" && adapter != "webhook";
    });
    // Where nothing leaves all that is due is one batch: who of a household goes first must not
    // depend on how many others are due beside them.
    const std::size_t count_max = live                   ? live_batch_max
                                  : journal_.is_shared() ? shared_batch_max
                                  : journal_.is_play()   ? std::numeric_limits<std::size_t>::max()
                                                         : batch_max;
    std::vector<Digest> messages;
    std::set<Key> patients;
    ledger_.waiting().visit_due(std::min(now, until), [&](const TimerQueue::Timer& waiting) {
        // One a patient: the second must see what the first did to the contact budget.
        const MessageTable& all = ledger_.messages();
        if (patients.insert(all.patient(*all.number(waiting.second))).second) {
            messages.push_back(waiting.second);
        }
        return messages.size() < count_max;
    });
    for (Digest& id : messages) {
        id = first_of_patient(id, now);
    }
    return messages;
}

/// Of all that is due for the message's patient: who goes first for the contact budget.
Digest Dispatcher::first_of_patient(const Digest& message, Instant now) const {
    MessagePointer first = ledger_.find_message(message);
    std::int32_t priority = releases_.priority_of(first->message);
    for (const MessagePointer& other : ledger_.waiting_of(first->message.patient)) {
        if (other->message.id == first->message.id || other->next_look > now ||
            !ledger_.waiting().find(other->message.id)) {
            continue;
        }
        if (const std::int32_t theirs = releases_.priority_of(other->message); theirs > priority) {
            first = other;
            priority = theirs;
        }
    }
    return first->message.id;
}

Result<std::size_t> Dispatcher::dispatch(Instant now, Instant until) {
    const std::vector<Digest> messages = due(now, until);
    std::vector<Leaving> leaving;
    trying_.clear();
    for (const Digest& id : messages) {
        look(ledger_.find_message(id), now, leaving);
    }
    // Promise P4: decisions and attempts are durable before any byte leaves.
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    for (const Leaving& one : leaving) {
        const bool failing = is_failing(one.attempt.channel);
        hand_off_.hand_over(one, now);
        if (is_failing(one.attempt.channel) != failing) {
            tell_of_rest(one.attempt.channel, !failing, now);
        }
    }
    if (const auto flushed = journal_.flush(); !flushed) {
        return pass_on(flushed);
    }
    return messages.size();
}

void Dispatcher::look(const MessagePointer& waiting, Instant now, std::vector<Leaving>& leaving) {
    const Message message = waiting->message;
    const auto rung_count = static_cast<std::uint32_t>(message.ladder.size());
    if (waiting->rung >= rung_count) {
        give_up(message, rung_count, outreach::reason::no_channel,
                "The practice has no channel that this step may use.", now);
        return;
    }
    Considered considered;
    considered.state = waiting;
    for (std::uint32_t rung = waiting->rung; rung < rung_count; ++rung) {
        const std::string& channel = message.ladder[rung];
        if (const auto gathered = message_look_.gather(considered, channel, now); !gathered) {
            // An error in a check means: do not send. Other patients are not held up by it.
            give_up(message, rung_count, outreach::reason::check_failed, gathered.error().message,
                    now);
            return;
        }
        Decided decided = decide(considered, rung, now);
        const Decision::Outcome outcome = decided.decision.outcome;
        if (outcome == Decision::Outcome::Send) {
            leaving.push_back(send(considered, decided, now));
            return;
        }
        if (decided.decision.reason == outreach::reason::suspected_death) {
            ask_whether_dead(ledger_, journal_, message_look_.patients(), *considered.patient, now);
        }
        journal_.add(decided, now);
        // Where the next channel is held, the message rests there.
        if (outcome == Decision::Outcome::Later || !ledger_.waiting().find(message.id)) {
            return;
        }
        considered.state = ledger_.find_message(message.id);  // as it stands on the next rung
    }
}

/// Asks the gate; and where the message may leave for its own part, what is shared with others.
Decided Dispatcher::decide(Considered& considered, std::uint32_t rung, Instant now) {
    const Message& message = considered.state->message;
    const std::string& channel = message.ladder[rung];
    Decided decided;
    decided.decision = outreach::decide(considered.input, *considered.rules, now);
    decided.patient = message.patient;
    decided.rung = rung;
    if (decided.decision.outcome == Decision::Outcome::Send) {
        const Arbiter arbiter(ledger_, releases_.current());
        Arbitration arbitration = arbiter.ask(considered, channel, trying_, now);
        considered.input.limits = arbitration.limits;
        decided.decision = outreach::decide(considered.input, *considered.rules, now);
        considered.input.limits = {};
        set_aside(decided, arbitration.slots);
    }
    if (decided.decision.outcome == Decision::Outcome::NotSent) {
        decided.rung = rung + 1;
        decided.final = decided.rung == message.ladder.size();
    }
    if (decided.decision.outcome == Decision::Outcome::Later &&
        decided.decision.until.value_or(now) <= now) {
        decided.decision.until = now + minutes{1};  // or it would be looked at for ever
    }
    return decided;
}

/// Commits the attempt of what may leave, with all that is said in the same message.
Leaving Dispatcher::send(Considered& considered, Decided& decided, Instant now) {
    const std::string channel = considered.state->message.ladder[decided.rung];
    Joining joining = joiner_.join(considered, channel, now);
    if (!joining.detail.empty()) {
        decided.decision.checks.push_back(
            {"joining", CheckResult::Verdict::Pass, {}, joining.detail, {}});
    }
    const std::string_view adapter = channels_.find(channel)->second->adapter();
    Leaving out = prepare(considered, decided.rung, {channel, adapter, secret_}, now);
    for (const JoinedPart& part : joining.parts) {
        add_part(out, *part.considered, part.rung);
        decided.decision.joined.push_back(part.considered->state->message.id);
    }
    journal_.add(decided, now);
    journal_.add(out.attempt, now);
    for (std::size_t i = 0; i < out.parts.size(); ++i) {
        Decided joined;
        joined.decision = std::move(joining.parts[i].decision);
        joined.patient = out.parts[i].message.patient;
        joined.rung = out.parts[i].rung;
        joined.paced = std::move(joining.parts[i].paced);
        journal_.add(std::move(joined), now);
        journal_.add(out.parts[i].attempt, now);
    }
    if (is_failing(channel)) {
        trying_.insert(channel);
    }
    return out;
}

bool Dispatcher::is_failing(const std::string& channel) const {
    return ledger_.traffic().run_of(channel).failures >= Arbiter::failures_max;
}

/// Said once when a channel begins to rest; the task is closed when it takes messages again.
void Dispatcher::tell_of_rest(const std::string& channel, bool rests, Instant now) {
    if (!rests) {
        for (const std::uint32_t number :
             ledger_.lists().tasks.open_of(problems_queue, rest_task)) {
            const TaskPointer state = ledger_.tasks()[number];
            if (state->task.channel == channel) {
                journal_.add(TaskClosed{state->task.id, 0, "recovered", "parcours", now}, now);
                return;
            }
        }
        return;
    }
    const ChannelRun run = ledger_.traffic().run_of(channel);
    Task task;
    task.id = named_hash("task", {rest_task, channel, format_instant(run.since)});
    task.kind = rest_task;
    task.queue = problems_queue;
    task.outcomes = {"done"};
    task.channel = channel;
    task.opened_at = now;
    task.reason = "the channel " + channel + " failed " + std::to_string(run.failures) +
                  " times in a row and rests; it is tried again by itself, and its messages wait"
                  " or go by another channel: " +
                  run.detail;
    journal_.add(TaskOpened{std::move(task)}, now);
}

void Dispatcher::give_up(const Message& message, std::uint32_t rung, std::string_view reason,
                         const std::string& detail, Instant now) {
    Decided decided;
    decided.patient = message.patient;
    decided.rung = rung;
    decided.final = true;
    decided.decision.message = message.id;
    decided.decision.outcome = Decision::Outcome::NotSent;
    decided.decision.reason = reason;
    decided.decision.at = now;
    decided.decision.checks.push_back({std::string(reason), CheckResult::Verdict::Fail,
                                       std::string(reason), detail, std::nullopt});
    journal_.add(decided, now);
}

}  // namespace parcours::engine
