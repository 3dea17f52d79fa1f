// Branches, circles, holdout, success behind which steps go on, safety-critical tasks, events.
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "campaign/still.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "campaign/world.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

/// invite → weeks (wait for success) → call; success → result → abnormal (safety-critical) or done.
Campaign screening() {
    Campaign campaign;
    campaign.name = "screening";
    campaign.title["en"] = "Screening";
    campaign.concern = "cancer-screening";
    campaign.success = cql("result there");
    SendStep invite;
    invite.content = "invitation";
    invite.still = Condition{Condition::Kind::NotSuccess, "not success", {}};
    WaitForStep weeks;
    weeks.condition = Condition{Condition::Kind::Success, "success", {}};
    weeks.at_most.span = {14, Span::Unit::Day};
    weeks.then = to("result");
    weeks.otherwise = to("call");
    TaskStep call;
    call.kind = "call";
    call.queue = "navigators";
    call.outcomes = {{"declined", to("declined")}};
    BranchStep result;
    result.arms = {{cql("negative"), to("done")}};
    result.otherwise = to("abnormal");
    TaskStep abnormal;
    abnormal.kind = "call";
    abnormal.queue = "clinicians";
    abnormal.until = cql("colonoscopy");
    abnormal.safety_critical = true;
    abnormal.outcomes = {{"not-possible", to("declined")}};
    abnormal.then = to("done");
    campaign.steps = {make_step("invite", invite),
                      make_step("weeks", weeks),
                      make_step("call", call),
                      make_step("result", result),
                      make_step("abnormal", abnormal),
                      make_step("done", EndStep{"completed"}),
                      make_step("declined", EndStep{"declined"})};
    campaign.exits = {{Exit::Kind::LeftCare, {}, "left-care", {}}};
    link(campaign);
    return campaign;
}

/// The recall, whose pause is seven days and no time of the day.
Walker days_alone() {
    Campaign campaign = recall();
    std::get<WaitStep>(campaign.steps[1].what).until.reset();
    Walker walk(campaign);
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    return walk;
}

TEST(Clocks, AWaitOfDaysIsCountedAnewByOtherRules) {
    Walker walk = days_alone();
    ASSERT_EQ(walk.state.step, "pause");
    ASSERT_EQ(walk.state.due, moment("2026-03-09T09:00:00Z"));
    walk.give(ZonesChanged{});
    EXPECT_TRUE(walk.last.effects.empty()) << "nothing changed for Paris";
    walk.world.more_offset = std::chrono::hours{1};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.due, moment("2026-03-09T09:00:00Z")) << "a record's change is no reason";
    walk.give(ZonesChanged{});
    EXPECT_EQ(walk.state.due, moment("2026-03-09T08:00:00Z")) << "ten o'clock by the new rules";
    EXPECT_EQ(walk.state.step, "pause");
}

TEST(Clocks, WhatIsOverByOtherRulesIsDueAtOnce) {
    Walker walk = days_alone();
    walk.now = moment("2026-03-09T08:30:00Z");
    walk.world.more_offset = std::chrono::hours{1};
    walk.give(ZonesChanged{});
    EXPECT_EQ(walk.state.due, walk.now);
    walk.fire();
    EXPECT_EQ(walk.state.step, "answer");
}

TEST(Success, LeadsToTheStepThatWaitsForItFromAnywhere) {
    Walker walk(screening());
    EXPECT_EQ(walk.campaign.on_success.step, "result");
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "invite");
    walk.world.true_conditions = {"result there", "negative"};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "completed");
    EXPECT_TRUE(has<WithdrawMessages>(walk.last));
}

TEST(Success, AnAbnormalOneIsNotTheEnd) {
    Walker walk(screening());
    walk.give(Started{});
    walk.world.true_conditions = {"result there"};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "abnormal");
    ASSERT_TRUE(has<OpenTask>(walk.last));
    // Success stays true; it no longer moves anything.
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "abnormal");
    EXPECT_TRUE(walk.last.effects.empty());
    walk.world.true_conditions.insert("colonoscopy");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "completed");
    ASSERT_TRUE(has<CloseTask>(walk.last));
    EXPECT_EQ(all_of<CloseTask>(walk.last).front().outcome, "done");
}

TEST(SafetyCritical, NeitherExitNorStopLosesTheTask) {
    Walker walk(screening());
    walk.give(Started{});
    walk.world.true_conditions = {"result there"};
    walk.give(Changed{});
    walk.world.circumstances = {Circumstance::LeftCare};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "abnormal");
    EXPECT_FALSE(walk.state.ended());
    walk.give(Stop{"the patient said STOP"});
    EXPECT_FALSE(walk.state.ended());
    EXPECT_TRUE(has<Note>(walk.last));
    walk.world.circumstances = {Circumstance::Deceased};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "deceased");
    EXPECT_TRUE(has<CloseTask>(walk.last));
}

