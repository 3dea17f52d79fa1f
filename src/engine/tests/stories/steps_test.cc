// Every kind of step at work: lots, answers, other campaigns, other systems, replies in words.

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "channel/channel.h"
#include "engine/played_clinic.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "practice/folder.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string done = "  done: { end: completed }\n";

/// A campaign "walk" for every adult, with the content "walk" and these steps.
practice::FileMap with_steps(const std::string& steps, const std::string& enter = {},
                             const std::string& name = "walk") {
    practice::FileMap files = one_message(name, "by: [email]");
    std::string& text = files["campaigns/" + name + ".yaml"];
    text.erase(text.find("steps:\n"));
    if (!enter.empty()) {
        const std::string before = "enter: { cohort: adults, again: never }";
        text.replace(text.find(before), before.size(), "enter: " + enter);
    }
    text += "steps:\n" + steps;
    files["practice.yaml"] = practice::built_in_files().at("practice.yaml") +
                             "\nwebhooks:\n  lab: { url: https://lab.example.org/x, secret: { env: "
                             "LAB } }\n";
    files["forms/about-you.yaml"] =
        "form: about-you\ntitle: { en: A, fr: A, zh: A }\nquestions:\n"
        "  smoker: { ask: { en: S, fr: S, zh: S }, answer: yes-no }\n"
        "  best-time: { ask: { en: T, fr: T, zh: T }, answer: choice, choices: [am, pm] }\n";
    return files;
}

PatientRecord anna() {
    return patient("anna").email("anna@example.org").mobile("+12015550123");
}

practice::FileMap and_also(practice::FileMap files, const practice::FileMap& more) {
    return practice::overlay(files, more);
}

TEST(Steps, ASplitPartsPeopleAndKeepsThemAcrossReleases) {
    const std::string steps =
        "  try: { split: [ { share: 50 %, then: one }, { share: 50 %, then: two } ] }\n"
        "  one: { end: one }\n  two: { end: two }\n";
    const auto results = [](Story& s) {
        Lines all;
        for (int i = 0; i < 20; ++i) {
            all.push_back(s.enrolments("p" + std::to_string(i)).front());
        }
        return all;
    };
    Story before{"2026-03-01", practice_with({}, with_steps(steps))};
    Story after{"2026-03-01", practice_with({}, with_steps("  first: { wait: 1 day }\n" + steps))};
    for (int i = 0; i < 20; ++i) {
        before.record(patient("p" + std::to_string(i)));
        after.record(patient("p" + std::to_string(i)));
    }
    before.run_until("2026-03-02");
    after.run_until("2026-03-04");
    EXPECT_EQ(results(before), results(after));
    const Lines all = results(after);
    EXPECT_GT(std::ranges::count(all, "walk: ended one"), 4);
    EXPECT_GT(std::ranges::count(all, "walk: ended two"), 4);
}

TEST(Steps, AMessageOnEveryChannelIsOneThing) {
    Story s{"2026-03-01",
            practice_with(
                {}, with_steps("  say: { send: walk, by: [email, sms], reach: all }\n" + done))};
    s.record(anna()).run_until("2026-03-03");
    EXPECT_THAT(s.said("anna"),
                UnorderedElementsAre("2026-03-01 08:00 email walk", "2026-03-01 08:00 sms walk"))
        << "the budget of one message a day counts it once";
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended completed"));
}

TEST(Steps, WhatLeftAtOneMomentUsesTheBudgetEachForItself) {
    // A message of another purpose leaves in the same moment, and is not one of the step's own.
    practice::FileMap files =
        with_steps("  say: { send: walk, by: [email, sms], reach: all }\n" + done);
    files = and_also(std::move(files), one_message("care", "by: [email]", 90));
    for (const char* const language : {"en", "fr", "zh"}) {
        std::string& text = files[std::string("content/care.") + language + ".md"];
        text.replace(text.find("purpose: operations"), 19, "purpose: direct-care");
    }
    std::string& care = files["campaigns/care.yaml"];
    care.replace(care.find("purpose: operations"), 19, "purpose: direct-care");
    Story s{"2026-03-01", practice_with({}, files)};
    s.record(anna()).run_until("2026-03-03");
    EXPECT_THAT(s.said("anna"),
                UnorderedElementsAre("2026-03-01 08:00 email care", "2026-03-01 08:00 email walk",
                                     "2026-03-01 08:00 sms walk"));
}

