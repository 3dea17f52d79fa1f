// Which tasks are opened and closed, and where patients stand in campaigns.

#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/ledger.h"
#include "engine/played_clinic.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "scenario/happening.h"
#include "scenario/phrase.h"
#include "scenario/saying.h"
#include "scenario/span.h"
#include "scenario/stage.h"

namespace parcours::scenario {
namespace {

using engine::EnrolmentState;
using engine::EnrolmentView;
using engine::TaskPointer;
using engine::TaskState;

/// It must be opened now, once.
Result<> claim_task(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    Claim claim;
    claim.fits = [slots, patient = Stage::key_of(**person)](const Happening& one) {
        return one.kind == Happening::Kind::TaskOpened && one.patient == patient &&
               one.what == slots.text("kind") && one.to == slots.text("queue") &&
               (!slots.has("step") || one.step == slots.text("step")) &&
               one.text.find(slots.text("words")) != std::string::npos;
    };
    claim.resembles = [patient = Stage::key_of(**person)](const Happening& one) {
        return one.kind == Happening::Kind::TaskOpened && one.patient == patient;
    };
    stage.claim(std::move(claim));
    return {};
}

/// The tasks of somebody, once all that was said has happened.
Result<std::vector<TaskPointer>> tasks_of(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return pass_on(settled);
    }
    return stage.clinic().ledger().tasks_of(Stage::key_of(**person));
}

std::string describe(const TaskState& state) {
    const Task& task = state.task;
    return fmt::format("{} for {}{} {}", task.kind, task.queue,
                       task.step.empty() ? "" : " at " + task.step,
                       state.open() ? "is open" : "was closed as " + task.outcome);
}

/// What there is, for a miss.
std::string describe(const std::vector<TaskPointer>& tasks) {
    std::string text;
    for (const TaskPointer& task : tasks) {
        text += (text.empty() ? "" : "; ") + describe(*task);
    }
    return text.empty() ? "there never was a task" : text;
}

Result<> expect_task(Stage& stage, const Slots& slots, bool open) {
    const auto tasks = tasks_of(stage, slots);
    if (!tasks) {
        return pass_on(tasks);
    }
    for (const TaskPointer& state : *tasks) {
        const bool is_it = state->task.kind == slots.text("kind") &&
                           (!slots.has("step") || state->task.step == slots.text("step"));
        if (is_it && state->open() == open &&
            (open || state->task.outcome == slots.text("outcome"))) {
            return {};
        }
    }
    stage.miss(slots, describe(*tasks));
    return {};
}

Result<> expect_no_task(Stage& stage, const Slots& slots) {
    const auto tasks = tasks_of(stage, slots);
    if (!tasks) {
        return pass_on(tasks);
    }
    for (const TaskPointer& state : *tasks) {
        if (state->open()) {
            stage.miss(slots, describe(*tasks));
            return {};
        }
    }
    return {};
}

/// Somebody's enrolments in the campaign, oldest first.
Result<std::vector<EnrolmentView>> enrolments_of(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return pass_on(settled);
    }
    std::vector<EnrolmentView> found;
    for (const EnrolmentView state :
         stage.clinic().ledger().enrolments_of(Stage::key_of(**person))) {
        if (state.campaign() == slots.text("campaign")) {
            found.push_back(state);
        }
    }
    return found;
}

std::string describe(const std::vector<EnrolmentView>& enrolments) {
    std::string text;
    for (const EnrolmentView state : enrolments) {
        const Enrolment enrolment = state.enrolment();
        text += text.empty() ? "" : "; ";
        text += enrolment.ended()
                    ? fmt::format("ended as {} ({})", enrolment.result, state->ended_because)
                    : "at " + enrolment.step;
    }
    return text.empty() ? "was never in it" : text;
}