TEST(SafetyCritical, OtherTasksAreClosedByExits) {
    Walker walk(screening());
    walk.give(Started{});
    walk.message(MessageDone::Outcome::Sent);
    walk.fire();
    EXPECT_EQ(walk.state.step, "call");
    walk.world.circumstances = {Circumstance::LeftCare};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "left-care");
    EXPECT_TRUE(has<CloseTask>(walk.last));
}

TEST(Branch, TakesTheFirstWayThatHolds) {
    Campaign campaign;
    campaign.name = "branch";
    BranchStep branch;
    branch.arms = {{cql("a"), to("one")}, {cql("b"), to("two")}};
    branch.otherwise = to("three");
    campaign.steps = {make_step("branch", branch), make_step("one", EndStep{"one"}),
                      make_step("two", EndStep{"two"}), make_step("three", EndStep{"three"})};
    link(campaign);
    const auto result = [&](std::set<std::string> holds, std::set<std::string> unknown) {
        Walker walk(campaign);
        walk.world.true_conditions = std::move(holds);
        walk.world.unknown_conditions = std::move(unknown);
        walk.give(Started{});
        return walk.state.result;
    };
    EXPECT_EQ(result({"a", "b"}, {}), "one");
    EXPECT_EQ(result({"b"}, {}), "two");
    EXPECT_EQ(result({}, {}), "three");
    EXPECT_EQ(result({"b"}, {"a"}), "two");
    EXPECT_EQ(result({}, {"a", "b"}), "three");
}

/// pause (a day, until 11:00) → rest (36 hours) → done.
Walker by_the_clock() {
    Campaign campaign;
    campaign.name = "clock";
    campaign.title["en"] = "Clock";
    WaitStep pause;
    pause.moment.span = {1, Span::Unit::Day};
    pause.at = std::chrono::hours{11};
    pause.then = to("rest");
    WaitStep rest;
    rest.moment.span = {36, Span::Unit::Hour};
    rest.then = to("done");
    campaign.steps = {make_step("pause", pause), make_step("rest", rest),
                      make_step("done", EndStep{"completed"})};
    link(campaign);
    Walker walk(campaign);
    walk.give(Started{});
    return walk;
}

TEST(Clocks, ATimeOfTheDayIsThatOfTheClockOnTheWall) {
    Walker walk = by_the_clock();
    EXPECT_EQ(walk.state.due, moment("2026-03-03T10:00:00Z"));
    walk.world.ahead = std::chrono::hours{1};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.due, moment("2026-03-03T09:00:00Z"));
    walk.world.ahead = std::chrono::hours{-1};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.due, moment("2026-03-03T11:00:00Z"));
    walk.fire();
    EXPECT_EQ(walk.state.step, "rest");
}

TEST(Clocks, ATimerThatWasSetByOtherRulesIsSetAnew) {
    Walker walk = by_the_clock();
    walk.world.ahead = std::chrono::hours{-2};
    walk.fire();
    EXPECT_EQ(walk.state.step, "pause") << "it is not eleven yet";
    EXPECT_EQ(walk.state.due, moment("2026-03-03T12:00:00Z"));
}

TEST(Clocks, WhatWasMissedByOtherRulesIsDueNow) {
    Walker walk = by_the_clock();
    walk.now = moment("2026-03-03T09:30:00Z");
    walk.world.ahead = std::chrono::hours{1};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.due, walk.now);
    walk.fire();
    EXPECT_EQ(walk.state.step, "rest");
}

TEST(Clocks, ASpanKeepsItsMoment) {
    Walker walk = by_the_clock();
    walk.fire();
    const auto due = walk.state.due;
    walk.world.ahead = std::chrono::hours{1};
    EXPECT_TRUE(walk.give(Changed{}).effects.empty());
    EXPECT_EQ(walk.state.due, due);
}

TEST(LoopGuard, ACircleEndsAloud) {
    Campaign campaign;
    campaign.name = "circle";
    BranchStep there;
    there.otherwise = to("back");
    BranchStep back;
    back.otherwise = to("there");
    campaign.steps = {make_step("there", there), make_step("back", back)};
    link(campaign);
    Walker walk(campaign);
    walk.give(Started{});
    EXPECT_EQ(walk.state.result, "stopped");
    EXPECT_EQ(all_of<Entered>(walk.last).size(), steps_per_input_max);
    EXPECT_NE(all_of<Ended>(walk.last).front().reason.find("circle"), std::string::npos);
}

TEST(LoopGuard, ASlowCircleEndsToo) {
    Campaign campaign;
    campaign.name = "slow-circle";
    WaitStep wait;
    wait.moment.span = {1, Span::Unit::Day};
    wait.then = to("wait");
    campaign.steps = {make_step("wait", wait)};
    link(campaign);
    Walker walk(campaign);
    walk.give(Started{});
    for (std::uint32_t i = 1; i < steps_per_enrolment_max; ++i) {
        walk.fire();
    }
    EXPECT_FALSE(walk.state.ended());
    walk.fire();
    EXPECT_EQ(walk.state.result, "stopped");
}

