#include "campaign/definition.h"

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "campaign/steps.h"

namespace parcours::campaign {
namespace {

/// Whose step answers each way out of a step with its target, its time and its name.
struct WayCollector {
    std::vector<Way>& out;

    void add(const Target& target, bool timed, std::string_view label) const {
        if (!target.step.empty()) {
            out.push_back({&target, timed, label});
        }
    }
    void operator()(const SendStep& send) const {
        add(send.then, false, "then");
        add(send.otherwise, false, "else");
    }
    void operator()(const WaitStep& wait) const {
        // A wait that leans on a date may lie in the past each time it is entered.
        const bool timed = wait.moment.side == Moment::Side::FromNow && wait.moment.span.count > 0;
        add(wait.then, timed, "then");
        if (wait.moment.side != Moment::Side::FromNow) {
            add(wait.passed, false, "passed");
            add(wait.moved, true, "moved");
            add(wait.otherwise, false, "else");
        }
    }
    void operator()(const WaitForStep& wait) const {
        add(wait.then, !wait.event.empty(), "then");
        add(wait.otherwise, wait.at_most.count > 0, "else");
    }
    void operator()(const BranchStep& branch) const {
        for (const BranchStep::Arm& arm : branch.arms) {
            add(arm.then, false, "then");
        }
        add(branch.otherwise, false, "else");
    }
    void operator()(const TaskStep& task) const {
        for (const auto& [outcome, target] : task.outcomes) {
            add(target, true, outcome);
        }
        add(task.otherwise, task.at_most && task.at_most->side == Moment::Side::FromNow, "else");
        // `until` may hold already when the task is entered.
        add(task.then, !task.until, "then");
    }
    void operator()(const EndStep& /*end*/) const {}
};

void fill(Target& target, const std::string& step) {
    if (!target.written) {
        target.step = step;
    }
}

void fill_targets(Step& step, const std::string& next) {
    if (auto* send = std::get_if<SendStep>(&step.what)) {
        fill(send->then, next);
        fill(send->otherwise, send->then.step);
    } else if (auto* wait = std::get_if<WaitStep>(&step.what)) {
        fill(wait->then, next);
        fill(wait->passed, wait->then.step);
    } else if (auto* wait_for = std::get_if<WaitForStep>(&step.what)) {
        fill(wait_for->then, next);
    } else if (auto* branch = std::get_if<BranchStep>(&step.what)) {
        fill(branch->otherwise, next);
    } else if (auto* task = std::get_if<TaskStep>(&step.what)) {
        if (task->outcomes.empty() || task->until) {
            fill(task->then, next);
        }
    }
}

/// The step that every `wait-for: success` leads to, where they agree.
std::string common_success_target(const Campaign& campaign) {
    std::set<std::string> targets;
    for (const Step& step : campaign.steps) {
        const auto* wait = std::get_if<WaitForStep>(&step.what);
        if (wait != nullptr && wait->condition &&
            wait->condition->kind == Condition::Kind::Success) {
            targets.insert(wait->then.step);
        }
    }
    return targets.size() == 1 ? *targets.begin() : std::string{};
}

void mark_after_success(Campaign& campaign) {
    for (Step& step : campaign.steps) {
        step.after_success = false;
    }
    std::vector<std::string> open{campaign.on_success.step};
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        for (Step& step : campaign.steps) {
            if (step.name != name || step.after_success) {
                continue;
            }
            step.after_success = true;
            for (const Way& way : ways_out(step)) {
                open.push_back(way.target->step);
            }
        }
    }
}

}  // namespace

const Step* Campaign::find_step(std::string_view step_name) const {
    for (const Step& step : steps) {
        if (step.name == step_name) {
            return &step;
        }
    }
    return nullptr;
}

std::vector<Way> ways_out(const Step& step) {
    std::vector<Way> ways;
    std::visit(WayCollector{ways}, step.what);
    return ways;
}

void link(Campaign& campaign) {
    for (std::size_t i = 0; i < campaign.steps.size(); ++i) {
        const bool last = i + 1 == campaign.steps.size();
        fill_targets(campaign.steps[i], last ? std::string{} : campaign.steps[i + 1].name);
    }
    fill(campaign.on_success, common_success_target(campaign));
    mark_after_success(campaign);
}

}  // namespace parcours::campaign
