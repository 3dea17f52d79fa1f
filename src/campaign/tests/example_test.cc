// The grammar's own examples are campaigns; what is published of it is what the reader knows.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/grammar.h"
#include "campaign/read.h"
#include "campaign/tests/recall.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::campaign {
namespace {

/// The built-in practice with what the examples name.
const practice::Folder& folder() {
    static const practice::Folder made = [] {
        practice::FileMap files = practice::built_in_files();
        files["practice.yaml"] =
            "name: Example\nlanguages: [en, fr, zh]\n"
            "webhooks: { lab: { url: https://lab.example.org/events, secret: { env: LAB } } }\n";
        files["forms/about-you.yaml"] =
            "form: about-you\ntitle: { en: About you, fr: Vous, zh: 您 }\nquestions:\n"
            "  smoker: { ask: { en: \"Do you smoke?\", fr: \"Fumez-vous ?\", zh: 您吸烟吗？ }, answer: "
            "yes-no }\n";
        files["flows/remind-twice.yaml"] =
            "flow: remind-twice\nsteps:\n"
            "  first: { send: $letter }\n"
            "  pause: { wait-for: reply, at-most: 7 days, then: answered, else: second }\n"
            "  second: { send: $letter }\n"
            "  last: { wait-for: reply, at-most: 7 days, then: answered, else: unanswered }\n"
            "  answered: { end: answered }\n"
            "  unanswered: { end: unanswered }\n";
        files["campaigns/welcome-call.yaml"] =
            "campaign: welcome-call\ntitle: { en: W, fr: W, zh: W }\npurpose: operations\n"
            "concern: general\nenter: { by: campaign }\nsteps:\n"
            "  call: { task: call, queue: navigators }\n  done: { end: completed }\n";
        std::vector<Error> errors;
        practice::Folder folder = practice::read_folder(files, errors);
        for (const Error& error : errors) {
            ADD_FAILURE() << error.to_text();
        }
        return folder;
    }();
    return made;
}

Campaign read_example(const KeyGroup& group) {
    std::vector<Error> errors;
    const Flows flows = flows_of(folder(), errors);
    const std::string text = example_campaign(group);
    const auto root = practice::parse_yaml(text, "campaigns/example.yaml");
    EXPECT_TRUE(root.has_value()) << text;
    Campaign campaign = read_campaign(*root, errors, flows);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text() << "\n" << text;
    }
    return campaign;
}

/// Answers whatever the step it stands on waits for, a different way each round, until it ends.
void walk_to_the_end(Walker& walker, unsigned round) {
    walker.give(Started{});
    for (int steps = 0; steps < 100 && !walker.state.ended(); ++steps) {
        const Step& step = *walker.campaign.find_step(walker.state.step);
        const bool other = ((round >> (steps % 4)) & 1U) != 0;
        if (std::holds_alternative<SendStep>(step.what)) {
            walker.message(other ? MessageDone::Outcome::NotSent : MessageDone::Outcome::Sent, "x");
        } else if (const auto* task = std::get_if<TaskStep>(&step.what)) {
            walker.close(task->outcomes.empty() ? "done" : task->outcomes.begin()->first);
        } else if (std::holds_alternative<StartStep>(step.what)) {
            walker.give(StartDone{walker.state.occurrence, !other, "x"});
        } else if (std::holds_alternative<WebhookStep>(step.what)) {
            walker.give(CallDone{call_id(walker.state.id, step.name, walker.state.occurrence),
                                 !other, "x"});
        } else if (const auto* wait = std::get_if<WaitForStep>(&step.what); wait && other) {
            walker.give(Happened{wait->event, wait->about,
                                 wait->choices.empty() ? "" : wait->choices.front().words.front()});
        } else {
            walker.fire();
        }
    }
}

TEST(Examples, AreReadCheckedAndRun) {
    for (const KeyGroup& group : step_groups()) {
        const Campaign campaign = read_example(group);
        for (const Error& error : check(campaign, folder())) {
            ADD_FAILURE() << group.name << ": " << error.to_text();
        }
        EXPECT_FALSE(describe(campaign).empty());
        std::set<std::string> entered;
        for (unsigned round = 0; round < 16; ++round) {
            for (Key patient = 1; patient <= 8; ++patient) {
                Walker walker(campaign);
                walker.state.patient = patient;
                walk_to_the_end(walker, round);
                EXPECT_TRUE(walker.state.ended()) << group.name << " at " << walker.state.step;
                EXPECT_NE(walker.state.result, "stopped") << group.name;
            }
        }
    }
}

TEST(Examples, ShowEveryKindAndKey) {
    for (const KeyGroup& group : step_groups()) {
        EXPECT_NE(group.example.find(" " + std::string(group.name) + ": "), std::string::npos)
            << group.name;
        EXPECT_EQ(group.keys.front().name, group.name);
    }
}

std::string read_file(const std::string& path) {
    std::ifstream file(PARCOURS_SOURCE_DIR + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Published, TheSchemaIsMadeOfTheGrammar) {
    const std::string text = schema_text();
    JsonDocument document;
    const auto schema = document.parse(text);
    ASSERT_TRUE(schema.has_value()) << schema.error().to_text();
    EXPECT_TRUE(read_file("/docs/campaign.schema.json") == text)
        << "docs/campaign.schema.json is not what the grammar says: campaign_reference schema";
}

TEST(Published, TheReferenceIsMadeOfTheGrammar) {
    EXPECT_TRUE(read_file("/docs/campaign-reference.md") == reference_text())
        << "docs/campaign-reference.md is not what the grammar says: campaign_reference markdown";
}

}  // namespace
}  // namespace parcours::campaign
