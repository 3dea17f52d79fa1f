#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/nearest.h"

namespace parcours::campaign {
namespace {

/// The checks of the steps among themselves.
class FlowCheck {
  public:
    explicit FlowCheck(const Campaign& campaign) : campaign_(campaign) {
        for (const Step& step : campaign.steps) {
            names_.push_back(step.name);
        }
    }

    std::vector<Error> run() {
        if (campaign_.steps.empty()) {
            return std::move(errors_);
        }
        check_targets();
        if (errors_.empty()) {
            // Ways are only worth following once all lead somewhere.
            check_reached();
            check_circles();
            check_success();
        }
        check_dates();
        check_holdout();
        return std::move(errors_);
    }

  private:
    void mistake(const Location& where, std::string message) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), where});
    }

    void check_target(const Target& target, const Step& from, std::string_view label) {
        // What `link` filled in follows another target, which is looked at itself.
        if (target.written && campaign_.find_step(target.step) == nullptr) {
            mistake(
                target.where,
                fmt::format("\"{}\" of the step \"{}\" leads to \"{}\", which does not exist{}",
                            label, from.name, target.step, practice::suggest(target.step, names_)));
        }
    }

    void check_targets() {
        for (const Step& step : campaign_.steps) {
            for (const Way& way : ways_out(step)) {
                check_target(*way.target, step, way.label);
            }
            if (!leads_on(step)) {
                mistake(step.where,
                        fmt::format("after the step \"{}\" nothing follows; add a last step such "
                                    "as \"done: {{ end: completed }}\", or say \"then: STEP\"",
                                    step.name));
            }
        }
        const Target& success = campaign_.on_success;
        if (success.written && campaign_.find_step(success.step) == nullptr) {
            mistake(success.where,
                    fmt::format("success leads to \"{}\", which does not exist{}", success.step,
                                practice::suggest(success.step, names_)));
        }
    }

    /// Whether every regular way out of a step has a target.
    static bool leads_on(const Step& step) {
        if (const auto* send = std::get_if<SendStep>(&step.what)) {
            return !send->then.step.empty();
        }
        if (const auto* wait = std::get_if<WaitStep>(&step.what)) {
            return !wait->then.step.empty();
        }
        if (const auto* wait_for = std::get_if<WaitForStep>(&step.what)) {
            return !wait_for->then.step.empty() || !wait_for->choices.empty();
        }
        if (const auto* split = std::get_if<SplitStep>(&step.what)) {
            return leads_on(*split);
        }
        if (const auto* update = std::get_if<UpdateStep>(&step.what)) {
            return !update->then.step.empty();
        }
        if (const auto* start = std::get_if<StartStep>(&step.what)) {
            return !start->then.step.empty();
        }
        if (const auto* webhook = std::get_if<WebhookStep>(&step.what)) {
            return !webhook->then.step.empty();
        }
        if (const auto* branch = std::get_if<BranchStep>(&step.what)) {
            return !branch->otherwise.step.empty();
        }
        if (const auto* task = std::get_if<TaskStep>(&step.what)) {
            return !task->then.step.empty() || (!task->outcomes.empty() && !task->until);
        }
        return true;
    }

    static bool leads_on(const SplitStep& split) {
        constexpr double nearly_all = 1 - 1e-9;
        double sum = 0;
        for (const SplitStep::Arm& arm : split.arms) {
            sum += arm.share;
        }
        return sum > nearly_all || !split.otherwise.step.empty();
    }

    /// Steps that can be come to from `start`, by ways that `follow` lets through.
    template <class Follow>
    std::set<std::string> reached_from(const std::string& start, Follow follow) const {
        std::set<std::string> reached;
        std::vector<std::string> open{start};
        while (!open.empty()) {
            const std::string name = open.back();
            open.pop_back();
            const Step* step = campaign_.find_step(name);
            if (step == nullptr || !reached.insert(name).second) {
                continue;
            }
            for (const Way& way : ways_out(*step)) {
                if (follow(*step, way)) {
                    open.push_back(way.target->step);
                }
            }
        }
        return reached;
    }

    void check_reached() {
        const auto every = [](const Step& /*step*/, const Way& /*way*/) { return true; };
        std::set<std::string> reached = reached_from(campaign_.steps.front().name, every);
        reached.merge(reached_from(campaign_.on_success.step, every));
        for (const Step& step : campaign_.steps) {
            if (!reached.contains(step.name)) {
                mistake(step.where, fmt::format("no way leads to the step \"{}\"; lead one there, "
                                                "or take the step out",
                                                step.name));
            }
        }
    }

    /// A circle of ways on which no time passes would be walked for ever.
    void check_circles() {
        std::set<std::string> told;
        for (const Step& step : campaign_.steps) {
            if (told.contains(step.name)) {
                continue;
            }
            for (const Way& way : ways_out(step)) {
                const auto untimed = [](const Step& /*step*/, const Way& one) {
                    return !one.timed;
                };
                if (way.timed) {
                    continue;
                }
                const std::set<std::string> on = reached_from(way.target->step, untimed);
                if (on.contains(step.name)) {
                    mistake(step.where,
                            fmt::format("from the step \"{}\" a circle leads back to it on which "
                                        "no time passes; put a wait into it, such as "
                                        "\"pause: {{ wait: 7 days }}\"",
                                        step.name));
                    told.insert(on.begin(), on.end());
                    break;
                }
            }
        }
    }

    static bool waits_for_success(const Step& step) {
        const auto* wait = std::get_if<WaitForStep>(&step.what);
        return wait != nullptr && wait->condition &&
               wait->condition->kind == Condition::Kind::Success;
    }

    static bool asks_for_success(const Step& step) {
        const auto is_success = [](const Condition& condition) {
            return condition.kind != Condition::Kind::Cql;
        };
        if (const auto* send = std::get_if<SendStep>(&step.what)) {
            return send->still && is_success(*send->still);
        }
        if (const auto* branch = std::get_if<BranchStep>(&step.what)) {
            return std::ranges::any_of(branch->arms, is_success, &BranchStep::Arm::condition);
        }
        if (const auto* task = std::get_if<TaskStep>(&step.what)) {
            return task->until && is_success(*task->until);
        }
        return waits_for_success(step);
    }

    void check_success() {
        const Step* first_wait = nullptr;
        for (const Step& step : campaign_.steps) {
            if (!campaign_.success && asks_for_success(step)) {
                mistake(step.where, fmt::format("the step \"{}\" asks for success, but the "
                                                "campaign does not say what success is; add "
                                                "\"success: 'CQL'\"",
                                                step.name));
            }
            if (!waits_for_success(step)) {
                continue;
            }
            if (first_wait != nullptr && !campaign_.on_success.written &&
                campaign_.on_success.step.empty()) {
                mistake(step.where,
                        fmt::format("success leads to different steps from \"{}\" and \"{}\", but "
                                    "it may come anywhere; say one step for all: \"success: {{ "
                                    "when: 'CQL', then: STEP }}\"",
                                    first_wait->name, step.name));
                break;
            }
            first_wait = &step;
        }
        check_sides_of_success();
    }

    /// Success is watched before it and not behind it, so no step may lie on both sides.
    void check_sides_of_success() {
        if (campaign_.on_success.step.empty()) {
            return;
        }
        const std::string& success = campaign_.on_success.step;
        const auto before = [&](const Step& step, const Way& way) {
            return way.target->step != success || way.label != "then" || !waits_for_success(step);
        };
        for (const std::string& name : reached_from(campaign_.steps.front().name, before)) {
            const Step* step = campaign_.find_step(name);
            const bool passing = std::holds_alternative<EndStep>(step->what) ||
                                 std::holds_alternative<BranchStep>(step->what) ||
                                 std::holds_alternative<SplitStep>(step->what) ||
                                 std::holds_alternative<UpdateStep>(step->what);
            if (step->after_success && !passing) {
                mistake(step->where,
                        fmt::format("the step \"{}\" lies both before and behind success, so it "
                                    "cannot be said whether success is still awaited there; write "
                                    "two steps",
                                    name));
            }
        }
    }

    void check_dates() {
        std::vector<std::string> known;
        known.emplace_back("enrolled");
        for (const auto& [name, definition] : campaign_.dates) {
            known.push_back(name);
        }
        if (!campaign_.enter.key.empty()) {
            known.push_back(campaign_.enter.key);
        }
        for (const Step& step : campaign_.steps) {
            const Moment* const moment = find_moment(step);
            if (moment != nullptr && moment->leans() &&
                std::ranges::find(known, moment->anchor) == known.end()) {
                mistake(step.where,
                        fmt::format("the step \"{}\" leans on the date \"{}\", which is not "
                                    "defined; define it: \"dates: {{ {}: 'CQL' }}\", or enrol "
                                    "with \"key: appointment\"{}",
                                    step.name, moment->anchor, moment->anchor,
                                    practice::suggest(moment->anchor, known)));
            }
        }
    }

    void check_holdout() {
        const auto critical = std::ranges::find_if(campaign_.steps, [](const Step& step) {
            const auto* send = std::get_if<SendStep>(&step.what);
            const auto* task = std::get_if<TaskStep>(&step.what);
            return (send != nullptr && send->safety_critical && !step.after_success) ||
                   (task != nullptr && task->safety_critical && !step.after_success);
        });
        if (campaign_.holdout > 0 && critical != campaign_.steps.end()) {
            mistake(campaign_.holdout_where,
                    fmt::format("the step \"{}\" is safety-critical: nobody may be held out of "
                                "what leads to it; take \"holdout\" out",
                                critical->name));
        }
        if (campaign_.holdout > 0 && campaign_.safety_critical) {
            mistake(campaign_.holdout_where,
                    "a safety-critical campaign cannot hold patients out: withholding it could "
                    "harm them; take \"holdout\" out");
        }
        if (campaign_.holdout > 0 && !campaign_.success) {
            mistake(campaign_.holdout_where,
                    "a holdout measures how much success a campaign adds, but this one does not "
                    "say what success is; add \"success: 'CQL'\", or take \"holdout\" out");
        }
    }

    const Campaign& campaign_;
    std::vector<std::string> names_;
    std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_flow(const Campaign& campaign) {
    return FlowCheck(campaign).run();
}

}  // namespace parcours::campaign
