#include "campaign/advance.h"

#include <string>
#include <utility>
#include <variant>

#include "campaign/definition.h"
#include "campaign/reply_words.h"
#include "campaign/steps.h"
#include "campaign/walk.h"
#include "campaign/world.h"

namespace parcours::campaign {
namespace {

/// What an input does to the step the enrolment stands on, once exits and success are ruled out.
struct Dispatch {
    Walk& walk;

    void operator()(const Started& started) const {
        if (walk.enrolment().step.empty()) {
            walk.go_first(started.because);
        }
    }

    void operator()(const TimerFired& fired) const {
        if (walk.enrolment().due != fired.due) {
            return;
        }
        if (walk.now() < fired.due) {
            walk.set_timer(fired.due);
            return;
        }
        walk.timer_fired();
    }

    void operator()(const Changed& /*changed*/) const { walk.look_again(); }

    void operator()(const MessageDone& done) const {
        const auto* send = walk.current<SendStep>();
        if (send == nullptr || done.message != walk.current_message()) {
            return;
        }
        walk.settle();
        const bool not_sent = done.outcome == MessageDone::Outcome::NotSent;
        walk.go_on(not_sent ? send->otherwise : send->then,
                   not_sent                                           ? "not sent: " + done.reason
                   : done.outcome == MessageDone::Outcome::SaidBefore ? "said before"
                                                                      : "sent");
    }

    void operator()(const TaskDone& done) const {
        const auto* task = walk.current<TaskStep>();
        if (task == nullptr || done.task != walk.current_task()) {
            return;
        }
        walk.settle();
        const auto found = task->outcomes.find(done.outcome);
        if (found == task->outcomes.end() && !task->outcomes.empty()) {
            walk.note("the task was closed with the outcome \"" + done.outcome +
                      "\", which the step does not know");
            if (task->then.step.empty()) {
                walk.end("stopped", "no way leads on from the outcome \"" + done.outcome + "\"");
                return;
            }
        }
        walk.go_on(found == task->outcomes.end() ? task->then : found->second,
                   "outcome: " + done.outcome);
    }

    void operator()(const ZonesChanged& /*changed*/) const { walk.look_at_clocks(); }

    void operator()(const Happened& happened) const {
        const auto* wait = walk.current<WaitForStep>();
        if (wait == nullptr || wait->event != happened.event ||
            (!wait->about.empty() && wait->about != happened.about)) {
            walk.look_again();
            return;
        }
        for (const WaitForStep::Choice& choice : wait->choices) {
            if (says(happened.text, choice.words)) {
                walk.go_on(choice.then, happened.event + ": " + choice.words.front());
                return;
            }
        }
        if (!wait->then.step.empty()) {
            walk.go_on(wait->then,
                       wait->choices.empty() ? happened.event : "another " + happened.event);
        }
    }

    void operator()(const StartDone& done) const {
        const auto* start = walk.current<StartStep>();
        if (start == nullptr || done.occurrence != walk.enrolment().occurrence) {
            return;
        }
        walk.settle();
        walk.go_on(done.started ? start->then : start->otherwise,
                   done.started ? "started " + start->campaign : "not started: " + done.reason);
    }

    void operator()(const CallDone& done) const {
        const auto* webhook = walk.current<WebhookStep>();
        if (webhook == nullptr || done.call != walk.current_call()) {
            return;
        }
        walk.settle();
        walk.go_on(done.taken ? webhook->then : webhook->otherwise,
                   done.taken ? webhook->hook + " was told"
                              : webhook->hook + " was not told: " + done.reason);
    }

    void operator()(const Stop& /*stop*/) const {}
};

}  // namespace

std::string_view circumstance_name(Circumstance circumstance) {
    switch (circumstance) {
        case Circumstance::Deceased:
            return "deceased";
        case Circumstance::LeftCare:
            return "left-care";
        case Circumstance::Palliative:
            return "palliative";
        case Circumstance::DoneElsewhere:
            return "done-elsewhere";
        case Circumstance::KeyCancelled:
            return "cancelled";
        case Circumstance::KeyMissed:
            return "missed";
    }
    return {};
}

Advance advance(const Campaign& campaign, const Enrolment& enrolment, const Input& input,
                Instant now, const World& world) {
    if (enrolment.ended()) {
        return {enrolment, {}};
    }
    Walk walk(campaign, enrolment, now, world);
    if (const auto* stop = std::get_if<Stop>(&input)) {
        if (walk.must_stay()) {
            walk.note("stopped (" + stop->reason +
                      "), but the task stays open: it is safety-critical");
        } else {
            walk.end("stopped", stop->reason);
        }
    } else if (!walk.leave_by_exit() && !walk.jump_on_success()) {
        std::visit(Dispatch{walk}, input);
    }
    return std::move(walk).result();
}

std::string find_why_over(const Campaign& campaign, const Enrolment& enrolment, Instant now,
                          const World& world) {
    Walk walk(campaign, enrolment, now, world);
    if (walk.leave_by_exit()) {
        const Advance left = std::move(walk).result();
        const auto* const ended = std::get_if<Ended>(&left.effects.back());
        return ended == nullptr ? left.enrolment.result : ended->reason;
    }
    if (campaign.success) {
        const auto there = world.holds(*campaign.success, enrolment);
        if (there && *there == Truth::True) {
            return "what the campaign wants is in the record already";
        }
    }
    return {};
}

}  // namespace parcours::campaign
