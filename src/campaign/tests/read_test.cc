// What a campaign's text means once it is read.
#include "campaign/read.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "campaign/tests/small_practice.h"
#include "practice/folder.h"
#include "practice/yaml.h"
#include "record/engagement.h"

namespace parcours::campaign {
namespace {

const std::string screening = R"(campaign: colorectal-screening
title: { en: Colorectal screening, fr: Dépistage colorectal, zh: 结直肠癌筛查 }
purpose: operations                 # direct-care | operations | marketing
concern: cancer-screening
priority: 60
evidence: { effect: "+28 points (RR 2.65) for mailed FIT", source: PMC6706307 }
enter: { cohort: colorectal-due, again: after 2 years }
holdout: 10 %
success: 'exists [Observation: "FIT result"] R where R.effective after enrolled'
exit: [ left-care, done-elsewhere, { when: 'exists [Condition: "colorectal cancer"]', as: not-applicable } ]
steps:
  primer:   { send: crc-primer, by: preferred }
  pause:    { wait: 7 days, until: "10:00" }
  kit:      { send: crc-kit, by: [letter] }
  answer:   { wait-for: success, at-most: 21 days, else: reminder }
  result:   { branch: [ { if: 'exists [Observation: "abnormal FIT"]', then: abnormal } ], else: done }
  abnormal: { task: call, queue: clinicians, due: 2 days, script: crc-abnormal, outcomes: { booked: follow, refused: clinician } }
  follow:   { wait-for: 'exists [Procedure: "colonoscopy"] P where P.performed after enrolled', at-most: 60 days, else: clinician }
  done:     { end: completed }
  reminder: { send: crc-reminder, by: preferred, still: not success, then: last }
  last:     { wait-for: success, at-most: 14 days, then: result, else: nurse }
  nurse:    { task: call, queue: navigators, script: crc-call, outcomes: { booked: done, refused: declined, unreachable: declined } }
  clinician: { task: review, queue: clinicians, then: done }
  declined: { end: declined }
)";

Campaign read(const std::string& text) {
    return read_campaign(practice::parse_yaml(text, "campaigns/try.yaml").value()).value();
}

TEST(Read, TheHead) {
    const Campaign campaign = read(screening);
    EXPECT_EQ(campaign.name, "colorectal-screening");
    EXPECT_EQ(campaign.title.at("zh"), "结直肠癌筛查");
    EXPECT_EQ(campaign.purpose, Purpose::Operations);
    EXPECT_EQ(campaign.topic, "cancer-screening");
    EXPECT_EQ(campaign.priority, 60);
    EXPECT_EQ(campaign.evidence_source, "PMC6706307");
    EXPECT_EQ(campaign.enter.by, Enter::By::Cohort);
    EXPECT_EQ(campaign.enter.name, "colorectal-due");
    EXPECT_EQ(campaign.enter.again, Enter::Again::AfterSpan);
    EXPECT_EQ(campaign.enter.again_after, (Span{2, Span::Unit::Year}));
    EXPECT_DOUBLE_EQ(campaign.holdout, 0.1);
    ASSERT_EQ(campaign.exits.size(), 3U);
    EXPECT_EQ(campaign.exits[1].kind, Exit::Kind::DoneElsewhere);
    EXPECT_EQ(campaign.exits[2].result, "not-applicable");
}

TEST(Read, TheStepsAndWhereTheyLead) {
    const Campaign campaign = read(screening);
    ASSERT_EQ(campaign.steps.size(), 13U);
    const auto& primer = std::get<SendStep>(campaign.find_step("primer")->what);
    EXPECT_EQ(primer.ladder, std::vector<std::string>{"preferred"});
    EXPECT_EQ(primer.then.step, "pause");
    EXPECT_EQ(primer.otherwise.step, "pause");
    const auto& pause = std::get<WaitStep>(campaign.find_step("pause")->what);
    EXPECT_EQ(pause.until->from, std::chrono::hours{10});
    const auto& answer = std::get<WaitForStep>(campaign.find_step("answer")->what);
    EXPECT_EQ(answer.condition->kind, Condition::Kind::Success);
    EXPECT_EQ(answer.then.step, "result");
    EXPECT_FALSE(answer.then.written);
    const auto& reminder = std::get<SendStep>(campaign.find_step("reminder")->what);
    EXPECT_EQ(reminder.still->kind, Condition::Kind::NotSuccess);
    const auto& nurse = std::get<TaskStep>(campaign.find_step("nurse")->what);
    EXPECT_EQ(nurse.outcomes.size(), 3U);
    EXPECT_TRUE(nurse.then.step.empty());
    EXPECT_EQ(std::get<TaskStep>(campaign.find_step("clinician")->what).then.step, "done");
    EXPECT_EQ(campaign.find_step("declined")->where.line, 24U);
}

TEST(Read, SuccessLeadsWhereItsWaitsAgree) {
    const Campaign campaign = read(screening);
    EXPECT_EQ(campaign.on_success.step, "result");
    for (const char* behind : {"result", "abnormal", "follow", "done", "clinician"}) {
        EXPECT_TRUE(campaign.find_step(behind)->after_success) << behind;
    }
    for (const char* before : {"primer", "pause", "kit", "answer", "reminder", "last", "nurse"}) {
        EXPECT_FALSE(campaign.find_step(before)->after_success) << before;
    }
    for (const Error& error : check_flow(campaign)) {
        ADD_FAILURE() << error.to_text();
    }
}

TEST(Read, DefaultsOfEntry) {
    EXPECT_EQ(read(with_steps("  a: { end: x }\n")).enter.again, Enter::Again::Never);
    const Campaign keyed =
        read(with_steps("  a: { end: x }\n",
                        "enter: { event: appointment.booked, key: appointment, when: 'true' }"));
    EXPECT_EQ(keyed.enter.again, Enter::Again::PerKey);
    EXPECT_EQ(keyed.enter.key, "appointment");
    EXPECT_EQ(keyed.enter.when->text, "true");
}

TEST(Read, LinkingTwiceChangesNothing) {
    Campaign campaign = read(screening);
    const std::string before = describe(campaign);
    link(campaign);
    EXPECT_EQ(describe(campaign), before);
}

TEST(Read, AnEmptyOrForeignFileIsRefused) {
    for (const char* text : {"", "[]", "just words", "- a\n- b\n"}) {
        const std::vector<Error> errors = mistakes_of(text);
        ASSERT_FALSE(errors.empty()) << text;
        EXPECT_NE(errors.front().message.find("campaign"), std::string::npos) << text;
    }
}

// Whatever somebody types: an answer or a mistake with its place, never a crash; and what is found
// without mistakes can be read aloud.
TEST(Read, BrokenTextsGiveMistakesWithPlaces) {
    const practice::FileMap& files = practice::built_in_files();
    SeededRandom random(7);
    const std::string letters = "{}[]:,'\"|\n -a9%&*#\t";
    int broken = 0;
    for (int round = 0; round < 600; ++round) {
        for (const auto& [path, content] : files) {
            if (!path.starts_with("campaigns/")) {
                continue;
            }
            std::string text = content;
            for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits) {
                const std::size_t at = random.below(text.size());
                if (random.below(2) == 0) {
                    text.erase(at, 1 + random.below(20));
                } else {
                    text.insert(at, 1, letters[random.below(letters.size())]);
                }
            }
            const Result<practice::Node> root = practice::parse_yaml(text, path);
            if (!root) {
                continue;
            }
            std::vector<Error> errors;
            const Campaign campaign = read_campaign(*root, errors);
            const std::vector<Error> flow = check_flow(campaign);
            errors.insert(errors.end(), flow.begin(), flow.end());
            broken += errors.empty() ? 0 : 1;
            for (const Error& error : errors) {
                EXPECT_GT(error.where.line, 0U) << error.to_text() << "\n" << text;
                EXPECT_FALSE(error.message.empty());
            }
            EXPECT_FALSE(describe(campaign).empty());
        }
    }
    EXPECT_GT(broken, 300);
}

}  // namespace
}  // namespace parcours::campaign