TEST(Holdout, MessagesAndContactTasksAreWithheldWhileWaitsRun) {
    Walker walk(recall());
    walk.state.holdout = true;
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "pause");
    EXPECT_FALSE(has<PlanMessage>(walk.last));
    ASSERT_EQ(all_of<Withheld>(walk.last).size(), 1U);
    EXPECT_EQ(all_of<Withheld>(walk.last).front().step, "mail");
    EXPECT_TRUE(walk.state.due.has_value());
    walk.fire();
    walk.fire();
    EXPECT_EQ(walk.state.step, "call");
    EXPECT_FALSE(has<OpenTask>(walk.last));
    EXPECT_EQ(all_of<Withheld>(walk.last).size(), 1U);
    EXPECT_EQ(walk.state.due, walk.state.step_entered_at + withheld_max);
    // They stand there as those do whose call nobody closes: what they do of themselves counts.
    Walker other = walk;
    other.world.true_conditions = {"tested"};
    other.give(Changed{});
    EXPECT_EQ(other.state.result, "success");
    EXPECT_FALSE(has<CloseTask>(other.last));
    walk.fire();
    EXPECT_EQ(walk.state.result, "withheld");
    EXPECT_FALSE(has<CloseTask>(walk.last));
}

TEST(Holdout, SuccessIsMeasuredAllTheSame) {
    Walker walk(recall());
    walk.state.holdout = true;
    walk.give(Started{});
    walk.world.true_conditions = {"tested"};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.result, "success");
}

TEST(Holdout, NothingIsWithheldBehindSuccess) {
    Walker walk(screening());
    walk.state.holdout = true;
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "weeks");
    walk.world.true_conditions = {"result there"};
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "abnormal");
    EXPECT_TRUE(has<OpenTask>(walk.last));
}

TEST(Holdout, AReviewReachesNobodyAndIsOpened) {
    Campaign campaign = recall();
    std::get<TaskStep>(campaign.steps[3].what).kind = "review";
    Walker walk(campaign);
    walk.state.holdout = true;
    walk.give(Started{});
    walk.fire();
    walk.fire();
    EXPECT_TRUE(has<OpenTask>(walk.last));
}

TEST(Events, AReplyLeadsOnAndOthersDoNot) {
    Campaign campaign;
    campaign.name = "reply";
    WaitForStep wait;
    wait.event = "reply";
    wait.at_most.span = {3, Span::Unit::Day};
    wait.then = to("thanks");
    wait.otherwise = to("silence");
    campaign.steps = {make_step("wait", wait), make_step("thanks", EndStep{"replied"}),
                      make_step("silence", EndStep{"silent"})};
    link(campaign);
    Walker walk(campaign);
    walk.give(Started{});
    walk.give(Happened{"appointment.booked"});
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "wait");
    Walker silent = walk;
    walk.give(Happened{"reply"});
    EXPECT_EQ(walk.state.result, "replied");
    silent.fire();
    EXPECT_EQ(silent.state.result, "silent");
}

Message planned(const Walker& walk) {
    return all_of<PlanMessage>(walk.last).front().message;
}

TEST(StillWanted, AsksAgainBeforeAMessageLeaves) {
    Walker walk(screening());
    walk.give(Started{});
    const Message message = planned(walk);
    using Answer = StillWanted::Answer;
    const auto ask = [&] {
        return still_wanted(walk.campaign, walk.state, message, walk.world).answer;
    };
    EXPECT_EQ(ask(), Answer::Yes);
    walk.world.true_conditions = {"result there"};
    EXPECT_EQ(ask(), Answer::No);
    walk.world.true_conditions.clear();
    walk.world.unknown_conditions = {"result there"};
    EXPECT_EQ(ask(), Answer::No);  // `still` must be true, not merely not false
    walk.world.unknown_conditions.clear();
    walk.world.failing_conditions = {"result there"};
    EXPECT_EQ(ask(), Answer::Failed);
    walk.world.failing_conditions.clear();
    for (const Circumstance circumstance : {Circumstance::Deceased, Circumstance::LeftCare}) {
        walk.world.circumstances = {circumstance};
        EXPECT_EQ(ask(), Answer::No);
    }
    walk.world.circumstances = {Circumstance::Palliative, Circumstance::KeyCancelled};
    EXPECT_EQ(ask(), Answer::Yes);
}

TEST(StillWanted, NotOnceTheEnrolmentHasMovedOn) {
    Walker walk(screening());
    walk.give(Started{});
    const Message message = planned(walk);
    walk.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(still_wanted(walk.campaign, walk.state, message, walk.world).answer,
              StillWanted::Answer::No);
    walk.give(Stop{"staff"});
    const StillWanted answer = still_wanted(walk.campaign, walk.state, message, walk.world);
    EXPECT_EQ(answer.answer, StillWanted::Answer::No);
    EXPECT_NE(answer.reason.find("stopped"), std::string::npos);
}

}  // namespace
}  // namespace parcours::campaign
