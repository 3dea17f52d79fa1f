#include "campaign/migrate.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "campaign/walk.h"
#include "practice/nearest.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

Result<> check_step(const Campaign& campaign, const std::string& step, std::string_view release) {
    if (campaign.find_step(step) != nullptr) {
        return {};
    }
    std::vector<std::string> names;
    for (const Step& each : campaign.steps) {
        names.push_back(each.name);
    }
    return fail(ErrorCode::NotFound, "the " + std::string(release) + " release of \"" +
                                         campaign.name + "\" has no step \"" + step + "\"" +
                                         practice::suggest(step, names));
}

/// A person who works on a task must find the same outcomes behind it.
bool same_work(const TaskStep& one, const TaskStep& other) {
    const auto words = [](const TaskStep& task) {
        std::vector<std::string> out;
        std::ranges::copy(task.outcomes | std::views::keys, std::back_inserter(out));
        return out;
    };
    return one.kind == other.kind && one.queue == other.queue && one.script == other.script &&
           words(one) == words(other);
}

/// A message that waits is planned anew, so that it says what the other release says. Messages,
/// tasks and calls are known by the name of their step: under another name only waits go on.
bool may_go_on(const Step& from, const Step& to) {
    if (from.what.index() != to.what.index() || std::holds_alternative<SendStep>(from.what)) {
        return false;
    }
    const bool waits = std::holds_alternative<WaitStep>(from.what) ||
                       std::holds_alternative<WaitForStep>(from.what);
    if (from.name != to.name && !waits) {
        return false;
    }
    const auto* const task = std::get_if<TaskStep>(&from.what);
    return task == nullptr || same_work(*task, std::get<TaskStep>(to.what));
}

bool is_safety_critical(const Step& step) {
    const auto* const task = std::get_if<TaskStep>(&step.what);
    return task != nullptr && task->safety_critical;
}

/// Nobody loses a safety-critical task by a new release: they stay where they are.
bool must_stay(const Step& step, const StepMove& move) {
    return is_safety_critical(step) && !move.goes_on;
}

StepMove move_from(const Step& step, const Campaign& to, const WrittenMoves& written) {
    const auto found = written.find(step.name);
    const bool is_written = found != written.end();
    const Step* const there = to.find_step(is_written ? found->second : step.name);
    if (there == nullptr || (!is_written && there->what.index() != step.what.index())) {
        return {step.name, {}, false};
    }
    const StepMove move{step.name, there->name, may_go_on(step, *there)};
    return must_stay(step, move) ? StepMove{step.name, {}, false} : move;
}

}  // namespace

Result<std::vector<StepMove>> map_steps(const Campaign& from, const Campaign& to,
                                        const WrittenMoves& written) {
    for (const auto& [earlier, later] : written) {
        if (const auto known = check_step(from, earlier, "earlier"); !known) {
            return pass_on(known);
        }
        if (const auto known = check_step(to, later, "new"); !known) {
            return pass_on(known);
        }
    }
    std::vector<StepMove> moves;
    for (const Step& step : from.steps) {
        moves.push_back(move_from(step, to, written));
    }
    return moves;
}

Advance migrate(const Enrolment& enrolment, const Campaign& from, const StepMove& move,
                bool offered, const Destination& to, Instant now) {
    const Step* const left = from.find_step(enrolment.step);
    const Step* const there = to.campaign.find_step(move.to);
    check(there != nullptr, "people move to steps that exist");
    const bool both_send = left != nullptr && std::holds_alternative<SendStep>(left->what) &&
                           std::holds_alternative<SendStep>(there->what);
    const bool goes_on = move.goes_on || (offered && both_send && move.from == move.to);
    Advance out{enrolment, {}};
    if (!goes_on) {
        Walk leaving(from, enrolment, now, to.world);
        leaving.leave_step(to.because);
        out = std::move(leaving).result();
    }
    out.enrolment.release = to.release;
    out.enrolment.step = move.to;
    Walk walk(to.campaign, out.enrolment, now, to.world);
    if (!goes_on) {
        walk.settle();  // what the step left behind was taken back above
    }
    if (!walk.leave_by_exit() && !walk.jump_on_success()) {
        if (goes_on) {
            walk.note(to.because);
            walk.rejoin();
        } else {
            // What begins anew is still for the reason that it was begun for.
            walk.go_on(Target{move.to, true, {}}, to.entered_because.empty()
                                                      ? to.because
                                                      : to.entered_because + "; " + to.because);
        }
    }
    Advance moved = std::move(walk).result();
    std::ranges::move(moved.effects, std::back_inserter(out.effects));
    out.enrolment = std::move(moved.enrolment);
    return out;
}

}  // namespace parcours::campaign
