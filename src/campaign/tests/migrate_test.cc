// People in flight move to another release.
#include "campaign/migrate.h"

#include <gtest/gtest.h>
#include <string>
#include <variant>

#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

const Digest newer = named_hash("release", {"2"});

template <class Kind>
Kind& step_of(Campaign& campaign, const std::string& name) {
    for (Step& step : campaign.steps) {
        if (step.name == name) {
            return std::get<Kind>(step.what);
        }
    }
    throw std::out_of_range(name);
}

StepMove find_move(const Campaign& from, const Campaign& to, const std::string& step,
                   const WrittenMoves& written = {}) {
    const auto moves = map_steps(from, to, written);
    EXPECT_TRUE(moves);
    for (const StepMove& move : *moves) {
        if (move.from == step) {
            return move;
        }
    }
    return {};
}

/// A walker through the recall that stands on a step, and moves.
struct Mover : Walker {
    Mover() : Walker(recall()) { give(Started{}); }

    const Advance& move(const Campaign& to, const WrittenMoves& written = {},
                        bool offered = false) {
        last = migrate(state, campaign, find_move(campaign, to, state.step, written), offered,
                       {to, newer, world, "moved by Ann"}, now);
        state = last.enrolment;
        campaign = to;
        return last;
    }
};

TEST(Migrate, AWaitIsCountedFromWhenItBegan) {
    Mover walk;
    walk.message(MessageDone::Outcome::Sent);
    ASSERT_EQ(walk.state.step, "pause");
    const auto began = walk.state.step_entered_at;
    const auto occurrence = walk.state.occurrence;
    walk.now += std::chrono::hours{24};
    Campaign longer = recall();
    step_of<WaitStep>(longer, "pause").moment.span.count = 10;
    step_of<WaitStep>(longer, "pause").until.reset();
    walk.move(longer);
    EXPECT_EQ(walk.state.release, newer);
    EXPECT_EQ(walk.state.occurrence, occurrence) << "it is the same wait";
    EXPECT_EQ(walk.state.due, began + std::chrono::hours{240});
    walk.fire();
    EXPECT_EQ(walk.state.step, "answer");
}

TEST(Migrate, AWaitThatIsOverByTheNewReleaseEndsNow) {
    Mover walk;
    walk.message(MessageDone::Outcome::Sent);
    walk.now += std::chrono::hours{72};
    Campaign shorter = recall();
    step_of<WaitStep>(shorter, "pause").moment.span.count = 1;
    walk.move(shorter);
    EXPECT_EQ(walk.state.due, walk.now) << "never before now";
    walk.fire();
    EXPECT_EQ(walk.state.step, "answer");
}

TEST(Migrate, AMessageThatWaitsIsPlannedAnewAndOneThatWasOfferedIsNot) {
    Mover waiting;
    Campaign other = recall();
    step_of<SendStep>(other, "mail").content = "recall-letter";
    waiting.move(other);
    EXPECT_TRUE(has<WithdrawMessages>(waiting.last));
    const auto planned = all_of<PlanMessage>(waiting.last);
    ASSERT_EQ(planned.size(), 1U);
    EXPECT_EQ(planned.front().message.content, "recall-letter");
    EXPECT_EQ(planned.front().message.release, newer);

    Mover offered;
    offered.move(other, {}, true);
    EXPECT_FALSE(has<WithdrawMessages>(offered.last));
    EXPECT_FALSE(has<PlanMessage>(offered.last)) << "it would be said twice";
    EXPECT_EQ(offered.state.release, newer);
    offered.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(offered.state.step, "pause");
}

TEST(Migrate, AnOpenTaskGoesOnUnlessItsWorkIsAnother) {
    Mover same;
    same.message(MessageDone::Outcome::NotSent, "no-address");
    ASSERT_EQ(same.state.step, "call");
    same.move(recall());
    EXPECT_FALSE(has<CloseTask>(same.last));
    same.close("booked");
    EXPECT_EQ(same.state.result, "completed");

    Mover other;
    other.message(MessageDone::Outcome::NotSent, "no-address");
    Campaign changed = recall();
    step_of<TaskStep>(changed, "call").outcomes["later"] = to("declined");
    other.move(changed);
    EXPECT_EQ(all_of<CloseTask>(other.last).size(), 1U);
    EXPECT_EQ(all_of<OpenTask>(other.last).size(), 1U);
    other.close("later");
    EXPECT_EQ(other.state.result, "declined");
}

