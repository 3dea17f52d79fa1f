#include "campaign/advance.h"

#include <bits/chrono.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/enrol.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

using namespace std::chrono_literals;

TEST(Advance, StartsWithTheFirstStep) {
    Walker walk(recall());
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "mail");
    EXPECT_EQ(walk.state.occurrence, 1U);
    const auto messages = all_of<PlanMessage>(walk.last);
    ASSERT_EQ(messages.size(), 1U);
    const Message& message = messages.front().message;
    EXPECT_EQ(message.content, "recall-mail");
    EXPECT_EQ(message.topic, "diabetes");
    EXPECT_EQ(message.ladder, (std::vector<std::string>{"email", "sms"}));
    EXPECT_EQ(message.planned_at, walk.now);
    EXPECT_EQ(message.not_after, walk.now + 48h);
    EXPECT_EQ(message.id, message_id(walk.state.id, "mail", 1, "patient"));
    EXPECT_FALSE(walk.state.due.has_value());
}

TEST(Advance, StartingTwiceChangesNothing) {
    Walker walk(recall());
    walk.give(Started{});
    walk.give(Started{});
    EXPECT_TRUE(walk.last.effects.empty());
    EXPECT_EQ(walk.state.occurrence, 1U);
}

TEST(Advance, SentGoesOnToTheWait) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(walk.state.step, "pause");
    // Seven days later at ten in Paris; the message was sent at ten there.
    EXPECT_EQ(walk.state.due, moment("2026-03-09T09:00:00Z"));
    ASSERT_EQ(all_of<SetTimer>(walk.last).size(), 1U);
    EXPECT_FALSE(has<WithdrawMessages>(walk.last));
}

TEST(Advance, UnknownCountsAsSent) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Unknown);
    EXPECT_EQ(walk.state.step, "pause");
}

TEST(Advance, AnExhaustedLadderEndsInATask) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::NotSent, "no-address");
    EXPECT_EQ(walk.state.step, "call");
    const auto tasks = all_of<OpenTask>(walk.last);
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks.front().task.queue, "navigators");
    EXPECT_EQ(tasks.front().task.outcomes, (std::vector<std::string>{"booked", "refused"}));
    EXPECT_EQ(tasks.front().task.due, walk.now + 48h);
    EXPECT_NE(tasks.front().task.reason.find("not sent: no-address"), std::string::npos);
}

TEST(Advance, AMessageOfAnotherStepSaysNothing) {
    Walker walk(recall());
    walk.give(Started{});
    walk.give(MessageDone{Digest{}, MessageDone::Outcome::Sent, ""});
    EXPECT_EQ(walk.state.step, "mail");
    EXPECT_TRUE(walk.last.effects.empty());
}

TEST(Advance, ATimerNeverActsEarly) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    const Instant due = walk.state.due.value();
    walk.now = due - 1us;
    walk.give(TimerFired{due});
    EXPECT_EQ(walk.state.step, "pause");
    ASSERT_EQ(all_of<SetTimer>(walk.last).size(), 1U);
    EXPECT_EQ(all_of<SetTimer>(walk.last).front().due, due);
    walk.now = due;
    walk.give(TimerFired{due});
    EXPECT_EQ(walk.state.step, "answer");
}

TEST(Advance, AReplacedTimerSaysNothing) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    walk.now += 240h;
    walk.give(TimerFired{walk.state.due.value() - 1h});
    EXPECT_EQ(walk.state.step, "pause");
    EXPECT_TRUE(walk.last.effects.empty());
}

TEST(Advance, WaitForGoesOnWhenItComesTrue) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    walk.fire();
    EXPECT_EQ(walk.state.step, "answer");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "answer");
    walk.world.true_conditions.insert("seen");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "completed");
    EXPECT_TRUE(has<ClearTimer>(walk.last));
    EXPECT_FALSE(walk.state.due.has_value());
}

TEST(Advance, WaitForGivesUpInTime) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    walk.fire();
    walk.fire();
    EXPECT_EQ(walk.state.step, "call");
}

TEST(Advance, TheConditionIsAskedOnceMoreWhenTheTimeIsOver) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    walk.fire();
    walk.world.true_conditions.insert("seen");
    walk.fire();
    EXPECT_EQ(walk.state.result, "completed");
}

TEST(Advance, TaskOutcomesLeadOn) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::NotSent, "no-consent");
    walk.close("refused");
    EXPECT_EQ(walk.state.result, "declined");
    EXPECT_FALSE(has<CloseTask>(walk.last));
    ASSERT_TRUE(has<Ended>(walk.last));
}

TEST(Advance, AnUnknownOutcomeIsNeverLostSilently) {
    Walker walk(recall());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::NotSent, "no-consent");
    walk.close("bookd");
    EXPECT_EQ(walk.state.result, "stopped");
    EXPECT_TRUE(has<Note>(walk.last));
}