TEST(Steps, WhatCameBackGivesItsOwnPlaceInTheBudgetAlone) {
    Story s{"2026-03-01",
            practice_with(
                {}, with_steps("  say: { send: walk, by: [email, sms], reach: all }\n" + done))};
    s.record(anna()).run_until("2026-03-01 12:00");
    ASSERT_EQ(s.ledger().sent_to(s.key_of("anna")).size(), 2U);
    channel::Inbound bounce;
    bounce.kind = channel::Inbound::Kind::Bounced;
    bounce.message_id = s.last_attempt("anna").message.to_hex();
    s.comes_back("sms", bounce);
    EXPECT_EQ(s.ledger().sent_to(s.key_of("anna")).size(), 1U) << "the other one was said";
}

TEST(Steps, OnEveryChannelOneThatWorksIsEnough) {
    Story s{"2026-03-01",
            practice_with({}, with_steps("  say: { send: walk, by: [email, sms], reach: all, else: "
                                         "no }\n  done: { end: said }\n  no: { end: unsaid }\n"))};
    s.record(patient("anna").email("anna@example.org"));
    s.record(patient("bert"));
    s.run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended said"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("walk: no-address"));
    EXPECT_THAT(s.enrolments("bert"), ElementsAre("walk: ended unsaid"));
}

TEST(Steps, ALadderUntilReplyStopsAtTheReply) {
    const std::string ladder =
        "  ask: { send: walk, by: [sms, email], reach: until-reply, within: 1 day, else: call }\n"
        "  thank: { end: replied }\n  call: { end: no-reply }\n";
    Story s{"2026-03-01", practice_with({}, with_steps(ladder))};
    s.record(anna()).record(patient("bert").email("bert@example.org").mobile("+12015550124"));
    s.run_until("2026-03-01 12:00");
    s.reply("sms", "+12015550123", "hello");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended replied"));
    s.run_until("2026-03-05");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 08:00 sms walk"));
    EXPECT_THAT(s.said("bert"),
                ElementsAre("2026-03-01 08:00 sms walk", "2026-03-02 08:00 email walk"))
        << "the same again on another channel is meant";
    EXPECT_THAT(s.enrolments("bert"), ElementsAre("walk: ended no-reply"));
}

TEST(Steps, AReplyLeadsByItsWords) {
    const std::string steps =
        "  ask: { send: walk, by: [sms] }\n"
        "  answer: { wait-for: reply, choices: { \"yes, oui\": yes, \"no\": no }, at-most: 3 days, "
        "else: silent }\n"
        "  yes: { end: yes }\n  no: { end: no }\n  silent: { end: silent }\n";
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).run_until("2026-03-01 12:00");
    s.reply("sms", "+12015550123", "what is this?");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at answer"));
    s.reply("sms", "+12015550123", "Oui, volontiers");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended yes"));
}

TEST(Steps, AReplyByAnotherChannelIsNobodysWhereTheirPhoneIsShared) {
    const std::string steps =
        "  ask: { send: walk, by: [email] }\n"
        "  answer: { wait-for: reply, at-most: 3 days, then: yes, else: silent }\n"
        "  yes: { end: yes }\n  silent: { end: silent }\n";
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).record(patient("bert").email("b@example.org").mobile("+12015550124"));
    s.record(patient("carl").email("c@example.org").mobile("+12015550124"));
    s.run_until("2026-03-01 12:00");
    s.reply("sms", "+12015550123", "yes");
    s.reply("sms", "+12015550124", "yes");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended yes"));
    EXPECT_THAT(s.enrolments("bert"), ElementsAre("walk: at answer"));
    EXPECT_THAT(s.enrolments("carl"), ElementsAre("walk: at answer"));
}

