// Keyed enrolments: waits that lean on an appointment, which moves and is cancelled.
#include <bits/chrono.h>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "campaign/tests/fake_world.h"
#include "campaign/tests/recall.h"
#include "campaign/world.h"

namespace parcours::campaign {
namespace {

using namespace std::chrono_literals;

WaitStep wait_until(std::string_view text, std::optional<std::string> at = {}) {
    WaitStep wait;
    wait.moment = parse_moment(text).value();
    if (at) {
        wait.at = parse_time_of_day(*at).value();
    }
    return wait;
}

/// The shipped reminder's shape: three days before, one day before, the visit.
Campaign reminder() {
    Campaign campaign;
    campaign.name = "reminder";
    campaign.title["en"] = "Reminder";
    campaign.concern = "general";
    campaign.enter.key = "appointment";
    WaitStep three = wait_until("3 days before appointment", "10:00");
    three.passed = to("one-day");
    SendStep first;
    first.content = "soon";
    first.not_after = parse_moment("36 hours before appointment").value();
    WaitStep one = wait_until("1 day before appointment", "10:00");
    one.passed = to("visit");
    one.moved = to("three-days");
    SendStep second;
    second.content = "tomorrow";
    second.then = to("visit");
    second.otherwise = to("call");
    TaskStep call;
    call.kind = "call";
    call.queue = "front-desk";
    call.outcomes = {{"reached", to("visit")}};
    call.at_most = parse_moment("on appointment").value();
    call.otherwise = to("visit");
    WaitStep visit = wait_until("on appointment");
    visit.moved = to("three-days");
    campaign.steps = {make_step("three-days", three),
                      make_step("first", first),
                      make_step("one-day", one),
                      make_step("second", second),
                      make_step("call", call),
                      make_step("visit", visit),
                      make_step("done", EndStep{"completed"})};
    link(campaign);
    return campaign;
}

struct Reminder : Walker {
    Reminder() : Walker(reminder(), "Appointment/a1") { move("2026-03-20T15:00:00Z"); }
    void move(std::string_view start) { world.dates["appointment"] = moment(start); }
};

TEST(Appointment, RemindersComeThreeDaysAndOneDayBefore) {
    Reminder walk;
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "three-days");
    EXPECT_EQ(walk.state.due, moment("2026-03-17T09:00:00Z"));  // ten in Paris
    walk.fire();
    ASSERT_TRUE(has<PlanMessage>(walk.last));
    EXPECT_EQ(all_of<PlanMessage>(walk.last).front().message.not_after,
              moment("2026-03-19T03:00:00Z"));
    walk.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(walk.state.due, moment("2026-03-19T09:00:00Z"));
    walk.fire();
    walk.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(walk.state.step, "visit");
    EXPECT_EQ(walk.state.due, moment("2026-03-20T15:00:00Z"));
    walk.fire();
    EXPECT_EQ(walk.state.result, "completed");
}

TEST(Appointment, AMovedAppointmentMovesTheReminder) {
    Reminder walk;
    walk.give(Started{});
    walk.move("2026-04-10T08:00:00Z");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "three-days");
    // Summer time has come: ten in Paris is eight in UTC.
    EXPECT_EQ(walk.state.due, moment("2026-04-07T08:00:00Z"));
    EXPECT_EQ(walk.state.occurrence, 1U);
    walk.now = moment("2026-03-17T09:00:00Z");
    walk.give(TimerFired{walk.now});
    EXPECT_FALSE(has<PlanMessage>(walk.last));
}

TEST(Appointment, ALateMoveStartsTheRemindersAgain) {
    Reminder walk;
    walk.give(Started{});
    walk.fire();
    walk.message(MessageDone::Outcome::Sent);
    EXPECT_EQ(walk.state.step, "one-day");
    const std::uint32_t before = walk.state.occurrence;
    walk.move("2026-04-10T08:00:00Z");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.step, "three-days");
    EXPECT_GT(walk.state.occurrence, before);
    walk.fire();
    ASSERT_TRUE(has<PlanMessage>(walk.last));
}

TEST(Appointment, AMoveByAnHourRepeatsNothing) {
    Reminder walk;
    walk.give(Started{});
    walk.fire();
    walk.message(MessageDone::Outcome::Sent);
    walk.move("2026-03-20T16:00:00Z");
    walk.give(Changed{});
    // The reminder of the day before is at ten whatever the hour of the visit.
    EXPECT_EQ(walk.state.step, "one-day");
    EXPECT_TRUE(walk.last.effects.empty());
}

TEST(Appointment, AMoveThatIsHeardOfOnlyByTheTimerSendsNothing) {
    Reminder walk;
    walk.give(Started{});
    walk.move("2026-04-10T08:00:00Z");
    walk.fire();
    EXPECT_EQ(walk.state.step, "three-days");
    EXPECT_FALSE(has<PlanMessage>(walk.last));
    EXPECT_EQ(walk.state.due, moment("2026-04-07T08:00:00Z"));
}

TEST(Appointment, ACancelledOneEndsItWhereverItStands) {
    for (int moves = 0; moves < 5; ++moves) {
        Reminder walk;
        walk.give(Started{});
        for (int i = 0; i < moves; ++i) {
            if (walk.state.due) {
                walk.fire();
            } else {
                walk.message(MessageDone::Outcome::Sent);
            }
        }
        const bool at_send = !walk.state.due;
        walk.world.circumstances = {Circumstance::KeyCancelled};
        walk.give(Changed{});
        EXPECT_EQ(walk.state.result, "cancelled") << moves;
        EXPECT_EQ(has<WithdrawMessages>(walk.last), at_send);
        EXPECT_EQ(has<ClearTimer>(walk.last), !at_send);
    }
}

