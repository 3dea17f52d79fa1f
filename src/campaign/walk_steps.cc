#include <bits/chrono.h>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/enrol.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "campaign/walk.h"
#include "campaign/world.h"
#include "practice/scalar.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

std::string place(const Condition& condition) {
    return condition.where.line == 0
               ? fmt::format("\"{}\"", condition.text)
               : fmt::format("at {}:{}", condition.where.file, condition.where.line);
}

}  // namespace

bool Walk::holds(const Condition& condition) {
    if (condition.kind != Condition::Kind::Cql) {
        const bool there = campaign_.success && holds(*campaign_.success);
        return there == (condition.kind == Condition::Kind::Success);
    }
    const Result<Truth> truth = world_.holds(condition, state_);
    if (!truth) {
        note(fmt::format("The condition {} could not be judged and counts as not true: {}",
                         place(condition), truth.error().message));
        return false;
    }
    return *truth == Truth::True;
}

bool Walk::is(Circumstance circumstance) {
    const Result<Truth> truth = world_.is(circumstance, state_);
    if (!truth) {
        note(
            fmt::format("Whether the patient is \"{}\" could not be judged and counts as not "
                        "true: {}",
                        circumstance_name(circumstance), truth.error().message));
        return false;
    }
    return *truth == Truth::True;
}

Instant Walk::shift(Instant from, const Span& span, int times) const {
    if (is_physical(span)) {
        return from + physical_length(span) * times;
    }
    return world_.from_local(add(world_.to_local(from, state_), span, times), state_);
}

std::optional<Instant> Walk::anchor_date(const std::string& anchor) {
    if (anchor == "enrolled") {
        return state_.enrolled_at;
    }
    const auto named = campaign_.dates.find(anchor);
    const Condition* definition = named == campaign_.dates.end() ? nullptr : &named->second;
    const Result<std::optional<Instant>> date = world_.date(anchor, definition, state_);
    if (!date) {
        note(fmt::format("The date \"{}\" could not be read and counts as unknown: {}", anchor,
                         date.error().message));
        return std::nullopt;
    }
    return *date;
}

std::optional<Instant> Walk::resolve(const Moment& moment, Instant from) {
    if (moment.side == Moment::Side::FromNow) {
        return shift(from, moment.span, 1);
    }
    if (moment.side == Moment::Side::Until) {
        return world_.from_local(moment.local, state_);
    }
    const std::optional<Instant> date = anchor_date(moment.anchor);
    if (!date || moment.side == Moment::Side::On) {
        return date;
    }
    return shift(*date, moment.span, moment.side == Moment::Side::Before ? -1 : 1);
}

std::optional<Instant> Walk::due_of(const WaitStep& wait) {
    std::optional<Instant> due = resolve(wait.moment, state_.step_entered_at);
    if (due && wait.at) {
        const CivilDate day = std::chrono::floor<std::chrono::days>(world_.to_local(*due, state_));
        due = world_.from_local(LocalTime{day} + *wait.at, state_);
    }
    if (due && wait.until) {
        const LocalTime local = world_.to_local(*due, state_);
        const LocalTime next = wait.until->next(local);
        // Unchanged local time keeps the instant: the second pass of a fold is not thrown back.
        due = next == local ? *due : world_.from_local(next, state_);
    }
    return due;
}

std::optional<Instant> Walk::due_of(const WaitForStep& wait) {
    return resolve(wait.at_most, state_.step_entered_at);
}

/// Whether nobody is given this work: it would reach somebody who is deliberately left alone.
bool Walk::withholds(const TaskStep& task) const {
    return task.is_contact() && withholds(task.safety_critical || campaign_.safety_critical);
}

std::optional<Instant> Walk::due_of(const TaskStep& task) {
    const std::optional<Instant> lapses =
        task.at_most ? resolve(*task.at_most, state_.step_entered_at) : std::nullopt;
    return lapses || !withholds(task) ? lapses : state_.step_entered_at + withheld_max;
}

Walk::Next Walk::begin(const SendStep& send) {
    if (withholds(send.safety_critical || campaign_.safety_critical)) {
        answer_.effects.emplace_back(Withheld{state_.step, state_.occurrence});
        return Onward{&send.then, "withheld (holdout)"};
    }
    Message message;
    message.id = current_message();
    message.patient = state_.patient;
    message.enrolment = state_.id;
    message.campaign = campaign_.name;
    message.release = state_.release;
    message.step = state_.step;
    message.occurrence = state_.occurrence;
    message.content = send.content;
    message.purpose = campaign_.purpose;
    message.topic = campaign_.topic.empty() ? campaign_.concern : campaign_.topic;
    message.ladder = send.ladder;
    message.safety_critical = send.safety_critical || campaign_.safety_critical;
    message.planned_at = now_;
    if (send.not_after) {
        message.not_after = resolve(*send.not_after, meant_);
    }
    answer_.effects.emplace_back(
        PlanMessage{std::move(message), send.reach == SendStep::Reach::All});
    return std::nullopt;
}

