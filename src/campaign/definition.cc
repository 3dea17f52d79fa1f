#include "campaign/definition.h"

#include <array>
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
        }
        if (wait.moment.leans()) {
            add(wait.moved, true, "moved");
            add(wait.otherwise, false, "else");
        }
    }
    void operator()(const WaitForStep& wait) const {
        for (const WaitForStep::Choice& choice : wait.choices) {
            add(choice.then, true, choice.words.front());
        }
        add(wait.then, !wait.event.empty(), "then");
        const bool timed = wait.at_most.side == Moment::Side::FromNow;
        add(wait.otherwise, timed && wait.at_most.span.count > 0, "else");
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
    void operator()(const SplitStep& split) const {
        for (const SplitStep::Arm& arm : split.arms) {
            add(arm.then, false, arm.label);
        }
        add(split.otherwise, false, "else");
    }
    void operator()(const UpdateStep& update) const { add(update.then, false, "then"); }
    void operator()(const StartStep& start) const {
        add(start.then, false, "then");
        add(start.otherwise, false, "else");
    }
    void operator()(const WebhookStep& webhook) const {
        add(webhook.then, false, "then");
        add(webhook.otherwise, false, "else");
    }
    void operator()(const EndStep& /*end*/) const {}
};

/// Gathers a step's targets.
struct TargetCollector {
    std::vector<Target*>& out;

    void operator()(SendStep& send) const { add(send.then, send.otherwise); }
    void operator()(WaitStep& wait) const {
        add(wait.then, wait.passed, wait.moved, wait.otherwise);
    }
    void operator()(WaitForStep& wait) const {
        for (WaitForStep::Choice& choice : wait.choices) {
            add(choice.then);
        }
        add(wait.then, wait.otherwise);
    }
    void operator()(BranchStep& branch) const {
        for (BranchStep::Arm& arm : branch.arms) {
            add(arm.then);
        }
        add(branch.otherwise);
    }
    void operator()(TaskStep& task) const {
        for (auto& [outcome, target] : task.outcomes) {
            add(target);
        }
        add(task.then, task.otherwise);
    }
    void operator()(SplitStep& split) const {
        for (SplitStep::Arm& arm : split.arms) {
            add(arm.then);
        }
        add(split.otherwise);
    }
    void operator()(UpdateStep& update) const { add(update.then); }
    void operator()(StartStep& start) const { add(start.then, start.otherwise); }
    void operator()(WebhookStep& webhook) const { add(webhook.then, webhook.otherwise); }
    void operator()(EndStep& /*end*/) const {}

  private:
    template <class... Targets>
    void add(Targets&... targets) const {
        (out.push_back(&targets), ...);
    }
};

/// Whether the shares leave nobody over.
bool takes_all(const SplitStep& split) {
    constexpr double nearly_all = 1 - 1e-9;
    double sum = 0;
    for (const SplitStep::Arm& arm : split.arms) {
        sum += arm.share;
    }
    return sum > nearly_all;
}

void fill(Target& target, const std::string& step) {
    if (!target.written) {
        target.step = step;
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

/// Of the kinds that came later.
void fill_targets_more(Step& step, const std::string& next) {
    if (auto* split = std::get_if<SplitStep>(&step.what)) {
        fill(split->otherwise, takes_all(*split) ? std::string{} : next);
    } else if (auto* update = std::get_if<UpdateStep>(&step.what)) {
        fill(update->then, next);
    } else if (auto* start = std::get_if<StartStep>(&step.what)) {
        fill(start->then, next);
        fill(start->otherwise, start->then.step);
    } else if (auto* webhook = std::get_if<WebhookStep>(&step.what)) {
        fill(webhook->then, next);
        fill(webhook->otherwise, webhook->then.step);
    }
}

}  // namespace

void fill_targets(Step& step, const std::string& next) {
    if (auto* send = std::get_if<SendStep>(&step.what)) {
        fill(send->then, next);
        fill(send->otherwise, send->then.step);
    } else if (auto* wait = std::get_if<WaitStep>(&step.what)) {
        fill(wait->then, next);
        fill(wait->passed, wait->then.step);
    } else if (auto* wait_for = std::get_if<WaitForStep>(&step.what)) {
        if (wait_for->choices.empty()) {
            fill(wait_for->then, next);
        }
    } else if (auto* branch = std::get_if<BranchStep>(&step.what)) {
        fill(branch->otherwise, next);
    } else if (auto* task = std::get_if<TaskStep>(&step.what)) {
        if (task->outcomes.empty() || task->until) {
            fill(task->then, next);
        }
    } else {
        fill_targets_more(step, next);
    }
}

std::vector<Target*> targets_of(Step& step) {
    std::vector<Target*> targets;
    std::visit(TargetCollector{targets}, step.what);
    return targets;
}

std::string_view kind_name(const Step& step) {
    constexpr std::array<std::string_view, 10> kinds{
        "send", "wait", "wait-for", "branch", "task", "end", "split", "update", "start", "webhook"};
    return kinds.at(step.what.index());
}

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
