#include "campaign/walk.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/enrol.h"
#include "campaign/steps.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {

Walk::Walk(const Campaign& campaign, const Enrolment& enrolment, Instant now, const World& world)
    : campaign_(campaign),
      world_(world),
      now_(now),
      meant_(now),
      state_(enrolment),
      step_(enrolment.step.empty() ? nullptr : campaign.find_step(enrolment.step)) {}

Digest Walk::current_message() const {
    return message_id(state_.id, state_.step, state_.occurrence, "patient");
}

Digest Walk::current_task() const {
    return task_id(state_.id, state_.step, state_.occurrence);
}

Digest Walk::current_call() const {
    return call_id(state_.id, state_.step, state_.occurrence);
}

Advance Walk::result() && {
    answer_.enrolment = std::move(state_);
    return std::move(answer_);
}

bool Walk::must_stay() const {
    const auto* task = current<TaskStep>();
    return task != nullptr && task->safety_critical;
}

bool Walk::leave_by_exit() {
    if (!state_.step.empty() && step_ == nullptr) {
        end("stopped", fmt::format("the step \"{}\" does not exist in this release", state_.step));
        return true;
    }
    if (is(Circumstance::Deceased)) {
        end("deceased", "the patient has died");
        return true;
    }
    if (!state_.key.empty() && is(Circumstance::KeyMissed)) {
        end("missed", fmt::format("{} was missed: the patient did not come", state_.key));
        return true;
    }
    if (!state_.key.empty() && is(Circumstance::KeyCancelled)) {
        end("cancelled", fmt::format("{} no longer stands", state_.key));
        return true;
    }
    if (must_stay()) {
        return false;
    }
    for (const Exit& exit : campaign_.exits) {
        const bool left =
            (exit.kind == Exit::Kind::LeftCare && is(Circumstance::LeftCare)) ||
            (exit.kind == Exit::Kind::Palliative && is(Circumstance::Palliative)) ||
            (exit.kind == Exit::Kind::DoneElsewhere && is(Circumstance::DoneElsewhere)) ||
            (exit.kind == Exit::Kind::When && exit.when && holds(*exit.when));
        if (left) {
            end(exit.result, exit.when ? "exit: " + exit.when->text : "exit: " + exit.result);
            return true;
        }
    }
    return false;
}

bool Walk::jump_on_success() {
    const bool awaited = campaign_.success && (step_ == nullptr || !step_->after_success);
    if (!awaited || !holds(*campaign_.success)) {
        return false;
    }
    if (campaign_.on_success.step.empty()) {
        end("success", "what the campaign wants is in the record");
    } else {
        go_on(campaign_.on_success, "success");
    }
    return true;
}

void Walk::go_first(std::string_view because) {
    walk_from(campaign_.steps.empty() ? std::string{} : campaign_.steps.front().name,
              std::string(because));
}

void Walk::go_on(const Target& target, std::string_view because, std::string_view task_outcome) {
    leave(because, task_outcome);
    walk_from(target.step, std::string(because));
}

void Walk::walk_from(std::string first, std::string because) {
    std::string name = std::move(first);
    for (std::uint32_t entered = 0;; ++entered) {
        step_ = campaign_.find_step(name);
        if (step_ == nullptr) {
            end("stopped", fmt::format("no step \"{}\" to go to", name));
            return;
        }
        if (entered == steps_per_input_max || state_.occurrence >= steps_per_enrolment_max) {
            end("stopped",
                fmt::format("went through {} steps without a wait; the steps around "
                            "\"{}\" lead in a circle",
                            entered == steps_per_input_max ? entered : state_.occurrence, name));
            return;
        }
        state_.step = name;
        ++state_.occurrence;
        state_.step_entered_at = now_;
        because_ = because;
        answer_.effects.emplace_back(Entered{name, state_.occurrence, because});
        const Next next = std::visit([this](const auto& what) { return begin(what); }, step_->what);
        if (!next) {
            return;
        }
        name = next->target->step;
        because = next->because;
    }
}

void Walk::leave(std::string_view why, std::string_view task_outcome) {
    if (state_.due) {
        state_.due.reset();
        answer_.effects.emplace_back(ClearTimer{});
    }
    if (settled_) {
        settled_ = false;
    } else if (current<SendStep>() != nullptr) {
        answer_.effects.emplace_back(WithdrawMessages{std::string(why)});
    } else if (const auto* task = current<TaskStep>(); task != nullptr && !withholds(*task)) {
        answer_.effects.emplace_back(
            CloseTask{current_task(), std::string(task_outcome), std::string(why)});
    }
}

void Walk::end(std::string_view result, std::string_view reason) {
    leave(reason);
    step_ = nullptr;
    state_.result = std::string(result);
    answer_.effects.emplace_back(Ended{state_.result, std::string(reason)});
}

void Walk::set_timer(Instant due) {
    state_.due = due;
    answer_.effects.emplace_back(SetTimer{due});
}

void Walk::note(std::string text) {
    answer_.effects.emplace_back(Note{std::move(text)});
}

bool Walk::withholds(bool safety_critical) const {
    return state_.holdout && !safety_critical && !step_->after_success;
}

