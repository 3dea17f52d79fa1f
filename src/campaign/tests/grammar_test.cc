// Every mistake of a campaign file is named at its line and column, with a cure.
#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/tests/small_practice.h"
#include "practice/folder.h"

namespace parcours::campaign {
namespace {

struct Case {
    std::string text;
    std::uint64_t line;
    std::uint64_t column;
    std::string_view says;
};

void expect_mistake(const Case& one) {
    const std::vector<Error> errors = mistakes_of(one.text);
    const auto found = std::ranges::find_if(errors, [&](const Error& error) {
        return error.message.find(one.says) != std::string::npos;
    });
    std::string all;
    for (const Error& error : errors) {
        all += error.to_text() + "\n";
    }
    ASSERT_NE(found, errors.end()) << one.text << "\nwanted: " << one.says << "\ngot: " << all;
    EXPECT_EQ(found->where.line, one.line) << all;
    EXPECT_EQ(found->where.column, one.column) << all;
    EXPECT_EQ(found->where.file, "campaigns/try.yaml");
}

const std::string done = "  done: { end: completed }\n";

TEST(Grammar, AGoodCampaignHasNoMistakes) {
    const std::vector<Error> errors = mistakes_of(with_steps(
        "  write: { send: letter, by: [email, sms], still: not success, else: call }\n"
        "  wait: { wait: 3 days, until: \"mon-fri 10:00-16:00\" }\n"
        "  answer: { wait-for: success, at-most: 10 days, then: done, else: call }\n"
        "  call: { task: call, queue: navigators, outcomes: { booked: done, refused: no } }\n"
        "  done: { end: completed }\n"
        "  no: { end: declined }\n"));
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
}

TEST(Grammar, UnknownKeysNameTheNearest) {
    expect_mistake({"campain: try\n", 1, 1, "did you mean \"campaign\""});
    expect_mistake(
        {with_steps("  a: { send: letter, bye: sms }\n" + done), 8, 22, "did you mean \"by\""});
    expect_mistake({with_steps("  a: { wait: 3 days, untill: \"10:00\" }\n" + done), 8, 22,
                    "did you mean \"until\""});
    expect_mistake({with_steps(done, "enter: { cohorts: due }"), 5, 10, "did you mean \"cohort\""});
}

TEST(Grammar, StepsSayExactlyOneThing) {
    expect_mistake({with_steps("  a: { then: done }\n" + done), 8, 6, "says nothing to do"});
    expect_mistake(
        {with_steps("  a: { send: letter, wait: 3 days }\n" + done), 8, 6, "does several things"});
    expect_mistake({with_steps("  a: { teleport: x }\n" + done), 8, 6, "says nothing to do"});
    expect_mistake({with_steps("  a: send\n" + done), 8, 6, "write exactly one of: send, wait"});
}

TEST(Grammar, DoubledStepsAreRefused) {
    const std::vector<Error> errors = mistakes_of(with_steps(done + done));
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors.front().where.line, 9U);
    EXPECT_EQ(errors.front().where.column, 3U);
}

TEST(Grammar, MissingPartsAreNamed) {
    expect_mistake({"campaign: try\n", 1, 1, "has no \"steps\""});
    expect_mistake(
        {with_steps("  a: { wait-for: success, else: done }\n" + done), 8, 6, "say how long"});
    expect_mistake(
        {with_steps("  a: { wait-for: success, at-most: 3 days }\n" + done), 8, 6, "else: STEP"});
    expect_mistake({with_steps("  a: { task: call }\n" + done), 8, 6, "queue: navigators"});
    expect_mistake({with_steps("  a: { branch: [ { if: 'true' } ] }\n" + done), 8, 18,
                    "a condition and a step"});
    expect_mistake({with_steps("  a: { branch: [] }\n" + done), 8, 16, "a list of ways"});
}

TEST(Grammar, ValuesAreChecked) {
    expect_mistake(
        {with_steps("  a: { wait: 3 fortnights }\n" + done), 8, 14, "no length of time"});
    expect_mistake(
        {with_steps("  a: { wait: 3 days, until: noon }\n" + done), 8, 29, "no time of day"});
    expect_mistake({with_steps("  a: { wait: 3 days, at: \"10:00\", until: \"11:00\" }\n" + done),
                    8, 42, "not both"});
    expect_mistake(
        {with_steps("  a: { wait: 3 days, passed: done }\n" + done), 8, 30, "leans on a date"});
    expect_mistake(
        {with_steps("  a: { task: cal, queue: q }\n" + done), 8, 14, "did you mean \"call\""});
    expect_mistake({with_steps("  a: { end: Completed! }\n"), 8, 13, "cannot be a name"});
    expect_mistake({with_steps("  A b: { end: completed }\n"), 8, 8, "the name of a step"});
    expect_mistake({with_steps(done) + "holdout: 10\n", 9, 10, "write it as \"10 %\""});
    expect_mistake({with_steps(done) + "holdout: 60 %\n", 9, 10, "up to half"});
    expect_mistake({with_steps(done) + "priority: 300\n", 9, 11, "100"});
    expect_mistake({with_steps(done) + "exit: left-care\n", 9, 7, "exits are a list"});
    expect_mistake({with_steps(done) + "exit: [ left-car ]\n", 9, 9, "did you mean \"left-care\""});
}

TEST(Grammar, EntryIsChecked) {
    expect_mistake({with_steps(done, "enter: { by: hand, cohort: due }"), 5, 8, "exactly one of"});
    expect_mistake({with_steps(done, "enter: { event: appointment.book }"), 5, 17,
                    "did you mean \"appointment.booked\""});
    expect_mistake({with_steps(done, "enter: { cohort: due, key: appointment }"), 5, 28,
                    "event: appointment.booked"});
    expect_mistake({with_steps(done, "enter: { event: referral.made, key: episode }"), 5, 37,
                    "event: episode.opened"});
    expect_mistake(
        {with_steps(done, "enter: { schedule: 0 9 * * mon }"), 5, 8, "say who comes in then"});
    expect_mistake({with_steps(done, "enter: { cohort: due, schedule: 0 9 * * someday }"), 5, 33,
                    "day of the week"});
    expect_mistake(
        {with_steps(done, "enter: { cohort: due, schedule: 0 0 31 feb * }"), 5, 33, "never comes"});
    expect_mistake({with_steps(done, "enter: { cohort: due, zone: Europe/Paris }"), 5, 29,
                    "that of a schedule"});
    expect_mistake({with_steps(done, "enter: { by: hand, again: per key }"), 5, 27, "needs a key"});
    expect_mistake(
        {with_steps(done, "enter: { by: hand, again: sometimes }"), 5, 27, "after 2 years"});
    expect_mistake({with_steps(done, "enter: { by: hand, again: after 21 years }"), 5, 27,
                    "longer than 20 years"});
    expect_mistake({with_steps(done, "enter: { cohort: du }"), 5, 18, "did you mean \"due\""});
}

TEST(Grammar, WaysMustLeadSomewhere) {
    expect_mistake({with_steps("  a: { send: letter, then: don }\n" + done), 8, 28,
                    "which does not exist; did you mean \"done\""});
    expect_mistake({with_steps("  a: { send: letter, else: nowhere }\n" + done), 8, 28,
                    "\"nowhere\", which does not exist"});
    expect_mistake({with_steps("  a: { wait: 3 days }\n"), 8, 3, "nothing follows"});
    expect_mistake({with_steps("  a: { wait: 3 days, then: done }\n  b: { wait: 1 day }\n" + done),
                    9, 3, "no way leads to the step \"b\""});
}

TEST(Grammar, CirclesNeedTime) {
    expect_mistake({with_steps("  a: { send: letter, then: a }\n"), 8, 3, "no time passes"});
    expect_mistake({with_steps("  a: { send: letter }\n"
                               "  b: { branch: [ { if: 'true', then: a } ], else: done }\n" +
                               done),
                    8, 3, "put a wait into it"});
    // A date that has passed is passed every time.
    const std::string dated = "  a: { wait: 3 days before appointment, then: a }\n";
    expect_mistake({with_steps(dated, "enter: { event: appointment.booked, key: appointment }"), 8,
                    3, "no time passes"});
    for (const char* steps : {"  a: { wait: 3 days }\n  b: { send: letter, then: a }\n",
                              "  a: { task: call, queue: q, outcomes: { again: a, ok: done } }\n"
                              "  done: { end: completed }\n"}) {
        EXPECT_TRUE(mistakes_of(with_steps(steps)).empty()) << steps;
    }
}

TEST(Grammar, SuccessLeadsToOnePlace) {
    expect_mistake({with_steps("  a: { wait-for: success, at-most: 3 days, then: x, else: b }\n"
                               "  b: { wait-for: success, at-most: 3 days, then: y, else: x }\n"
                               "  x: { end: x }\n  y: { end: y }\n"),
                    9, 3, "different steps"});
    expect_mistake({with_steps("  a: { wait-for: success, at-most: 3 days, then: b, else: b }\n"
                               "  b: { wait: 3 days }\n" +
                               done),
                    9, 3, "both before and behind success"});
    const std::string without =
        "campaign: try\ntitle: { en: T, fr: E }\npurpose: operations\n"
        "enter: { by: hand }\nsteps:\n"
        "  a: { wait-for: success, at-most: 3 days, else: done }\n";
    expect_mistake({without + done, 6, 3, "does not say what success is"});
    expect_mistake({without + done + "success: not success\n", 8, 10, "defined by itself"});
}

TEST(Grammar, DatesMustBeDefined) {
    expect_mistake({with_steps("  a: { wait: 3 days before surgery }\n" + done), 8, 3,
                    "the date \"surgery\", which is not defined"});
    expect_mistake({with_steps("  a: { send: letter, not-after: on appointment }\n" + done), 8, 3,
                    "the date \"appointment\""});
    EXPECT_TRUE(mistakes_of(with_steps("  a: { wait: 3 days after last-test }\n" + done) +
                            "dates: { last-test: 'Now()' }\n")
                    .empty());
    expect_mistake({with_steps("  a: { wait: 3 days after last-test }\n" + done) +
                        "dates: { last-test: '1 + 1' }\n",
                    10, 22, "a date must be a Date or a DateTime"});
}

TEST(Grammar, HoldoutMustNotHarm) {
    expect_mistake({with_steps(done) + "holdout: 10 %\nsafety-critical: true\n", 9, 10,
                    "cannot hold patients out"});
    expect_mistake(
        {"campaign: try\ntitle: { en: T, fr: E }\npurpose: operations\n"
         "enter: { by: hand }\nholdout: 10 %\nsteps:\n" +
             done,
         5, 10, "does not say what success is"});
}

TEST(Grammar, ContentMustExistInEveryLanguageForItsPurposeAndChannels) {
    expect_mistake(
        {with_steps("  a: { send: lettre }\n" + done), 8, 14, "did you mean \"letter\""});
    expect_mistake({with_steps("  a: { send: half }\n" + done), 8, 14, "content/half.fr.md"});
    expect_mistake({with_steps("  a: { send: care }\n" + done), 8, 14,
                    "is for \"direct-care\", but the campaign's purpose is \"operations\""});
    expect_mistake({with_steps("  a: { send: letter, by: [letter] }\n" + done), 8, 27,
                    "not written for the channel \"letter\""});
    expect_mistake({with_steps("  a: { send: letter, by: [fax] }\n" + done), 8, 27,
                    "on the channel \"fax\", which does not exist"});
    expect_mistake({with_steps("  a: { send: letter, by: [preferred, sms] }\n" + done), 8, 27,
                    "a whole ladder"});
    expect_mistake({with_steps("  a: { task: call, queue: q, script: half }\n" + done), 8, 38,
                    "is missing in \"fr\""});
    expect_mistake(
        {"campaign: try\ntitle: { en: T }\npurpose: operations\nenter: { by: hand }\n"
         "steps:\n" +
             done,
         2, 8, "has no title in \"fr\""});
}

TEST(Grammar, ConditionsMustCompile) {
    // The place is that of the word inside the expression.
    expect_mistake(
        {with_steps("  a: { branch: [ { if: 'exists [Conditoin]', then: done } ] }\n" + done), 8,
         32, "Condition"});
    const std::string block =
        "  a:\n    branch:\n      - if: |\n          exists\n"
        "            [Condition: \"diabets\"]\n        then: done\n";
    expect_mistake({with_steps(block + done), 12, 25, "diabetes"});
    expect_mistake({with_steps("  a: { branch: [ { if: '1 + 1', then: done } ] }\n" + done), 8, 27,
                    "Boolean"});
    expect_mistake(
        {with_steps(done) + "exit: [ { when: 'enroled is null', as: x } ]\n", 9, 18, "enrolled"});
}

TEST(Grammar, CohortsAndWhatContentIsNotForMustMakeSense) {
    practice::FileMap files = small_practice();
    files["cohorts/number.yaml"] = "cohort: number\ntitle: N\ncql: |\n  1\n    + 1\n";
    files["content/letter.en.md"] =
        "---\npurpose: operations\nnot-for: [ du, 'AgeInYears() <', due, 'AgeInYears() < 18' ]\n"
        "---\nHello\n";
    std::vector<Error> errors;
    const practice::Folder folder = practice::read_folder(files, errors);
    ASSERT_TRUE(errors.empty()) << errors.front().to_text();
    const std::vector<Error> found = check_cohorts(folder);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].where.file, "cohorts/number.yaml");
    EXPECT_EQ(found[0].where.line, 5U);
    EXPECT_EQ(found[0].where.column, 5U);
    EXPECT_NE(found[1].message.find("did you mean \"due\""), std::string::npos);
    EXPECT_EQ(found[1].where.line, 3U);
    EXPECT_EQ(found[2].where.file, "content/letter.en.md");
}

TEST(Grammar, AllMistakesAreCollectedInTheirOrder) {
    const std::vector<Error> errors = mistakes_of(
        with_steps("  a: { send: lettre }\n  b: { send: half }\n  c: { send: care }\n" + done));
    ASSERT_EQ(errors.size(), 3U);
    EXPECT_EQ(errors[0].where.line, 8U);
    EXPECT_EQ(errors[1].where.line, 9U);
    EXPECT_EQ(errors[2].where.line, 10U);
}

}  // namespace
}  // namespace parcours::campaign
