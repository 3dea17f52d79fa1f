// Steps that stand for several: flows, forms, ladders until reply.
#include "campaign/flows.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/read.h"
#include "campaign/tests/small_practice.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

const std::string done = "  done: { end: completed }\n";
const std::string chase_flow =
    "flow: chase\n"
    "steps:\n"
    "  write: { send: $letter, else: gone }\n"
    "  pause: { wait-for: reply, at-most: 3 days, then: answered, else: again }\n"
    "  again: { branch: [ { if: 'AgeInYears() > 80', then: gone } ], else: write }\n"
    "  answered: { end: answered }\n"
    "  gone: { end: gone }\n";

/// Reads a campaign with the flow `chase`, without mistakes.
Campaign read(const std::string& text) {
    static const practice::Node node = practice::parse_yaml(chase_flow, "flows/chase.yaml").value();
    std::vector<Error> errors;
    const Flows flows = Flows::of_files({&node}, errors);
    Campaign campaign =
        read_campaign(practice::parse_yaml(text, "campaigns/try.yaml").value(), errors, flows);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
    return campaign;
}

std::string steps_of(const Campaign& campaign) {
    std::string text = describe(campaign);
    return text.substr(text.find("  1. "));
}

TEST(Flows, StandInPlaceUnderTheNameOfTheStep) {
    const Campaign campaign = read(with_steps(
        "  first: { flow: chase, with: { letter: letter }, outcomes: { answered: thank }, then: "
        "done }\n"
        "  thank: { send: letter }\n" +
        done));
    EXPECT_EQ(steps_of(campaign),
              "  1. first: Send \"letter\" by the channel the patient prefers. Then: first.pause. "
              "If it cannot be sent: done.\n"
              "  2. first.pause: Wait for the event reply, at most 3 days. When it comes: thank. "
              "Otherwise: first.again.\n"
              "  3. first.again: If ‹AgeInYears() > 80›: done. Otherwise: first.\n"
              "  4. thank: Send \"letter\" by the channel the patient prefers. Then: done.\n"
              "  5. done: End as \"completed\".\n");
    EXPECT_EQ(campaign.find_step("first.pause")->where.file, "flows/chase.yaml");
    EXPECT_EQ(campaign.find_step("first.pause")->where.line, 4U);
}

TEST(Flows, OneFlowMayStandTwiceAndInsideAnother) {
    const Campaign campaign = read(
        "campaign: try\ntitle: { en: T, fr: E }\npurpose: operations\nconcern: diabetes\n"
        "enter: { by: hand }\n"
        "flows:\n"
        "  twice:\n"
        "    steps:\n"
        "      one: { flow: chase, with: { letter: $what } }\n"
        "      two: { flow: chase, with: { letter: $what }, outcomes: { gone: lost } }\n"
        "      over: { end: over }\n"
        "      lost: { end: lost }\n"
        "steps:\n"
        "  a: { flow: twice, with: { what: letter }, outcomes: { lost: bad } }\n"
        "  ok: { end: completed }\n"
        "  bad: { end: lost }\n");
    ASSERT_EQ(campaign.steps.size(), 8U);
    EXPECT_EQ(campaign.steps[1].name, "a.one.pause");
    EXPECT_EQ(campaign.steps[3].name, "a.two");
    EXPECT_EQ(campaign.steps[4].name, "a.two.pause");
    EXPECT_EQ(std::get<SendStep>(campaign.steps[0].what).otherwise.step, "a.two");
    EXPECT_EQ(std::get<SendStep>(campaign.steps[3].what).otherwise.step, "bad");
    EXPECT_EQ(std::get<WaitForStep>(campaign.steps[4].what).then.step, "ok");
    EXPECT_EQ(std::get<SendStep>(campaign.steps[3].what).content, "letter");
}