/// That the last enrolment is as `wanted` judges.
template <class Wanted>
Result<> expect_last(Stage& stage, const Slots& slots, const Wanted& wanted) {
    const auto enrolments = enrolments_of(stage, slots);
    if (!enrolments) {
        return pass_on(enrolments);
    }
    if (enrolments->empty() || !wanted(*enrolments->back())) {
        stage.miss(slots, describe(*enrolments));
    }
    return {};
}

Result<> expect_at(Stage& stage, const Slots& slots) {
    return expect_last(stage, slots, [&slots](const EnrolmentState& last) {
        return !last.enrolment.ended() && last.enrolment.step == slots.text("step");
    });
}

Result<> expect_ended(Stage& stage, const Slots& slots) {
    return expect_last(stage, slots, [&slots](const EnrolmentState& last) {
        return last.enrolment.result == slots.text("result") &&
               last.ended_because.find(slots.text("why")) != std::string::npos;
    });
}

Result<> expect_holdout(Stage& stage, const Slots& slots) {
    return expect_last(stage, slots,
                       [](const EnrolmentState& last) { return last.enrolment.holdout; });
}

Result<> expect_times(Stage& stage, const Slots& slots, int wanted) {
    const auto enrolments = enrolments_of(stage, slots);
    if (!enrolments) {
        return pass_on(enrolments);
    }
    if (enrolments->size() != static_cast<std::size_t>(wanted)) {
        stage.miss(slots, fmt::format("{} times: {}", enrolments->size(), describe(*enrolments)));
    }
    return {};
}

Result<> expect_count(Stage& stage, const Slots& slots) {
    const auto count = read_count(slots, "number");
    return count ? expect_times(stage, slots, *count) : pass_on(count);
}

Result<> expect_noted(Stage& stage, const Slots& slots) {
    const auto person = stage.person(slots);
    if (!person) {
        return pass_on(person);
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    std::string last;
    for (const Answer& answer :
         stage.clinic().ledger().steps().answers_of(Stage::key_of(**person))) {
        last = answer.name == slots.text("name") ? answer.value.text : last;
    }
    if (last != slots.text("value")) {
        stage.miss(slots, last.empty() ? "nothing of that name was written down" : "it is " + last);
    }
    return {};
}

}  // namespace

std::vector<Saying> standing_sayings() {
    return {
        {Phrase("task for {patient}: {kind} for {queue} [at {step}] [saying {words}]"),
         "In this very minute the task is opened. Whatever task is opened must be said.",
         "task for anna: call for front-desk", claim_task},
        {Phrase("{kind} of {patient} [at {step}] is open"), "There is such a task to do.",
         "call of anna is open",
         [](Stage& stage, const Slots& slots) { return expect_task(stage, slots, true); }},
        {Phrase("{kind} of {patient} [at {step}] was closed as {outcome}"),
         "By staff, or by its campaign.", "call of anna was closed as reached",
         [](Stage& stage, const Slots& slots) { return expect_task(stage, slots, false); }},
        {Phrase("no task is open for {patient}"), "Nothing is left to do for a person.",
         "no task is open for anna", expect_no_task},
        {Phrase("{patient} is at {step} of {campaign}"), "Where the last enrolment stands.",
         "anna is at done of ping", expect_at},
        {Phrase("{patient} ended {campaign} as {result} [because {why}]"),
         "How the last enrolment ended; the reason holds these words.",
         "anna ended ping as completed", expect_ended},
        {Phrase("{patient} is not in {campaign}"), "And never was.", "anna is not in ping",
         [](Stage& stage, const Slots& slots) { return expect_times(stage, slots, 0); }},
        {Phrase("{patient} was in {campaign} {number:number} times"),
         "Enrolments, running ones included.", "anna was in ping 1 times", expect_count},
        {Phrase("noted of {patient}: {name} is {value}"),
         "The last answer, flag or concern of that name that was written down.",
         "noted of anna: preferred-channel is sms", expect_noted},
        {Phrase("{patient} is in the holdout of {campaign}"),
         "Deliberately not contacted, to measure the difference.", "anna is in the holdout of ping",
         expect_holdout},
    };
}

}  // namespace parcours::scenario