TEST(Advance, AnEndedEnrolmentStaysAsItIs) {
    Walker walk(recall());
    walk.give(Started{});
    walk.give(Stop{"the patient said STOP"});
    EXPECT_EQ(walk.state.result, "stopped");
    EXPECT_TRUE(has<WithdrawMessages>(walk.last));
    const std::string before = walk.state.step;
    walk.world.circumstances.insert(Circumstance::Deceased);
    for (const Input& input : std::vector<Input>{Started{}, Changed{}, Stop{"again"},
                                                 TimerFired{walk.now}, Happened{"reply"}}) {
        walk.give(input);
        EXPECT_TRUE(walk.last.effects.empty());
        EXPECT_EQ(walk.state.result, "stopped");
        EXPECT_EQ(walk.state.step, before);
    }
}

/// Brings a recall to each step it can stand on.
std::vector<Walker> at_every_step() {
    std::vector<Walker> walkers;
    for (int moves = 0; moves < 4; ++moves) {
        Walker walk(recall());
        walk.give(Started{});
        if (moves > 0) {
            walk.message(MessageDone::Outcome::Sent);
        }
        for (int i = 1; i < moves; ++i) {
            walk.fire();
        }
        walkers.push_back(std::move(walk));
    }
    return walkers;
}

/// Every kind of input at the step it stands on.
std::vector<Input> every_input(const Walker& walk) {
    return {
        Changed{}, TimerFired{walk.state.due.value_or(walk.now)},
        MessageDone{message_id(walk.state.id, walk.state.step, walk.state.occurrence, "patient"),
                    MessageDone::Outcome::NotSent, "no-address"},
        TaskDone{task_id(walk.state.id, walk.state.step, walk.state.occurrence), "refused"},
        Happened{"reply"}};
}

TEST(Advance, SuccessIsWatchedOnEveryStepAndInput) {
    for (Walker& start : at_every_step()) {
        for (const Input& input : every_input(start)) {
            Walker walk = start;
            walk.world.true_conditions.insert("tested");
            walk.give(input);
            EXPECT_EQ(walk.state.result, "success") << start.state.step;
            EXPECT_FALSE(walk.state.due.has_value());
            EXPECT_FALSE(has<PlanMessage>(walk.last));
            EXPECT_FALSE(has<OpenTask>(walk.last));
            EXPECT_EQ(has<WithdrawMessages>(walk.last), start.state.step == "mail");
            EXPECT_EQ(has<CloseTask>(walk.last), start.state.step == "call");
            EXPECT_EQ(has<ClearTimer>(walk.last), start.state.due.has_value());
        }
    }
}

TEST(Advance, ExitsAreWatchedOnEveryStepAndInputAndComeBeforeSuccess) {
    for (Walker& start : at_every_step()) {
        start.campaign.exits = {{Exit::Kind::LeftCare, {}, "left-care", {}},
                                {Exit::Kind::When, cql("cancer"), "not-applicable", {}}};
        for (const Input& input : every_input(start)) {
            Walker walk = start;
            walk.world.true_conditions = {"tested", "cancer"};
            walk.give(input);
            EXPECT_EQ(walk.state.result, "not-applicable") << start.state.step;
            Walker left = start;
            left.world.circumstances = {Circumstance::LeftCare};
            left.give(input);
            EXPECT_EQ(left.state.result, "left-care") << start.state.step;
        }
    }
}

TEST(Advance, DeathEndsWithoutBeingListed) {
    for (Walker& walk : at_every_step()) {
        walk.world.circumstances = {Circumstance::Deceased, Circumstance::Palliative};
        walk.give(Changed{});
        EXPECT_EQ(walk.state.result, "deceased");
    }
}

TEST(Advance, WhatIsNotListedEndsNothing) {
    Walker walk(recall());
    walk.give(Started{});
    walk.world.circumstances = {Circumstance::Palliative, Circumstance::LeftCare,
                                Circumstance::DoneElsewhere, Circumstance::KeyCancelled};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "mail");
    EXPECT_FALSE(walk.state.ended());
}

TEST(Advance, UnknownAndFailingConditionsAreNotTrue) {
    Walker walk(recall());
    walk.give(Started{});
    walk.world.unknown_conditions.insert("tested");
    walk.give(Changed{});
    EXPECT_FALSE(walk.state.ended());
    EXPECT_FALSE(has<Note>(walk.last));
    walk.world.unknown_conditions.clear();
    walk.world.failing_conditions.insert("tested");
    walk.give(Changed{});
    EXPECT_FALSE(walk.state.ended());
    ASSERT_EQ(all_of<Note>(walk.last).size(), 1U);
    EXPECT_NE(all_of<Note>(walk.last).front().text.find("a strict cast failed"), std::string::npos);
}

TEST(Advance, AStepThatIsGoneStopsAloud) {
    Walker walk(recall());
    walk.give(Started{});
    walk.state.step = "removed-step";
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "stopped");
    EXPECT_NE(all_of<Ended>(walk.last).front().reason.find("removed-step"), std::string::npos);
}

TEST(Advance, TheSameArgumentsGiveTheSameAnswer) {
    Walker one(recall());
    Walker two(recall());
    one.give(Started{});
    two.give(Started{});
    EXPECT_EQ(all_of<PlanMessage>(one.last).front().message.id,
              all_of<PlanMessage>(two.last).front().message.id);
}

}  // namespace
}  // namespace parcours::campaign