TEST(Steps, AMessageThatArrivedOrDidNotIsAnEvent) {
    const std::string steps =
        "  say: { send: walk, by: [email] }\n"
        "  sure: { wait-for: delivered, at-most: 1 day, then: yes, else: no }\n"
        "  yes: { end: arrived }\n  no: { end: unsure }\n";
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).run_until("2026-03-01 09:00");
    channel::Inbound receipt;
    receipt.kind = channel::Inbound::Kind::Delivered;
    receipt.message_id = s.last_attempt("anna").message.to_hex();
    s.comes_back("email", receipt);
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended arrived"));
}

TEST(Steps, WhatIsWrittenDownIsSeenByConditions) {
    const std::string steps =
        "  mark: { update: flag, name: walker }\n"
        "  sort: { branch: [ { if: 'exists ([Answer] A where A.kind = ''flag'' and A.name = "
        "''walker'' and A.value = true)', then: yes } ], else: no }\n"
        "  yes: { update: flag, name: walker, value: false }\n"
        "  again: { branch: [ { if: 'exists ([Answer] A where A.name = ''walker'' and A.status = "
        "''current'' and A.value = true)', then: no } ], else: done }\n"
        "  no: { end: unseen }\n" +
        done;
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended completed"));
    s.restart();
    ASSERT_EQ(s.ledger().steps().answers_of(s.key_of("anna")).size(), 2U);
    EXPECT_EQ(s.ledger().steps().answers_of(s.key_of("anna")).front().source, "campaign walk");
}

TEST(Steps, AConditionIsAskedAnewOnceSomethingIsWrittenDown) {
    const std::string flagged =
        "if: 'exists ([Answer] A where A.name = ''walker'' and A.value = true)'";
    const std::string steps = "  sort: { branch: [ { " + flagged +
                              ", then: early } ], else: mark }\n"
                              "  mark: { update: flag, name: walker }\n"
                              "  again: { branch: [ { " +
                              flagged +
                              ", then: seen } ], else: unseen }\n"
                              "  early: { end: early }\n  seen: { end: seen }\n"
                              "  unseen: { end: unseen }\n";
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended seen"));
}

TEST(Steps, PeopleAreReachedOnTheChannelTheyTold) {
    Story s{"2026-03-01", practice_with({}, with_steps("  pause: { wait: 1 day }\n"
                                                       "  say: { send: walk, by: preferred }\n" +
                                                       done))};
    s.record(anna()).record(patient("bert").email("b@example.org").mobile("+12015550124"));
    s.run_until("2026-03-01 12:00");
    EXPECT_EQ(s.tell("anna", {{"preferred-channel", "sms"}}), "");
    s.run_until("2026-03-04");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 08:00 sms walk"));
    EXPECT_THAT(s.said("bert"), ElementsAre("2026-03-02 08:00 email walk"));
}

TEST(Steps, AFormIsWaitedForUntilItsAnswersCome) {
    const std::string steps =
        "  ask: { form: about-you, send: walk, by: [email], at-most: 5 days, else: nobody }\n"
        "  sort: { branch: [ { if: 'exists ([Answer] A where A.name = ''smoker'' and A.value = "
        "true)', then: smoker } ], else: done }\n"
        "  smoker: { end: smoker }\n  nobody: { end: no-answer }\n" +
        done;
    Story s{"2026-03-01", practice_with({}, with_steps(steps))};
    s.record(anna()).record(patient("bert").email("bert@example.org"));
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at ask.answers"));
    EXPECT_THAT(s.tell("anna", {{"smokes", "true"}}, "about-you"), HasSubstr("did you mean"));
    EXPECT_THAT(s.tell("anna", {{"smoker", "often"}}, "about-you"), HasSubstr("true or false"));
    EXPECT_THAT(s.tell("anna", {{"smoker", "true"}}, "about-me"), HasSubstr("no form"));
    EXPECT_THAT(s.tell("anna", {}, "about-you"), HasSubstr("no answer is given"));
    EXPECT_EQ(s.tell("anna", {{"smoker", "true"}, {"best-time", "pm"}}, "about-you"), "");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended smoker"));
    s.run_until("2026-03-08");
    EXPECT_THAT(s.enrolments("bert"), ElementsAre("walk: ended no-answer"));
}

