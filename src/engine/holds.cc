#include "engine/holds.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/timer_queue.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// What is due so long was not merely a little late.
constexpr std::chrono::minutes outage_min{15};

bool channel_exists(const Runner& runner, const std::string& channel) {
    return runner.clinic().folder.config.find_channel(channel) != nullptr;
}

/// "the campaign is paused since … by Ann: words under review".
template <class Order>
std::string order_words(const std::string& what, const Order& order) {
    return what + " since " + format_instant(order.at) +
           (order.by.empty() ? "" : " by " + order.by) +
           (order.reason.empty() ? "" : ": " + order.reason);
}

std::string jump_words(Instant before, Instant after) {
    return "the clock went from " + format_instant(before) + " to " + format_instant(after) +
           (after > before ? ", faster than time" : "") +
           "; see that it is right, then let everything go on";
}

void hold_for_clock(Runner& runner, std::string reason, Instant now) {
    if (!runner.ledger().traffic().all_held()) {
        runner.journal().add(
            Held{std::string(Held::everything), true, "parcours", std::move(reason), now}, now);
    }
}

/// When the first of what is due fell due, and how much it is, counted up to `most`.
struct Backlog {
    std::size_t count = 0;
    std::optional<Instant> from;
};

Backlog find_backlog(const Ledger& ledger, std::size_t most, Instant now) {
    Backlog backlog;
    const auto count = [&](const TimerQueue::Timer& timer) {
        backlog.from = backlog.from ? std::min(*backlog.from, timer.first) : timer.first;
        return ++backlog.count < most;
    };
    ledger.timers().visit_due(now - outage_min, count);
    ledger.waiting().visit_due(now - outage_min, count);
    return backlog;
}

}  // namespace

Result<> hold(Runner& runner, const std::string& what, bool held, const Ordered& ordered,
              Instant now) {
    const bool is_held = runner.ledger().traffic().find_hold(what) != nullptr;
    if (held && what != Held::everything && !channel_exists(runner, what)) {
        return fail(ErrorCode::NotFound, "the practice has no channel \"" + what +
                                             "\"; what can be held is a channel or everything");
    }
    if (is_held != held) {
        runner.journal().add(Held{what, held, ordered.by, ordered.reason, now}, now);
        if (!held) {
            note_outage(runner, now);
            runner.begin_looking(true);
        }
    }
    return {};
}

Result<> pause_campaign(Runner& runner, const std::string& campaign, bool paused,
                        const Ordered& ordered, Instant now) {
    const bool is_paused = runner.ledger().find_pause(campaign) != nullptr;
    if (is_paused != paused) {
        runner.journal().add(CampaignPaused{campaign, paused, ordered.by, ordered.reason, now},
                             now);
        if (!paused) {
            note_outage(runner, now);
            runner.begin_looking(true);
        }
    }
    return {};
}

bool is_resting(const Ledger& ledger, const MessageState& state) {
    return state.status == MessageState::Status::Waiting &&
           !ledger.waiting().find(state.message.id);
}

std::size_t count_resting(const Ledger& ledger,
                          const std::function<bool(const MessageState& state)>& counts) {
    return static_cast<std::size_t>(
        std::ranges::count_if(ledger.lists().messages.waiting(), [&](std::uint32_t number) {
            return !ledger.waiting().find(ledger.messages().id(number)) &&
                   counts(*ledger.messages()[number]);
        }));
}

std::string why_campaign_rests(const Ledger& ledger, const std::string& campaign) {
    if (const Held* const all = ledger.traffic().find_hold(Held::everything)) {
        return order_words("everything is held", *all);
    }
    const CampaignPaused* const pause = ledger.find_pause(campaign);
    return pause == nullptr ? std::string() : order_words("the campaign is paused", *pause);
}

std::string why_resting(const Ledger& ledger, const MessageState& state) {
    if (std::string why = why_campaign_rests(ledger, state.message.campaign); !why.empty()) {
        return why;
    }
    const auto& ladder = state.message.ladder;
    const Held* const hold =
        state.rung < ladder.size() ? ledger.traffic().find_hold(ladder[state.rung]) : nullptr;
    return hold == nullptr ? std::string()
                           : order_words("the channel " + hold->what + " is held", *hold);
}

std::vector<std::string> list_holds(const Ledger& ledger) {
    std::vector<std::string> all;
    for (const auto& [what, hold] : ledger.traffic().holds()) {
        all.push_back(order_words(what == Held::everything ? std::string("everything is held")
                                                           : "the channel " + what + " is held",
                                  hold));
    }
    for (const auto& [campaign, pause] : ledger.pauses()) {
        all.push_back(order_words("the campaign " + campaign + " is paused", pause));
    }
    return all;
}

void note_outage(Runner& runner, Instant now) {
    const std::uint32_t pace = runner.clinic().folder.config.backlog_per_minute;
    if (pace == 0) {
        return;
    }
    const Backlog backlog = find_backlog(runner.ledger(), pace + 1, now);
    if (backlog.count > pace) {
        runner.journal().add(OutageNoted{*backlog.from, now}, now);
    }
}

void ClockWatch::look(Runner& runner, Instant now, const std::function<Duration()>& steady) {
    if (!steady) {
        return;
    }
    const Duration elapsed = steady();
    const Duration bound = runner.clinic().folder.config.clock_jump;
    if (!last_) {
        const Instant done = runner.ledger().reach().last_event_at;
        if (!runner.ledger().virtual_run() && now < done - bound) {
            hold_for_clock(runner, jump_words(done, now), now);
        }
    } else {
        const Duration jump = (now - last_->now) - (elapsed - last_->elapsed);
        if (jump > bound || jump < -bound) {
            hold_for_clock(runner, jump_words(last_->now, now), now);
        }
    }
    last_ = Seen{now, elapsed};
}

}  // namespace parcours::engine
