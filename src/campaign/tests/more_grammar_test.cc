// Mistakes in the steps that part, write down, start and tell; each at its place, with a cure.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/read.h"
#include "campaign/tests/small_practice.h"
#include "practice/folder.h"

namespace parcours::campaign {
namespace {

struct Case {
    std::string steps;
    std::uint64_t column;
    std::string_view says;
    std::string enter = "enter: { cohort: due }";
    std::uint64_t line = 8;
};

void expect_mistake(const Case& one) {
    const std::string text = with_steps(one.steps + "  done: { end: completed }\n", one.enter);
    const std::vector<Error> errors = mistakes_of(text);
    std::string all;
    bool found = false;
    for (const Error& error : errors) {
        all += error.to_text() + "\n";
        found = found || (error.message.find(one.says) != std::string::npos &&
                          error.where.line == one.line && error.where.column == one.column);
    }
    EXPECT_TRUE(found) << text << "wanted: " << one.says << "\ngot: " << all;
}

TEST(MoreGrammar, Splits) {
    expect_mistake({"  a: { split: [] }\n", 15, "a list of ways"});
    expect_mistake(
        {"  a: { split: [ { share: 60 %, then: done }, { share: 60 %, then: done } ] }\n", 15,
         "120 % together"});
    expect_mistake(
        {"  a: { split: [ { share: 0.5, then: done } ] }\n", 26, "write it as \"50 %\""});
    expect_mistake({"  a: { split: [ { share: 0 %, then: done } ] }\n", 26, "nobody would go"});
    expect_mistake({"  a: { split: [ { then: done } ] }\n", 17, "a share and a step"});
    expect_mistake(
        {"  a: { split: [ { share: 50 %, then: dome } ] }\n", 38, "did you mean \"done\""});
    expect_mistake({"  a: { split: [ { share: 100 %, then: done } ], else: done }\n", 55,
                    "leave nobody over"});
    expect_mistake({"  a: { split: [ { share: 50 %, then: a } ] }\n", 3, "no time passes"});
}

TEST(MoreGrammar, Sends) {
    expect_mistake({"  a: { send: letter, reach: some }\n", 29, "no reach"});
    expect_mistake({"  a: { send: letter, by: sms, reach: until-reply }\n", 6, "within: 2 days"});
    expect_mistake(
        {"  a: { send: letter, reach: until-reply, within: 2 days }\n", 6, "names its channels"});
    expect_mistake({"  a: { send: letter, within: 2 days }\n", 30, "until-reply"});
    expect_mistake({"  a: { send: letter, by: [sms, fax], reach: until-reply, within: 2 days }\n",
                    32, "on the channel \"fax\""});
}

TEST(MoreGrammar, Waits) {
    expect_mistake({"  a: { wait: until tomorrow }\n", 14, "until 2030-10-01"});
    expect_mistake({"  a: { wait: until 2030-02-30 }\n", 14, "is no day"});
    expect_mistake({"  a: { wait: until 2030-02-03 25:00 }\n", 14, "no time of day"});
    expect_mistake({"  a: { wait: until 2030-02-03, moved: done }\n", 39, "leans on a date"});
    expect_mistake(
        {"  a: { wait-for: form, at-most: 1 day, else: done }\n", 18, "wait-for: form NAME"});
    expect_mistake({"  a: { wait-for: reply now, at-most: 1 day, else: done }\n", 18,
                    "\"wait-for: reply\" alone"});
    expect_mistake(
        {"  a: { wait-for: form intake, at-most: 1 day, else: done }\n", 18, "no form \"intake\""});
    expect_mistake(
        {"  a: { wait-for: success, choices: { yes: done }, at-most: 1 day, else: done }\n", 36,
         "words of a reply"});
    expect_mistake(
        {"  a: { wait-for: reply, choices: { yes: done, \"ja, Yes\": done }, at-most: 1 "
         "day, else: done }\n",
         58, "\"yes\" leads to two steps"});
    expect_mistake({"  a: { wait-for: reply, at-most: 1 day before surgery, else: done }\n", 3,
                    "the date \"surgery\""});
}

TEST(MoreGrammar, TimesThatMayHavePassed) {
    expect_mistake({"  a: { wait: 2 hours, at: \"09:00\", then: a }\n", 27,
                    "2 hours from now it may be past 09:00"});
    expect_mistake(
        {"  a: { task: review, queue: desk, at-most: 0 days, outcomes: { ok: done }, "
         "else: a }\n",
         44, "longer than nothing"});
    expect_mistake({"  a: { wait: 0 days }\n", 14, "\"wait\" must be longer than nothing"});
    expect_mistake({"  a: { send: letter, by: sms, reach: until-reply, within: 0 days }\n", 59,
                    "\"within\" must be longer than nothing"});
}

TEST(MoreGrammar, Forms) {
    expect_mistake({"  a: { form: intake, at-most: 1 day, else: done }\n", 6, "send: CONTENT"});
    expect_mistake({"  a: { form: intake, send: letter, else: done }\n", 6, "say how long"});
    expect_mistake({"  a: { form: intake, send: letter, at-most: 1 day, else: done }\n", 14,
                    "write it in forms/intake.yaml"});
}

TEST(MoreGrammar, Updates) {
    expect_mistake({"  a: { update: mood, name: x }\n", 16, "answer, flag, concern"});
    expect_mistake({"  a: { update: flag }\n", 6, "name: NAME"});
    expect_mistake({"  a: { update: answer, name: channel }\n", 6, "an answer has a value"});
    expect_mistake({"  a: { update: flag, name: x, value: red }\n", 38, "there or not"});
}

TEST(MoreGrammar, StartsAndWebhooks) {
    expect_mistake({"  a: { start: nothing }\n", 15, "there is no campaign \"nothing\""});
    expect_mistake({"  a: { start: try }\n", 15, "takes patients in by itself"});
    expect_mistake(
        {"  a: { start: try }\n", 15, "in a circle, for ever: try → try", "enter: { by: hand }"});
    expect_mistake({"  a: { webhook: lab }\n", 17, "practice.yaml does not name"});
    expect_mistake({"  a: { webhook: lab, data: kit }\n", 28, "a map of names and words"});
}

TEST(MoreGrammar, CampaignsThatStartEachOther) {
    const std::string head =
        "title: { en: T, fr: E }\npurpose: operations\nconcern: diabetes\nenter: { by: campaign "
        "}\n";
    practice::FileMap files = small_practice();
    files["campaigns/a.yaml"] =
        "campaign: a\n" + head + "steps:\n  s: { start: b }\n  e: { end: e }\n";
    files["campaigns/b.yaml"] =
        "campaign: b\n" + head +
        "flows:\n  more:\n    steps:\n      t: { start: c }\n      o: { end: o }\n"
        "steps:\n  s: { flow: more }\n  e: { end: e }\n";
    files["campaigns/c.yaml"] =
        "campaign: c\n" + head + "steps:\n  s: { start: a }\n  e: { end: e }\n";
    files["campaigns/d.yaml"] =
        "campaign: d\n" + head + "steps:\n  s: { start: e }\n  e: { end: e }\n";
    files["campaigns/e.yaml"] =
        "campaign: e\ntitle: { en: T, fr: E }\npurpose: operations\nconcern: diabetes\n"
        "enter: { by: campaign, key: appointment }\nsteps:\n  e: { end: e }\n";
    std::vector<Error> errors;
    const practice::Folder folder = practice::read_folder(files, errors);
    ASSERT_TRUE(errors.empty());
    const std::vector<Campaign> good = read_campaigns(folder, errors);
    ASSERT_EQ(errors.size(), 4U);
    EXPECT_NE(errors[0].message.find("for ever: a → b → c → a"), std::string::npos)
        << errors[0].message;
    EXPECT_EQ(errors[1].where.file, "campaigns/b.yaml");
    EXPECT_EQ(errors[1].where.line, 9U);
    EXPECT_NE(errors[3].message.find("is for each appointment, but this one is not"),
              std::string::npos);
    ASSERT_EQ(good.size(), 1U);
    EXPECT_EQ(good[0].name, "e");
}

TEST(MoreGrammar, NobodyIsHeldOutOfWhatTheyNeed) {
    const auto refused = [](const std::string& enter, const std::string& cohort) {
        practice::FileMap files = small_practice();
        files["cohorts/due.yaml"] = "cohort: due\ntitle: Due\ncql: '" + cohort + "'\n";
        files["campaigns/try.yaml"] =
            with_steps("  done: { end: completed }\n", enter) + "holdout: 10 %\n";
        std::vector<Error> errors;
        const practice::Folder folder = practice::read_folder(files, errors);
        (void)read_campaigns(folder, errors);
        return std::ranges::any_of(errors, [](const Error& error) {
            return error.where.line == 9 && error.where.column == 10 &&
                   error.message.find("withholding it could harm") != std::string::npos;
        });
    };
    const std::string cohort = "enter: { cohort: due }";
    EXPECT_FALSE(refused(cohort, "exists [Condition: \"diabetes\"]"));
    EXPECT_TRUE(refused(cohort, "exists [MedicationRequest]"));
    EXPECT_TRUE(refused(cohort, "exists ([Observation] O where O.interpretation is not null)"));
    EXPECT_TRUE(refused(cohort, "exists ([Encounter] E where E.hospitalization is not null)"));
    EXPECT_TRUE(refused("enter: { event: referral.made, key: referral }", "true"));
}

TEST(MoreGrammar, StrataAreKnown) {
    const std::string head = with_steps("  done: { end: completed }\n");
    const auto has = [](const std::vector<Error>& errors, std::string_view says) {
        return std::ranges::any_of(errors, [says](const Error& error) {
            return error.where.line == 9 && error.message.find(says) != std::string::npos;
        });
    };
    EXPECT_TRUE(mistakes_of(head + "holdout: { share: 10 %, strata: [gender, age] }\n").empty());
    EXPECT_TRUE(has(mistakes_of(head + "holdout: { share: 10 %, strata: [sex] }\n"),
                    "no layers by \"sex\""));
    EXPECT_TRUE(has(mistakes_of(head + "holdout: { share: 10 % }\n"), "what makes them"));
    EXPECT_TRUE(
        has(mistakes_of(head + "holdout: { share: 70 %, strata: [age] }\n"), "half of them"));
}

TEST(MoreGrammar, WhatIsOverWhenPeopleComeInIsTold) {
    const auto spans = [](const std::string& steps, const std::string& enter) {
        const auto document = practice::parse_yaml(with_steps(steps, enter), "campaigns/try.yaml");
        std::vector<std::string> told;
        for (const Error& error : check_spans(read_campaign(document.value()).value())) {
            told.push_back(error.to_text());
        }
        return told;
    };
    const std::string done = "  done: { end: completed }\n";
    const std::string hand = "enter: { by: hand }";
    for (const char* const moment : {"on enrolled", "0 days after enrolled"}) {
        const std::string said(moment);
        const auto over = spans("  a: { wait-for: reply, at-most: " + said +
                                    ", else: b }\n"
                                    "  b: { send: hello, by: [sms], not-after: " +
                                    said +
                                    " }\n"
                                    "  c: { task: call, queue: q, at-most: " +
                                    said + ", else: done }\n" + done,
                                hand);
        EXPECT_EQ(over.size(), 3U) << said;
        EXPECT_NE(over.at(0).find("is always over"), std::string::npos) << over[0];
        EXPECT_TRUE(spans("  a: { wait: " + said + ", at: \"18:00\" }\n" + done, hand).empty())
            << "it goes on in the evening of that day";
    }
    EXPECT_TRUE(
        spans("  a: { wait-for: reply, at-most: 1 day after enrolled, else: done }\n" + done, hand)
            .empty());
}

TEST(MoreGrammar, DaysThatHavePassedWaitForNobody) {
    const Campaign campaign =
        read_campaign(practice::parse_yaml(with_steps("  a: { wait: until 2026-03-01 }\n"
                                                      "  b: { wait-for: reply, at-most: until "
                                                      "2026-05-01, else: done }\n"
                                                      "  done: { end: completed }\n"),
                                           "campaigns/try.yaml")
                          .value())
            .value();
    const auto day = [](const char* text) {
        return LocalTime{parse_instant(text).value().time_since_epoch()};
    };
    EXPECT_TRUE(check_days(campaign, day("2026-02-01")).empty());
    const auto errors = check_days(campaign, day("2026-04-01"));
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].where.line, 8U);
    EXPECT_NE(errors[0].message.find("\"until 2026-03-01\" has passed"), std::string::npos);
    EXPECT_EQ(check_days(campaign, day("2026-06-01")).size(), 2U);
}

}  // namespace
}  // namespace parcours::campaign