TEST(Steps, ACampaignStartsAnother) {
    const practice::FileMap other = with_steps("  say: { send: talk, by: [email] }\n" + done,
                                               "{ by: campaign, again: never }", "talk");
    Story s{"2026-03-01",
            practice_with({}, and_also(with_steps("  more: { start: talk, else: refused }\n"
                                                  "  done: { end: started }\n"
                                                  "  refused: { end: refused }\n",
                                                  "{ by: hand, again: after exit }"),
                                       other))};
    s.record(anna()).run_until("2026-03-02");
    EXPECT_EQ(s.enrol("walk", "anna"), "at more");
    s.run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: ended completed"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 08:00 email talk"));
    EXPECT_EQ(s.enrol("walk", "anna"), "at more");
    s.run_until("2026-03-04");
    EXPECT_THAT(s.enrolments("anna"),
                ElementsAre("walk: ended started", "talk: ended completed", "walk: ended refused"));
    EXPECT_THAT(s.ended_because("anna"), HasSubstr("refused"));
}

const std::string tell_lab =
    "  tell: { webhook: lab, data: { kit: fit }, else: failed }\n"
    "  done: { end: told }\n  failed: { end: failed }\n";

TEST(Webhooks, TellAndGoOn) {
    std::vector<std::string> bodies;
    Story s{"2026-03-01", practice_with({}, with_steps(tell_lab))};
    s.provider([&bodies](const std::string& channel, const channel::Outbound& outbound) {
        EXPECT_EQ(channel, "webhook:lab");
        bodies.push_back(outbound.text);
        return channel::AttemptResult{.outcome = channel::Outcome::Accepted};
    });
    s.record(anna()).run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_THAT(bodies.front(), HasSubstr(R"("patient":"anna")"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("data":{"kit":"fit"})"));
}

TEST(Webhooks, AreTriedAgainWithTheSameBytesAndGivenUpAfterADay) {
    std::vector<std::pair<std::string, std::string>> calls;
    Story s{"2026-03-01", practice_with({}, with_steps(tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound& outbound) {
        calls.emplace_back(outbound.message_id, outbound.text);
        return channel::AttemptResult{
            .outcome = calls.size() % 2 == 0 ? channel::Outcome::Later : channel::Outcome::Unknown,
            .detail = "no answer"};
    });
    s.record(anna()).run_until("2026-03-01 12:00");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at tell"));
    s.run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended failed"));
    EXPECT_GE(calls.size(), 8U);
    EXPECT_LE(calls.size(), 12U);
    for (const auto& call : calls) {
        EXPECT_EQ(call, calls.front());
    }
}

TEST(Webhooks, ARefusalIsFinal) {
    int calls = 0;
    Story s{"2026-03-01", practice_with({}, with_steps(tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        ++calls;
        return channel::AttemptResult{.outcome = channel::Outcome::Refused, .detail = "HTTP 410"};
    });
    s.record(anna()).run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended failed"));
    EXPECT_EQ(calls, 1);
}

TEST(Webhooks, AStopInTheMiddleRepeatsTheCallWithItsId) {
    std::vector<std::string> ids;
    Story s{"2026-03-01", practice_with({}, with_steps(tell_lab))};
    s.provider(
        [&ids](const std::string&, const channel::Outbound& outbound) -> channel::AttemptResult {
            ids.push_back(outbound.message_id);
            throw PlayedCrash();  // after which everything is taken
        });
    s.record(anna()).run_until("2026-03-02");
    ASSERT_EQ(ids.size(), 1U);
    const auto id = digest_from_hex(ids.front());
    ASSERT_TRUE(id);
    const CallState* const call = s.ledger().steps().find_call(*id);
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(call->attempts, 2U) << "the same call once more, by its id";
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
}

TEST(Webhooks, AreNotRepeatedAfterAnOutageInWhichTheirKeyMayHaveBeenForgotten) {
    int calls = 0;
    Story s{"2026-03-01", practice_with({}, with_steps(tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        ++calls;
        return channel::AttemptResult{.outcome = channel::Outcome::Unknown, .detail = "no answer"};
    });
    s.record(anna()).run_until("2026-03-01 12:00");
    const int before = calls;
    EXPECT_GT(before, 1);
    s.outage_until("2026-03-03 12:00");
    s.run_until("2026-03-03 13:00");
    EXPECT_EQ(calls, before);
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended failed"));
}

TEST(Webhooks, WaitWhileTheirCampaignIsPaused) {
    int calls = 0;
    Story s{"2026-03-01",
            practice_with({}, with_steps("  pause: { wait: 1 day, at: \"12:00\" }\n" + tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        ++calls;
        return channel::AttemptResult{
            .outcome = calls == 1 ? channel::Outcome::Later : channel::Outcome::Accepted,
            .retry_after = std::chrono::hours(1)};
    });
    s.record(anna()).run_until("2026-03-02 12:10");
    EXPECT_EQ(calls, 1);
    s.pause("walk", true);
    s.run_until("2026-03-02 18:00");
    EXPECT_EQ(calls, 1);
    s.pause("walk", false);
    s.run_until("2026-03-02 18:01");
    EXPECT_EQ(calls, 2);
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
}

TEST(Keys, AReferralIsFollowedAndEndsWhenItIsRevoked) {
    const auto referral = [](const std::string& id, const std::string& status,
                             const std::string& on) {
        return R"({"resourceType":"ServiceRequest","id":")" + id + R"(","status":")" + status +
               R"(","intent":"order","subject":{"reference":"Patient/anna"},"authoredOn":")" + on +
               R"(","code":{"text":"See a cardiologist"}})";
    };
    Story s{"2026-03-01",
            practice_with({}, with_steps("  pause: { wait: 3 days after referral, at: \"09:00\" }\n"
                                         "  say: { send: walk, by: [email] }\n"
                                         "  open: { wait: 30 days }\n" +
                                             done,
                                         "{ event: referral.made, key: referral }"))};
    s.record(anna()).record(referral("old", "active", "2026-01-10T09:00:00Z"));
    s.run_until("2026-03-02 12:00");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty()) << "what was there before starts nothing";
    s.record(referral("r1", "active", "2026-03-02T16:00:00Z")).run_until("2026-03-06");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at open"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-05 09:00 email walk"));
    s.record(referral("r1", "revoked", "2026-03-02T16:00:00Z")).run_until("2026-03-07");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended cancelled"));
}

