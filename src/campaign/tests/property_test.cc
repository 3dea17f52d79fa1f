// Whatever happens in whatever order, an enrolment stays whole: thousands of random lives through
// the shipped campaigns, with printed seeds.
#include <algorithm>
#include <bits/chrono.h>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "campaign/advance.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/enrol.h"
#include "campaign/steps.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "campaign/world.h"
#include "practice/folder.h"

namespace parcours::campaign {
namespace {

using namespace std::chrono_literals;

const std::vector<Campaign>& campaigns() {
    static std::vector<Error> errors;
    static const practice::Folder folder =
        practice::read_folder(practice::built_in_files(), errors);
    static const std::vector<Campaign> all = read_campaigns(folder, errors);
    return all;
}

/// One patient's life in one campaign, drawn at random, with everything checked on the way.
class Life {
  public:
    Life(const Campaign& campaign, std::uint64_t seed)
        : walk_(campaign, campaign.enter.key.empty() ? "" : "Appointment/a1"), random_(seed) {
        walk_.state.holdout = random_.below(4) == 0;
        for (const Condition* condition : conditions_of(walk_.campaign)) {
            texts_.push_back(condition->text);
        }
        walk_.world.dates["appointment"] = walk_.now + 24h * static_cast<int>(random_.below(40));
    }

    void live() {
        give(Started{});
        for (int i = 0; i < 60 && !walk_.state.ended(); ++i) {
            change_world();
            give(any_input());
        }
        if (!walk_.state.ended()) {
            give(Stop{"the end of the test"});
        }
        const Advance after = walk_.give(Changed{});
        EXPECT_TRUE(!walk_.state.ended() || after.effects.empty());
    }

  private:
    void change_world() {
        if (!texts_.empty() && random_.below(6) == 0) {
            const std::string& text = texts_[random_.below(texts_.size())];
            auto& kind = random_.below(4) == 0 ? walk_.world.failing_conditions
                                               : walk_.world.true_conditions;
            if (!kind.insert(text).second) {
                kind.erase(text);
            }
        }
        if (random_.below(25) == 0) {
            walk_.world.circumstances = {static_cast<Circumstance>(random_.below(5))};
        }
        if (random_.below(8) == 0) {
            walk_.world.dates["appointment"] =
                walk_.now + 24h * (static_cast<int>(random_.below(40)) - 5);
        }
    }

    Input any_input() {
        const Enrolment& state = walk_.state;
        const Digest message = message_id(state.id, state.step, state.occurrence, "patient");
        const Digest task = task_id(state.id, state.step, state.occurrence);
        static const std::vector<std::string> outcomes{"booked",       "declined", "unreachable",
                                                       "not-possible", "reached",  "nonsense"};
        switch (random_.below(9)) {
            case 0:
                return Changed{};
            case 1:
                return Happened{"reply"};
            case 2:
            case 3:
                return MessageDone{message, static_cast<MessageDone::Outcome>(random_.below(3)),
                                   "reason"};
            case 4:
                return TaskDone{task, outcomes[random_.below(outcomes.size())]};
            case 5:
                walk_.now += 1h * static_cast<int>(random_.below(200));
                return TimerFired{state.due.value_or(walk_.now)};
            default:
                walk_.now = std::max(walk_.now, state.due.value_or(walk_.now));
                return TimerFired{state.due.value_or(walk_.now)};
        }
    }

    void give(const Input& input) {
        const Enrolment before = walk_.state;
        const bool behind =
            !before.step.empty() && walk_.campaign.find_step(before.step)->after_success;
        walk_.give(input);
        const Enrolment& after = walk_.state;
        EXPECT_GE(after.occurrence, before.occurrence);
        EXPECT_EQ(has<Ended>(walk_.last), after.ended());
        EXPECT_FALSE(after.ended() && after.due.has_value());
        expect_standing(after);
        expect_timer(before, after);
        for (const PlanMessage& plan : all_of<PlanMessage>(walk_.last)) {
            EXPECT_TRUE(messages_.insert(plan.message.id).second) << "a second message";
            EXPECT_TRUE(!after.holdout || behind || plan.message.safety_critical ||
                        walk_.campaign.find_step(plan.message.step)->after_success);
        }
        for (const OpenTask& open : all_of<OpenTask>(walk_.last)) {
            EXPECT_TRUE(tasks_.insert(open.task.id).second) << "a second task";
            open_task_ = open.task.id;
        }
        const bool stands_on_task =
            !after.ended() &&
            std::holds_alternative<TaskStep>(walk_.campaign.find_step(after.step)->what);
        for (const CloseTask& close : all_of<CloseTask>(walk_.last)) {
            EXPECT_TRUE(tasks_.contains(close.task)) << "closed a task that was never opened";
        }
        const bool by_person = std::holds_alternative<TaskDone>(input);
        const bool left_task =
            before.step != after.step || before.occurrence != after.occurrence || after.ended();
        if (!before.step.empty() && left_task &&
            tasks_.contains(task_id(before.id, before.step, before.occurrence))) {
            EXPECT_TRUE(by_person || has<CloseTask>(walk_.last)) << "a task was left open";
        }
        // Nobody is given the work of a contact that is withheld; a day is set when that is over.
        const bool withheld = after.holdout && !tasks_.contains(walk_current_task());
        EXPECT_TRUE(!stands_on_task || open_task_ == walk_current_task() ||
                    (withheld && after.due.has_value()));
    }

    Digest walk_current_task() const {
        return task_id(walk_.state.id, walk_.state.step, walk_.state.occurrence);
    }

    /// It stands only on steps that wait for something.
    void expect_standing(const Enrolment& after) const {
        const Step* step = walk_.campaign.find_step(after.step);
        ASSERT_TRUE(step != nullptr || after.ended());
        if (!after.ended()) {
            EXPECT_FALSE(std::holds_alternative<EndStep>(step->what));
            EXPECT_FALSE(std::holds_alternative<BranchStep>(step->what));
        }
    }

    /// The effects about the timer and the enrolment's own tell the same.
    void expect_timer(const Enrolment& before, const Enrolment& after) const {
        std::optional<Instant> told = before.due;
        for (const Effect& effect : walk_.last.effects) {
            if (const auto* set = std::get_if<SetTimer>(&effect)) {
                told = set->due;
                EXPECT_GT(set->due, walk_.now) << "a timer in the past";
            } else if (std::holds_alternative<ClearTimer>(effect)) {
                told.reset();
            } else if (std::holds_alternative<Entered>(effect) && told && *told <= walk_.now) {
                told.reset();  // it has fired
            } else if (std::holds_alternative<Ended>(effect)) {
                told.reset();
            }
        }
        EXPECT_EQ(told, after.due);
    }

    Walker walk_;
    SeededRandom random_;
    std::vector<std::string> texts_;
    std::set<Digest> messages_;
    std::set<Digest> tasks_;
    Digest open_task_;
};

TEST(Property, EnrolmentsStayWholeWhateverHappens) {
    ASSERT_FALSE(campaigns().empty());
    for (const Campaign& campaign : campaigns()) {
        for (std::uint64_t seed = 0; seed < 1500; ++seed) {
            Life(campaign, seed).live();
            if (HasFailure()) {
                FAIL() << campaign.name << ", seed " << seed;
            }
        }
    }
}

}  // namespace
}  // namespace parcours::campaign