Walk::Next Walk::begin(const WaitStep& wait) {
    const std::optional<Instant> due = due_of(wait);
    if (!due) {
        if (!wait.otherwise.step.empty()) {
            return Onward{&wait.otherwise, fmt::format("no date \"{}\"", wait.moment.anchor)};
        }
        note(fmt::format("the record has no date \"{}\"; the step \"{}\" waits for it",
                         wait.moment.anchor, state_.step));
        return std::nullopt;
    }
    if (*due <= now_) {
        if (!wait.passed.written) {
            // What follows was meant for the past moment, so that its own lateness is seen.
            meant_ = *due;
        }
        return Onward{&wait.passed, fmt::format("{} has passed", wait.moment.to_text())};
    }
    set_timer(*due);
    return std::nullopt;
}

Walk::Next Walk::begin(const WaitForStep& wait) {
    if (wait.condition && holds(*wait.condition)) {
        return Onward{&wait.then, "true already"};
    }
    const std::optional<Instant> due = due_of(wait);
    if (!due) {
        note(fmt::format("the record has no date \"{}\"; the step \"{}\" waits until there is one",
                         wait.at_most.anchor, state_.step));
        return std::nullopt;
    }
    if (*due <= now_) {
        return Onward{&wait.otherwise, "waited long enough"};
    }
    set_timer(*due);
    return std::nullopt;
}

Walk::Next Walk::begin(const BranchStep& branch) {
    for (const BranchStep::Arm& arm : branch.arms) {
        if (holds(arm.condition)) {
            return Onward{&arm.then, "if " + arm.condition.text};
        }
    }
    return Onward{&branch.otherwise, "otherwise"};
}

Walk::Next Walk::begin(const TaskStep& task) {
    const bool withheld = withholds(task);
    if (withheld) {
        answer_.effects.emplace_back(Withheld{state_.step, state_.occurrence});
        if (!task.then.step.empty()) {
            return Onward{&task.then, "withheld (holdout)"};
        }
    }
    if (task.until && holds(*task.until)) {
        return Onward{&task.then, "what the task was for is done already"};
    }
    const std::optional<Instant> lapses = due_of(task);
    if (lapses && *lapses <= now_) {
        return Onward{&task.otherwise, "too late for the task"};
    }
    if (withheld) {
        // As one stands there whose call nobody closes: else success would count for these alone.
        set_timer(*lapses);
        return std::nullopt;
    }
    Task work;
    work.id = current_task();
    work.patient = state_.patient;
    work.enrolment = state_.id;
    work.campaign = campaign_.name;
    work.step = state_.step;
    work.kind = task.kind;
    work.queue = task.queue;
    work.script = task.script;
    for (const auto& [outcome, target] : task.outcomes) {
        work.outcomes.push_back(outcome);
    }
    work.opened_at = now_;
    if (task.due) {
        work.due = shift(now_, *task.due, 1);
    }
    work.reason =
        fmt::format("{}: {} ({})", practice::title_in(campaign_.title, "en"), work.step, because_);
    answer_.effects.emplace_back(OpenTask{std::move(work)});
    if (lapses) {
        set_timer(*lapses);
    }
    return std::nullopt;
}

Walk::Next Walk::begin(const SplitStep& split) {
    const std::optional<std::size_t> way = draw_way(campaign_, *step_, world_.drawn_as(state_));
    if (!way) {
        return Onward{&split.otherwise, std::string(by_lot) + "the others"};
    }
    return Onward{&split.arms[*way].then, std::string(by_lot) + split.arms[*way].label};
}

Walk::Next Walk::begin(const UpdateStep& update) {
    Answer answer;
    answer.id = answer_id(state_.id, state_.step, state_.occurrence);
    answer.patient = state_.patient;
    answer.kind = update.kind;
    answer.name = update.name;
    answer.value = update.value;
    answer.source = "campaign " + campaign_.name;
    answer.at = now_;
    answer_.effects.emplace_back(SetAnswer{std::move(answer)});
    // It goes on at once, but not before this is written down: conditions must see it.
    set_timer(now_);
    return std::nullopt;
}

void Walk::fire(const UpdateStep& update) {
    go_on(update.then, fmt::format("{} \"{}\" set to {}", answer_kind_name(update.kind),
                                   update.name, update.value.text));
}

Walk::Next Walk::begin(const StartStep& start) {
    // What the other campaign says would be said to someone whom this one leaves alone.
    if (withholds(campaign_.safety_critical)) {
        answer_.effects.emplace_back(Withheld{state_.step, state_.occurrence});
        return Onward{&start.then, "withheld (holdout)"};
    }
    answer_.effects.emplace_back(StartCampaign{start.campaign, state_.key});
    return std::nullopt;
}

Walk::Next Walk::begin(const WebhookStep& webhook) {
    answer_.effects.emplace_back(CallWebhook{current_call(), webhook.hook, webhook.data});
    return std::nullopt;
}

Walk::Next Walk::begin(const EndStep& end_step) {
    const std::string reason = fmt::format("step \"{}\"", state_.step);
    end(end_step.result, reason);
    return std::nullopt;
}

}  // namespace parcours::campaign