TEST(Appointment, BookedAtShortNoticeSkipsWhatHasPassed) {
    Reminder walk;
    walk.move("2026-03-04T15:00:00Z");
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "one-day");
    Reminder today;
    today.move("2026-03-02T15:00:00Z");
    today.give(Started{});
    EXPECT_EQ(today.state.step, "visit");
    EXPECT_FALSE(has<PlanMessage>(today.last));
}

TEST(Appointment, TheLadderEndsInACallThatLapsesWithTheVisit) {
    Reminder walk;
    walk.give(Started{});
    walk.fire();
    walk.message(MessageDone::Outcome::NotSent, "no-address");
    EXPECT_EQ(walk.state.step, "one-day");
    walk.fire();
    walk.message(MessageDone::Outcome::NotSent, "no-address");
    ASSERT_TRUE(has<OpenTask>(walk.last));
    EXPECT_EQ(walk.state.due, moment("2026-03-20T15:00:00Z"));
    walk.fire();
    EXPECT_EQ(walk.state.result, "completed");
    ASSERT_TRUE(has<CloseTask>(walk.last));
    EXPECT_EQ(all_of<CloseTask>(walk.last).front().outcome, "lapsed");
}

TEST(Appointment, WithoutADateItWaitsForOne) {
    Reminder walk;
    walk.world.dates.clear();
    walk.give(Started{});
    EXPECT_EQ(walk.state.step, "three-days");
    EXPECT_FALSE(walk.state.due.has_value());
    EXPECT_TRUE(has<Note>(walk.last));
    walk.move("2026-03-20T15:00:00Z");
    walk.give(Changed{});
    EXPECT_EQ(walk.state.due, moment("2026-03-17T09:00:00Z"));
    walk.world.dates.clear();
    walk.give(Changed{});
    EXPECT_TRUE(has<ClearTimer>(walk.last));
    EXPECT_EQ(walk.state.step, "three-days");
}

TEST(Appointment, WithoutADateElseLeadsOn) {
    Campaign campaign = reminder();
    std::get<WaitStep>(campaign.steps.front().what).otherwise = to("done");
    Walker walk(campaign, "Appointment/a1");
    walk.give(Started{});
    EXPECT_EQ(walk.state.result, "completed");
}

TEST(Appointment, ALateTimerMakesTheMessageLateToo) {
    // Without `passed`, a step after a wait in the past is meant for the past.
    Campaign campaign;
    campaign.name = "late";
    SendStep send;
    send.content = "soon";
    send.not_after = parse_moment("12 hours").value();
    WaitStep wait = wait_until("3 days before appointment");
    campaign.steps = {make_step("wait", wait), make_step("send", send),
                      make_step("done", EndStep{"completed"})};
    link(campaign);
    Walker walk(campaign);
    walk.world.dates["appointment"] = walk.now + 48h;
    walk.give(Started{});
    ASSERT_TRUE(has<PlanMessage>(walk.last));
    EXPECT_EQ(all_of<PlanMessage>(walk.last).front().message.not_after, walk.now - 12h);

    Walker outage(campaign);
    outage.world.dates["appointment"] = outage.now + 240h;
    outage.give(Started{});
    const Instant due = outage.state.due.value();
    outage.now = due + 20h;
    outage.give(TimerFired{due});
    EXPECT_EQ(all_of<PlanMessage>(outage.last).front().message.not_after, due + 12h);
}

TEST(Wait, KeepsTheWallClockOverTheChangeOfClocks) {
    Campaign campaign;
    campaign.name = "clocks";
    WaitStep wait;
    wait.moment.span = {2, Span::Unit::Day};
    campaign.steps = {make_step("wait", wait), make_step("done", EndStep{"completed"})};
    link(campaign);
    // Saturday 28 March 2026, 08:30 in Paris; clocks go forward on Sunday.
    Walker spring(campaign);
    spring.now = moment("2026-03-28T07:30:00Z");
    spring.give(Started{});
    EXPECT_EQ(spring.state.due, moment("2026-03-30T06:30:00Z"));
    // And back on 26 October 2025.
    Walker autumn(campaign);
    autumn.now = moment("2025-10-25T06:30:00Z");
    autumn.give(Started{});
    EXPECT_EQ(autumn.state.due, moment("2025-10-27T07:30:00Z"));
}

TEST(Wait, HoursArePhysical) {
    Campaign campaign;
    campaign.name = "hours";
    WaitStep wait;
    wait.moment.span = {48, Span::Unit::Hour};
    campaign.steps = {make_step("wait", wait), make_step("done", EndStep{"completed"})};
    link(campaign);
    Walker walk(campaign);
    walk.now = moment("2026-03-28T07:30:00Z");
    walk.give(Started{});
    EXPECT_EQ(walk.state.due, moment("2026-03-30T07:30:00Z"));
}

TEST(Wait, AGapGivesTheFirstValidMomentAndAFoldTheFirstOfTwo) {
    Campaign campaign;
    campaign.name = "gap";
    WaitStep wait;
    wait.moment.span = {1, Span::Unit::Day};
    wait.at = parse_time_of_day("02:30").value();
    campaign.steps = {make_step("wait", wait), make_step("done", EndStep{"completed"})};
    link(campaign);
    Walker gap(campaign);
    gap.now = moment("2026-03-28T12:00:00Z");
    gap.give(Started{});
    EXPECT_EQ(gap.state.due, moment("2026-03-29T01:00:00Z"));
    Walker fold(campaign);
    fold.now = moment("2025-10-25T12:00:00Z");
    fold.give(Started{});
    EXPECT_EQ(fold.state.due, moment("2025-10-26T00:30:00Z"));
}

}  // namespace
}  // namespace parcours::campaign
