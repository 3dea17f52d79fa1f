// The life of a campaign on the command line: published, at work, taken back, mended, left out.

#include <csignal>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr const char* flu = R"(campaign: flu
title: { en: "Flu vaccine" }
purpose: operations
topic: flu
enter: { cohort: everybody, again: never }
holdout: 20 %
success: 'exists ([Immunization] I where I.occurrence same day or after enrolled)'
evidence: { effect: "none", source: "a test" }
steps:
  invite: { send: flu-invitation, by: [sms, email], then: wait, else: call }
  wait:   { wait-for: success, at-most: 14 days, then: done, else: call }
  call:   { task: call, queue: navigators, outcomes: { done: done } }
  done:   { end: completed }
)";

/// Forty invented patients, and a practice with one campaign for everybody, at any hour.
class Campaigns : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(run({"synth", "--patients", "40", "--seed", "11", "--out", folder / "F"}).code,
                  0);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
        write_practice("[flu]");
        folder.write("P/cohorts/everybody.yaml",
                     "cohort: everybody\ntitle: Everybody\ncql: 'true'\n");
        folder.write("P/campaigns/flu.yaml", flu);
        write_words("The vaccine is here.");
    }
    void write_practice(const std::string& campaigns) const {
        folder.write("P/practice.yaml",
                     "name: Hillside\nphone: \"(617) 555-0142\"\nlanguages: [en]\n"
                     "other-language: use-default\ntime-zone: America/New_York\n"
                     "contact-hours: { from: \"00:00\", until: \"24:00\" }\n"
                     "household: { per-day: none }\n"
                     "contact-budget: { per-day: none, per-week: none, per-month: none }\n"
                     "campaigns: " +
                         campaigns + "\n");
    }
    void write_words(const std::string& words) const {
        folder.write("P/content/flu-invitation.en.md",
                     "---\npurpose: operations\ntopic: flu\nchannels: [sms, email]\n"
                     "subject: The flu vaccine\n---\n" +
                         words + "\n");
    }
    [[nodiscard]] Ended command(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--data", data});
        return run(arguments);
    }
    [[nodiscard]] Ended publish() const {
        return command({"publish", folder / "P", "--note", "a test", "--by", "Ann"});
    }
    /// A number of a command's answer in JSON.
    [[nodiscard]] std::uint64_t number(std::vector<std::string> arguments,
                                       const std::vector<std::string>& path) const {
        arguments.emplace_back("--json");
        const Ended ended = command(arguments);
        JsonDocument document;
        const std::string line = ended.last_line();
        const auto root = document.parse(line);
        EXPECT_TRUE(root) << ended.err << ended.out;
        JsonView at = root.value_or(JsonView());
        for (const std::string& name : path) {
            at = at[name];
        }
        return at.natural().value_or(0);
    }
    [[nodiscard]] std::uint64_t captured() const {
        return number({"outbox"}, {"counts", "captured"});
    }
    [[nodiscard]] std::uint64_t calls_open() const {
        const Ended ended = command({"task", "--json"});
        JsonDocument document;
        const std::string line = ended.last_line();
        const auto root = document.parse(line);
        EXPECT_TRUE(root) << ended.err;
        std::uint64_t count = 0;
        for (const JsonView task : (*root)["tasks"].elements()) {
            count += task["kind"].text() == "call" ? 1 : 0;
        }
        return count;
    }

    TemporaryFolder folder;
    std::string data = folder / "D";
};

TEST_F(Campaigns, AreTakenBackMendedAndLeftOutWhilePeopleAreInThem) {
    const Ended first = publish();
    ASSERT_EQ(first.code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("Published as version 2"));
    Program work({"work", "--data", data});
    ASSERT_TRUE(wait_until([&] {
        return captured() > 0 && number({"outbox"}, {"counts", "waiting"}) == 0;
    })) << work.err();
    const std::uint64_t told = captured();
    const std::uint64_t calls = calls_open();
    EXPECT_THAT(command({"campaigns", "flu"}).out, HasSubstr("held out"));

    write_words("The vaccine is here, and free.");
    ASSERT_EQ(publish().code, 0);
    EXPECT_GE(number({"undo", "flu", "--by", "Ann"}, {"undone"}), told)
        << "all whom the launch let in, whatever was mended since";
    EXPECT_THAT(command({"undo", "flu", "--by", "Ann"}).out, HasSubstr("nothing to undo"));
    ASSERT_EQ(command({"resume", "flu", "--by", "Ann"}).code, 0);
    ASSERT_TRUE(wait_until([&] { return calls_open() == calls; }))
        << calls_open() << " calls: who was told already is not called";
    EXPECT_EQ(captured(), told) << "and not told again";

    write_practice("[welcome]");
    const Ended without = publish();
    ASSERT_EQ(without.code, 0) << without.err;
    EXPECT_THAT(without.out, HasSubstr("still in flu, which it leaves out"));
    EXPECT_EQ(command({"pause", "flu"}).code, 0);
    EXPECT_THAT(command({"campaigns"}).out,
                ContainsRegex("the campaign flu is paused since .* by [a-z]+"))
        << "who runs the command, where nobody is named";
    EXPECT_THAT(command({"resume", "everything"}).out, HasSubstr("everything was not held.\nStill: "
                                                                 "the campaign flu is paused"));
    work.signal(SIGTERM);
    EXPECT_EQ(work.wait().code, 0);
    const auto flu_number = [this](const std::string& name) {
        const Ended ended = command({"campaigns", "flu", "--json"});
        JsonDocument document;
        const std::string line = ended.last_line();
        const auto root = document.parse(line);
        EXPECT_TRUE(root) << ended.err;
        return root ? (*root)["campaigns"].elements().front()[name].natural().value_or(0) : 0;
    };
    EXPECT_GE(flu_number("undone"), told);
    EXPECT_LE(flu_number("holdout"), 20U) << "who was undone is in no figure";
}

TEST_F(Campaigns, ThoseWhoAreMovedStandInAReleaseThatIsKeptThoughNoEngineRan) {
    ASSERT_EQ(publish().code, 0);
    Program work({"work", "--data", data});
    ASSERT_TRUE(wait_until([&] {
        return captured() > 0 && number({"outbox"}, {"counts", "waiting"}) == 0;
    })) << work.err();
    work.signal(SIGTERM);
    ASSERT_EQ(work.wait().code, 0);
    write_words("The vaccine is here, and free.");
    ASSERT_EQ(publish().code, 0);
    const std::uint64_t behind = number({"move", "flu", "--preview"}, {"moving"});
    ASSERT_GT(behind, 0U);
    EXPECT_EQ(number({"move", "flu", "--by", "Ann"}, {"moved"}), behind);
    EXPECT_EQ(number({"move", "flu", "--preview"}, {"moving"}), 0U);
    // The next version comes before any engine has seen the one that they were moved to.
    write_words("The vaccine is here, and free for all.");
    ASSERT_EQ(publish().code, 0);
    const Ended preview = command({"move", "flu", "--preview"});
    EXPECT_EQ(preview.code, 0) << preview.err;
    EXPECT_EQ(number({"move", "flu", "--by", "Ann"}, {"moved"}), behind);
}

}  // namespace
}  // namespace parcours::testing
