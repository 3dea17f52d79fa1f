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
#include "campaign/enrol.h"
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

/// One enrolment that a launch brought in, taken out again.
Transition undone(const Runner& runner, const Enrolment& enrolment, const Ordered& ordered,
                  Instant now) {
    Transition transition;
    transition.enrolment = enrolment;
    transition.enrolment.result = campaign::undone_result;
    transition.enrolment.step.clear();
    transition.enrolment.due.reset();
    transition.withdraw = true;
    transition.ended_because = "the launch was undone by " + ordered.by +
                               (ordered.reason.empty() ? "" : ": " + ordered.reason);
    for (const TaskState* const state : runner.ledger().tasks_of(enrolment.patient)) {
        if (state->open() && state->task.enrolment == enrolment.id) {
            Task closed = state->task;
            closed.outcome = campaign::undone_result;
            closed.reason = transition.ended_because;
            transition.tasks_closed.push_back(std::move(closed));
        }
    }
    transition.at = now;
    return transition;
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

std::string why_resting(const Ledger& ledger, const MessageState& state) {
    const auto words = [](const std::string& what, const auto& order) {
        return what + " since " + format_instant(order.at) +
               (order.by.empty() ? "" : " by " + order.by) +
               (order.reason.empty() ? "" : ": " + order.reason);
    };
    if (const Held* const all = ledger.traffic().find_hold(Held::everything)) {
        return words("everything is held", *all);
    }
    if (const CampaignPaused* const pause = ledger.find_pause(state.message.campaign)) {
        return words("the campaign is paused", *pause);
    }
    const auto& ladder = state.message.ladder;
    const Held* const hold =
        state.rung < ladder.size() ? ledger.traffic().find_hold(ladder[state.rung]) : nullptr;
    return hold == nullptr ? std::string() : words("the channel " + hold->what + " is held", *hold);
}

namespace {

/// When a launch began: publishing it anew within the hour, such as with mended words, goes on with
/// it.
Instant beginning_of(const LaunchedCampaign& launched) {
    Instant began = launched.at;
    for (auto one = launched.before.rbegin();
         one != launched.before.rend() && began - one->at <= undo_window; ++one) {
        began = one->at;
    }
    return began;
}

}  // namespace

Result<std::size_t> undo_launch(Runner& runner, const std::string& campaign, const Ordered& ordered,
                                Instant now) {
    const LaunchedCampaign* const found = runner.ledger().find_launched(campaign);
    if (found == nullptr) {
        return fail(ErrorCode::NotFound, "the campaign \"" + campaign + "\" was never launched");
    }
    const LaunchedCampaign launched = *found;
    const Instant began = beginning_of(launched);
    if (now - launched.at > undo_window) {
        return fail(ErrorCode::Conflict,
                    "\"" + campaign + "\" was launched at " + format_instant(launched.at) +
                        ", and a launch can be undone within an hour; pause it instead");
    }
    if (runner.ledger().find_pause(campaign) == nullptr) {
        runner.journal().add(
            CampaignPaused{campaign, true, ordered.by,
                           "its launch was undone" +
                               (ordered.reason.empty() ? std::string() : ": " + ordered.reason),
                           now},
            now);
    }
    std::vector<Enrolment> in;
    for (const EnrolmentView one : runner.ledger().enrolments()) {
        if (one.campaign() == campaign && one.enrolled_at() >= began && !one.ended()) {
            in.push_back(one.enrolment());
        }
    }
    for (const Enrolment& enrolment : in) {
        runner.journal().add(undone(runner, enrolment, ordered, now), now);
        if (const auto flushed = runner.journal().flush_if_many(); !flushed) {
            return pass_on(flushed);
        }
    }
    return in.size();
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