TEST(Flows, AFormAsksAndWaitsForItsAnswers) {
    const Campaign campaign = read(with_steps(
        "  ask: { form: about-you, send: letter, by: sms, at-most: 14 days, else: done }\n"
        "  next: { wait: 1 day }\n" +
        done));
    EXPECT_EQ(steps_of(campaign).substr(0, steps_of(campaign).find("  3. ")),
              "  1. ask: Send \"letter\" by SMS. Then: ask.answers. If it cannot be sent: done.\n"
              "  2. ask.answers: Wait for the event form \"about-you\", at most 14 days. When it "
              "comes: next. Otherwise: done.\n");
}

TEST(Flows, ALadderUntilReplyGoesFromChannelToChannel) {
    const Campaign campaign =
        read(with_steps("  ask: { send: letter, by: [sms, email], reach: until-reply, within: 2 "
                        "days, else: call }\n"
                        "  thank: { send: letter, then: done }\n"
                        "  call: { task: call, queue: q }\n" +
                        done));
    EXPECT_EQ(steps_of(campaign).substr(0, steps_of(campaign).find("  5. ")),
              "  1. ask: Send \"letter\" by SMS. Then: ask.reply-1. If it cannot be sent: "
              "ask.email.\n"
              "  2. ask.reply-1: Wait for the event reply, at most 2 days. When it comes: thank. "
              "Otherwise: ask.email.\n"
              "  3. ask.email: Send \"letter\" by e-mail. Then: ask.reply-2. If it cannot be sent: "
              "call.\n"
              "  4. ask.reply-2: Wait for the event reply, at most 2 days. When it comes: thank. "
              "Otherwise: call.\n");
}

/// The mistakes of a campaign with flows of its own, as "FILE:LINE:COLUMN".
struct Case {
    std::string steps;
    std::string flow;
    std::string says;
    std::uint64_t line;
    std::string file = "campaigns/try.yaml";
};

TEST(Flows, MistakesPointIntoTheRightFile) {
    const std::string head =
        "campaign: try\ntitle: { en: T, fr: E }\npurpose: operations\nconcern: diabetes\n"
        "enter: { by: hand }\nsteps:\n";
    const std::vector<Case> cases = {
        {"  a: { flow: chaise }\n", chase_flow, "did you mean \"chase\"", 7},
        {"  a: { flow: chase }\n", chase_flow, "nothing stands for \"$letter\"", 3,
         "flows/chase.yaml"},
        {"  a: { flow: chase, with: { letter: letter }, outcomes: { answred: done } }\n",
         chase_flow, "never ends as \"answred\"; did you mean \"answered\"", 7},
        {"  a: { flow: x }\n", "flow: x\nsteps:\n  b: { wait: 3 days, then: d }\n  c: { end: c }\n",
         "leads to \"d\", which does not exist", 3, "flows/x.yaml"},
        {"  a: { flow: x }\n", "flow: x\nsteps:\n  b: { wait: 3 fortnights }\n",
         "no length of time", 3, "flows/x.yaml"},
        {"  a: { flow: x }\n", "flow: x\nsteps:\n  b: { flow: x }\n", "walks through itself", 3,
         "flows/x.yaml"},
        {"  a: { flow: x }\n", "flow: x\nsteps:\n  b: { end: b }\n", "does nothing", 7},
        {"  a: { wait: 1 day }\n", "flow: x\nstep: 3\n", "did you mean \"steps\"", 2,
         "flows/x.yaml"},
    };
    for (const Case& one : cases) {
        practice::FileMap files = small_practice();
        files[one.flow == chase_flow ? "flows/chase.yaml" : "flows/x.yaml"] = one.flow;
        files["campaigns/try.yaml"] = head + one.steps + done;
        std::vector<Error> errors;
        const practice::Folder folder = practice::read_folder(files, errors);
        ASSERT_TRUE(errors.empty()) << errors.front().to_text();
        (void)read_campaigns(folder, errors);
        std::string all;
        bool found = false;
        for (const Error& error : errors) {
            all += error.to_text() + "\n";
            found = found || (error.message.find(one.says) != std::string::npos &&
                              error.where.file == one.file && error.where.line == one.line);
        }
        EXPECT_TRUE(found) << one.steps << one.flow << "wanted: " << one.says << "\ngot: " << all;
    }
}

}  // namespace
}  // namespace parcours::campaign