void Walk::timer_fired() {
    const auto* wait = current<WaitStep>();
    const auto* task = current<TaskStep>();
    const auto* wait_for = current<WaitForStep>();
    if (wait != nullptr && wait->moment.leans() && due_of(*wait) != state_.due) {
        // The date moved, and the news of it comes after the timer.
        look_again_at(*wait);
        return;
    }
    if (wait != nullptr && !wait->moment.leans() && follow_clocks(*wait)) {
        return;
    }
    if (task != nullptr && due_of(*task) != state_.due) {
        look_again_at(*task);
        return;
    }
    if (wait_for != nullptr && wait_for->at_most.leans() && due_of(*wait_for) != state_.due) {
        look_again_at(*wait_for);
        return;
    }
    meant_ = state_.due.value_or(now_);
    // The timer is gone once it has fired: nothing is left to clear.
    state_.due.reset();
    if (wait != nullptr) {
        go_on(wait->then, "the time has come");
    } else if (wait_for != nullptr) {
        fire(*wait_for);
    } else if (task != nullptr) {
        lapse(*task);
    } else if (const auto* update = current<UpdateStep>()) {
        fire(*update);
    }
}

void Walk::rejoin() {
    std::optional<Instant> due = state_.due;
    if (const auto* wait = current<WaitStep>()) {
        due = due_of(*wait);
    } else if (const auto* wait_for = current<WaitForStep>()) {
        due = due_of(*wait_for);
    }
    if (due && due != state_.due) {
        set_timer(std::max(*due, now_));
    }
    look_again();
}

void Walk::look_at_clocks() {
    const auto* wait = current<WaitStep>();
    const auto* wait_for = current<WaitForStep>();
    const auto* task = current<TaskStep>();
    const bool leans = (wait != nullptr && wait->moment.leans()) ||
                       (wait_for != nullptr && wait_for->at_most.leans()) ||
                       (task != nullptr && task->at_most && task->at_most->leans());
    const std::optional<Instant> due = leans                 ? std::nullopt
                                       : wait != nullptr     ? due_of(*wait)
                                       : wait_for != nullptr ? due_of(*wait_for)
                                       : task != nullptr     ? due_of(*task)
                                                             : std::nullopt;
    if (due && state_.due && due != state_.due) {
        set_timer(std::max(*due, now_));
        note("the rules of time zones changed, so that it waits until another moment");
    }
    look_again();
}

void Walk::look_again() {
    if (const auto* wait = current<WaitStep>()) {
        look_again_at(*wait);
    } else if (const auto* wait_for = current<WaitForStep>()) {
        look_again_at(*wait_for);
    } else if (const auto* task = current<TaskStep>()) {
        look_again_at(*task);
    }
}

void Walk::fire(const WaitForStep& wait) {
    const bool came = wait.condition && holds(*wait.condition);
    go_on(came ? wait.then : wait.otherwise, came ? "it came true" : "waited long enough");
}

void Walk::look_again_at(const WaitForStep& wait) {
    if (wait.condition && holds(*wait.condition)) {
        go_on(wait.then, "it came true");
        return;
    }
    if (!wait.at_most.leans()) {
        return;
    }
    const std::optional<Instant> due = due_of(wait);
    if (due == state_.due || !due) {
        return;
    }
    if (*due <= now_) {
        go_on(wait.otherwise, "waited long enough");
    } else {
        set_timer(*due);
    }
}

void Walk::lapse(const TaskStep& task) {
    if (task.at_most) {
        go_on(task.otherwise, "the task makes no sense any more", "lapsed");
    } else {
        end("withheld", "in the holdout: nobody made contact");
    }
}

void Walk::look_again_at(const TaskStep& task) {
    if (task.until && holds(*task.until)) {
        go_on(task.then, "what the task was for is done", "done");
        return;
    }
    const std::optional<Instant> due = due_of(task);
    if (due == state_.due || !due) {
        return;
    }
    if (*due <= now_) {
        lapse(task);
    } else {
        set_timer(*due);
    }
}

/// A time of the day is meant as wall clocks show it: the patient may have moved, or the country's
/// clocks. Whether it is another moment now.
bool Walk::follow_clocks(const WaitStep& wait) {
    const bool names_time = wait.at || wait.until || wait.moment.side == Moment::Side::Until;
    const std::optional<Instant> due =
        names_time && state_.due ? due_of(wait) : std::optional<Instant>();
    if (!due || std::max(*due, now_) == std::max(*state_.due, now_)) {
        return false;
    }
    set_timer(std::max(*due, now_));
    return true;
}

void Walk::look_again_at(const WaitStep& wait) {
    if (!wait.moment.leans()) {
        follow_clocks(wait);
        return;
    }
    const std::optional<Instant> due = due_of(wait);
    if (due == state_.due) {
        return;
    }
    const bool moved = state_.due.has_value() && due.has_value();
    if (moved && !wait.moved.step.empty()) {
        go_on(wait.moved, fmt::format("{} moved", wait.moment.anchor));
    } else if (!due) {
        if (wait.otherwise.step.empty()) {
            state_.due.reset();
            answer_.effects.emplace_back(ClearTimer{});
            note(fmt::format("the record no longer has the date \"{}\"; the step \"{}\" waits",
                             wait.moment.anchor, state_.step));
        } else {
            go_on(wait.otherwise, fmt::format("no date \"{}\"", wait.moment.anchor));
        }
    } else if (*due <= now_) {
        go_on(wait.passed, fmt::format("{} has passed", wait.moment.to_text()));
    } else {
        set_timer(*due);
    }
}

}  // namespace parcours::campaign