TEST(Keys, APersonSaysAboutWhat) {
    Story s{"2026-03-01",
            practice_with({}, with_steps("  open: { wait: 1 day before appointment }\n" + done,
                                         "{ by: hand, key: appointment }"))};
    s.record(anna()).record(appointment("a1", "anna", "2026-03-20T15:00:00Z"));
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrol("walk", "anna"), HasSubstr("say about which: Appointment/ID"));
    EXPECT_THAT(s.enrol("walk", "anna", "Ann", "Appointment/a2"), HasSubstr("has no"));
    EXPECT_THAT(s.enrol("walk", "anna", "Ann", "Encounter/a1"), HasSubstr("say about which"));
    EXPECT_EQ(s.enrol("walk", "anna", "Ann", "Appointment/a1"), "at open");
    EXPECT_THAT(s.enrol("walk", "anna", "Ann", "Appointment/a1"), HasSubstr("already"));
}

TEST(Strata, KeepTheShareInEachGroup) {
    practice::FileMap files = with_steps("  say: { send: walk, by: [email] }\n" + done);
    std::string& text = files["campaigns/walk.yaml"];
    text.insert(text.find("steps:\n"),
                "holdout: { share: 25 %, strata: [age] }\nsuccess: 'exists [Encounter]'\n");
    Story s{"2026-03-01", practice_with({}, files)};
    for (int i = 0; i < 16; ++i) {
        const std::string year = i < 8 ? "1950" : "1990";
        s.record(patient("p" + std::to_string(i)).born(year + "-04-02"));
    }
    s.run_until("2026-03-02");
    std::map<std::string, int> held;
    for (int i = 0; i < 16; ++i) {
        const auto of = s.ledger().enrolments_of(s.key_of("p" + std::to_string(i)));
        ASSERT_EQ(of.size(), 1U);
        held[of.front()->enrolment.stratum] += of.front()->enrolment.holdout ? 1 : 0;
    }
    EXPECT_EQ(held, (std::map<std::string, int>{{"30-39", 2}, {"70-79", 2}}));
}

}  // namespace
}  // namespace parcours::engine::testing
