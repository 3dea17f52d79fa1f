// Split, update, start, webhook, and what waits and messages learnt.
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>

#include "campaign/advance.h"
#include "campaign/enrol.h"
#include "campaign/reply_words.h"
#include "campaign/tests/recall.h"

namespace parcours::campaign {
namespace {

/// A campaign of one step that leads to `yes` or `no`.
Campaign one_step(auto what) {
    Campaign campaign;
    campaign.name = "one";
    campaign.title["en"] = "One";
    campaign.steps = {make_step("step", std::move(what)), make_step("yes", EndStep{"yes"}),
                      make_step("no", EndStep{"no"})};
    link(campaign);
    return campaign;
}

SplitStep thirds() {
    SplitStep split;
    constexpr double third = 1.0 / 3;
    split.arms = {{third, "one", to("yes")}, {third, "two", to("no")}, {third, "three", to("no")}};
    return split;
}

TEST(Split, PartsByItsShares) {
    const Campaign campaign = one_step(thirds());
    std::map<std::size_t, int> counts;
    for (Key patient = 0; patient < 9000; ++patient) {
        const auto way = draw_way(campaign, campaign.steps.front(), patient);
        ASSERT_TRUE(way.has_value());
        ++counts[*way];
    }
    for (std::size_t way = 0; way < 3; ++way) {
        EXPECT_NEAR(counts[way], 3000, 150) << way;
    }
}

TEST(Split, LeavesTheOthersOver) {
    SplitStep split;
    split.arms = {{0.25, "few", to("yes")}};
    split.otherwise = to("no");
    const Campaign campaign = one_step(split);
    int others = 0;
    for (Key patient = 0; patient < 4000; ++patient) {
        others += draw_way(campaign, campaign.steps.front(), patient) ? 0 : 1;
    }
    EXPECT_NEAR(others, 3000, 120);
}

TEST(Split, FollowsFromPatientCampaignStepAndSaltAlone) {
    const Campaign campaign = one_step(thirds());
    Campaign next_release = campaign;
    next_release.priority = 90;
    next_release.steps.insert(next_release.steps.begin(), make_step("new", WaitStep{}));
    Campaign salted = campaign;
    salted.salt = "spring";
    Campaign renamed = campaign;
    renamed.steps.front().name = "other";
    int salt_moved = 0;
    int name_moved = 0;
    for (Key patient = 0; patient < 1000; ++patient) {
        const auto way = draw_way(campaign, campaign.steps.front(), patient);
        EXPECT_EQ(draw_way(next_release, next_release.steps[1], patient), way);
        salt_moved += draw_way(salted, salted.steps.front(), patient) == way ? 0 : 1;
        name_moved += draw_way(renamed, renamed.steps.front(), patient) == way ? 0 : 1;
    }
    EXPECT_GT(salt_moved, 500);
    EXPECT_GT(name_moved, 500);
}

TEST(Split, IsNotTheLotOfTheHoldout) {
    Campaign campaign = one_step(SplitStep{{{0.5, "half", to("yes")}}, "", to("no")});
    campaign.holdout = 0.5;
    int both = 0;
    for (Key patient = 0; patient < 2000; ++patient) {
        both += is_held_out(campaign, patient) &&
                        draw_way(campaign, campaign.steps.front(), patient).has_value()
                    ? 1
                    : 0;
    }
    EXPECT_NEAR(both, 500, 80);
}

TEST(Split, TellsItsWay) {
    Walker walker(one_step(SplitStep{{{1, "all", to("yes")}}, "", {}}));
    walker.give(Started{});
    EXPECT_EQ(walker.state.result, "yes");
    EXPECT_EQ(all_of<Entered>(walker.last)[1].because, "split: all");
}

TEST(Strata, KeepTheShareExactlyInEachBlock) {
    Campaign campaign = one_step(EndStep{"x"});
    for (const auto& [share, block, held] :
         {std::tuple{0.1, 10U, 1U}, {0.25, 4U, 1U}, {0.15, 20U, 3U}, {0.5, 2U, 1U}}) {
        campaign.holdout = share;
        for (std::uint64_t first = 0; first < 200; first += block) {
            unsigned found = 0;
            for (std::uint64_t i = first; i < first + block; ++i) {
                found += is_held_out_in_stratum(campaign, "female", i) ? 1 : 0;
            }
            EXPECT_EQ(found, held) << share << " from " << first;
        }
    }
}

TEST(Update, WritesDownAndGoesOn) {
    UpdateStep update;
    update.kind = AnswerKind::Flag;
    update.name = "hard-to-reach";
    update.value = {AnswerValue::Type::Boolean, "true"};
    Walker walker(one_step(update));
    walker.give(Started{});
    const auto set = all_of<SetAnswer>(walker.last);
    ASSERT_EQ(set.size(), 1U);
    EXPECT_EQ(set[0].answer.name, "hard-to-reach");
    EXPECT_EQ(set[0].answer.source, "campaign one");
    EXPECT_EQ(set[0].answer.patient, test_patient);
    EXPECT_FALSE(walker.state.ended()) << "conditions must see it first";
    EXPECT_EQ(walker.state.due, walker.now);
    walker.fire();
    EXPECT_EQ(walker.state.result, "yes");
}

StartStep start_other() {
    StartStep start;
    start.campaign = "other";
    start.otherwise = to("no");
    return start;
}

TEST(Start, WaitsForTheOtherCampaignsAnswer) {
    for (const bool started : {true, false}) {
        Walker walker(one_step(start_other()), "Appointment/a1");
        walker.give(Started{});
        ASSERT_EQ(all_of<StartCampaign>(walker.last).size(), 1U);
        EXPECT_EQ(all_of<StartCampaign>(walker.last)[0].key, "Appointment/a1");
        walker.give(StartDone{walker.state.occurrence + 1, started, ""});
        EXPECT_FALSE(walker.state.ended()) << "the answer is another step's";
        walker.give(StartDone{walker.state.occurrence, started, "was in it"});
        EXPECT_EQ(walker.state.result, started ? "yes" : "no");
    }
}

TEST(Start, IsWithheldFromTheHoldout) {
    Walker walker(one_step(start_other()));
    walker.state.holdout = true;
    walker.give(Started{});
    EXPECT_TRUE(has<Withheld>(walker.last));
    EXPECT_FALSE(has<StartCampaign>(walker.last));
    EXPECT_EQ(walker.state.result, "yes");
}

TEST(Webhook, LeadsByItsResult) {
    for (const bool taken : {true, false}) {
        WebhookStep webhook;
        webhook.hook = "lab";
        webhook.data = {{"kit", "fit"}};
        webhook.otherwise = to("no");
        Walker walker(one_step(webhook));
        walker.give(Started{});
        const auto calls = all_of<CallWebhook>(walker.last);
        ASSERT_EQ(calls.size(), 1U);
        EXPECT_EQ(calls[0].hook, "lab");
        walker.give(CallDone{Digest{}, taken, ""});
        EXPECT_FALSE(walker.state.ended());
        walker.give(CallDone{calls[0].call, taken, "410"});
        EXPECT_EQ(walker.state.result, taken ? "yes" : "no");
    }
}

WaitForStep reply_with_choices() {
    WaitForStep wait;
    wait.event = "reply";
    wait.choices = {{{"yes", "oui", "是"}, to("yes")}, {{"no"}, to("no")}};
    wait.at_most.span = {3, Span::Unit::Day};
    wait.otherwise = to("no");
    return wait;
}

TEST(Reply, LeadsByWhatItSays) {
    for (const auto& [text, result] : {std::pair{"Yes!", "yes"},
                                       {"oui, merci", "yes"},
                                       {"是的", "yes"},
                                       {" NO", "no"},
                                       {"yesterday", ""},
                                       {"maybe", ""},
                                       {"", ""}}) {
        Walker walker(one_step(reply_with_choices()));
        walker.give(Started{});
        walker.give(Happened{"reply", "", text});
        EXPECT_EQ(walker.state.result, result) << text;
    }
}

TEST(Reply, AnotherOneLeadsOnWhereTheStepSaysSo) {
    WaitForStep wait = reply_with_choices();
    wait.then = to("no");
    Walker walker(one_step(wait));
    walker.give(Started{});
    walker.give(Happened{"reply", "", "what?"});
    EXPECT_EQ(walker.state.result, "no");
    EXPECT_EQ(all_of<Entered>(walker.last)[0].because, "another reply");
}

TEST(Events, AreTheOnesWaitedFor) {
    WaitForStep wait;
    wait.event = "form";
    wait.about = "intake";
    wait.at_most.span = {3, Span::Unit::Day};
    wait.otherwise = to("no");
    Walker walker(one_step(wait));
    walker.give(Started{});
    walker.give(Happened{"form", "other"});
    walker.give(Happened{"answer", "intake"});
    EXPECT_FALSE(walker.state.ended());
    walker.give(Happened{"form", "intake"});
    EXPECT_EQ(walker.state.result, "yes");
}

TEST(Waits, UntilADayWhereThePatientLives) {
    WaitStep wait;
    wait.moment = parse_moment("until 2026-07-01 09:00").value();
    wait.passed = to("no");
    Walker walker(one_step(wait));
    walker.give(Started{});
    EXPECT_EQ(walker.state.due, moment("2026-07-01T07:00:00Z"));
    walker.fire();
    EXPECT_EQ(walker.state.result, "yes");

    Walker late(walker.campaign);
    late.now = moment("2026-07-01T07:00:00Z");
    late.give(Started{});
    EXPECT_EQ(late.state.result, "no");
}

TEST(Waits, LeanOnTheEnrolment) {
    WaitStep wait;
    wait.moment = parse_moment("2 weeks after enrolled").value();
    Walker walker(one_step(wait));
    walker.give(Started{});
    EXPECT_EQ(walker.state.due, moment("2026-03-16T09:00:00Z"));
}

TEST(Waits, TheTimeOfAWaitForFollowsADate) {
    WaitForStep wait;
    wait.condition = cql("confirmed");
    wait.at_most = parse_moment("1 day before appointment").value();
    wait.otherwise = to("no");
    Campaign campaign = one_step(wait);
    campaign.enter.key = "appointment";
    Walker walker(campaign, "Appointment/a1");
    walker.world.dates["appointment"] = moment("2026-03-10T09:00:00Z");
    walker.give(Started{});
    EXPECT_EQ(walker.state.due, moment("2026-03-09T09:00:00Z"));
    walker.world.dates["appointment"] = moment("2026-03-12T09:00:00Z");
    walker.give(Changed{});
    EXPECT_EQ(walker.state.due, moment("2026-03-11T09:00:00Z"));
    // The date moves and the old timer fires before anybody says so.
    walker.world.dates["appointment"] = moment("2026-03-14T09:00:00Z");
    walker.fire();
    EXPECT_EQ(walker.state.due, moment("2026-03-13T09:00:00Z"));
    walker.fire();
    EXPECT_EQ(walker.state.result, "no");
}

TEST(Sends, OnEachChannelAreSaidSo) {
    SendStep send;
    send.ladder = {"sms", "email"};
    send.reach = SendStep::Reach::All;
    Walker walker(one_step(send));
    walker.give(Started{});
    const auto planned = all_of<PlanMessage>(walker.last);
    ASSERT_EQ(planned.size(), 1U);
    EXPECT_TRUE(planned[0].on_each_channel);
}

TEST(ReplyWords, AreComparedAsPeopleWriteThem) {
    EXPECT_EQ(reply_words(" Yes ,OUI!,, 是 "), (std::vector<std::string>{"yes", "oui", "是"}));
    const auto words = reply_words("1, ok");
    EXPECT_TRUE(says("1", words));
    EXPECT_TRUE(says("\"OK\".", words));
    EXPECT_FALSE(says("10", words));
    EXPECT_FALSE(says("okay", words));
    EXPECT_FALSE(says("not ok", words));
}

}  // namespace
}  // namespace parcours::campaign