TEST(Migrate, GoesWhereThePublisherSaysAndNowhereElse) {
    Campaign renamed = recall();
    for (Step& step : renamed.steps) {
        step.name = step.name == "pause" ? "rest" : step.name;
    }
    for (Step& step : renamed.steps) {
        if (auto* send = std::get_if<SendStep>(&step.what)) {
            send->then = to("rest");
        }
    }
    link(renamed);
    EXPECT_EQ(find_move(recall(), renamed, "pause").to, "") << "nobody is moved by guessing";
    EXPECT_EQ(find_move(recall(), renamed, "pause", {{"pause", "rest"}}).to, "rest");
    EXPECT_TRUE(find_move(recall(), renamed, "pause", {{"pause", "rest"}}).goes_on);
    EXPECT_FALSE(find_move(recall(), renamed, "pause", {{"pause", "call"}}).goes_on);
    Mover walk;
    walk.message(MessageDone::Outcome::Sent);
    walk.move(renamed, {{"pause", "call"}});
    EXPECT_EQ(walk.state.step, "call");
    EXPECT_TRUE(has<ClearTimer>(walk.last));
    EXPECT_TRUE(has<OpenTask>(walk.last));
}

TEST(Migrate, UnderAnotherNameATaskBeginsAnewSoThatItsOutcomeIsHeard) {
    Campaign renamed = recall();
    for (Step& step : renamed.steps) {
        step.name = step.name == "call" ? "ring" : step.name;
    }
    step_of<SendStep>(renamed, "mail").otherwise = to("ring");
    step_of<WaitForStep>(renamed, "answer").otherwise = to("ring");
    link(renamed);
    EXPECT_FALSE(find_move(recall(), renamed, "call", {{"call", "ring"}}).goes_on);
    Mover walk;
    walk.message(MessageDone::Outcome::NotSent, "no-address");
    walk.move(renamed, {{"call", "ring"}});
    EXPECT_EQ(all_of<CloseTask>(walk.last).size(), 1U);
    ASSERT_EQ(all_of<OpenTask>(walk.last).size(), 1U);
    walk.give(TaskDone{all_of<OpenTask>(walk.last).front().task.id, "booked"});
    EXPECT_EQ(walk.state.result, "completed");
}

TEST(Migrate, NamesThatAreNoStepsAreSaidWithTheNearest) {
    const auto from = map_steps(recall(), recall(), {{"pauze", "call"}});
    ASSERT_FALSE(from);
    EXPECT_NE(from.error().message.find("earlier release"), std::string::npos);
    EXPECT_NE(from.error().message.find("pause"), std::string::npos);
    const auto to = map_steps(recall(), recall(), {{"pause", "cal"}});
    ASSERT_FALSE(to);
    EXPECT_NE(to.error().message.find("new release"), std::string::npos);
}

TEST(Migrate, AStepOfTheSameNameAndAnotherKindIsNoEquivalent) {
    Campaign other = recall();
    for (Step& step : other.steps) {
        if (step.name == "pause") {
            step.what = BranchStep{{{cql("seen"), to("done")}}, to("answer")};
        }
    }
    EXPECT_EQ(find_move(recall(), other, "pause").to, "");
}

TEST(Migrate, ASafetyCriticalTaskIsNeverLostByIt) {
    Campaign from = recall();
    step_of<TaskStep>(from, "call").safety_critical = true;
    Campaign changed = from;
    step_of<TaskStep>(changed, "call").queue = "clinicians";
    EXPECT_TRUE(find_move(from, from, "call").goes_on);
    EXPECT_EQ(find_move(from, changed, "call").to, "");
    EXPECT_EQ(find_move(from, changed, "call", {{"call", "done"}}).to, "");
}

TEST(Migrate, ExitsAndSuccessOfTheNewReleaseAreLookedAtFirst) {
    Mover walk;
    Campaign other = recall();
    other.exits = {{Exit::Kind::When, cql("moved away"), "not-applicable", {}}};
    walk.world.true_conditions = {"moved away"};
    walk.move(other);
    EXPECT_EQ(walk.state.result, "not-applicable");
    EXPECT_FALSE(has<PlanMessage>(walk.last));
}

}  // namespace
}  // namespace parcours::campaign
