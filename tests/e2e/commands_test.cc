// The smaller commands of the real program: preview, check, scenario, task, cohort save, verify.

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A diabetic without an address, last seen in autumn 2025.
constexpr const char* records =
    R"({"resourceType":"Patient","id":"anna","birthDate":"1990-04-02","name":[{"given":["Anna"],"family":"Example"}]}
{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/anna"},"onsetDateTime":"2015-03-01","code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}}
{"resourceType":"Encounter","id":"v1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/anna"},"period":{"start":"2025-11-03T10:00:00Z","end":"2025-11-03T10:30:00Z"}}
)";

class Commands : public ::testing::Test {
  protected:
    void import_records() {
        folder.write("F/all.ndjson", records);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    }
    [[nodiscard]] Ended command(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--data", data});
        return run(arguments);
    }

    TemporaryFolder folder;
    std::string data = folder / "D";
};

TEST_F(Commands, ScenarioPlaysWhatACoordinatorWrote) {
    const std::string good = R"(campaigns: appointment-reminder
scenario: Three days before
2026-03-01
  patient anna: email anna@example.org
  appointment a1 of anna booked for 2026-03-10 14:00
2026-03-07 10:00
  sent to anna by email: appointment-soon
)";
    folder.write("good.scenario", good);
    const Ended passed = run({"scenario", "run", folder / "good.scenario", "--timeline"});
    EXPECT_EQ(passed.code, 0) << passed.out << passed.err;
    EXPECT_THAT(passed.out, AllOf(HasSubstr("Three days before"), HasSubstr("1 passed, 0 failed"),
                                  HasSubstr("2026-03-07 10:00 sent to anna by email")));
    folder.write("S/late.scenario", good + "2026-03-09 10:01\n");
    const Ended failed = run({"scenario", "run", folder / "S", "--json"});
    EXPECT_EQ(failed.code, 1);
    JsonDocument document;
    const auto answer = document.parse(failed.out);
    ASSERT_TRUE(answer) << failed.out;
    const JsonView miss = (*answer)["scenarios"].elements().front()["misses"].elements().front();
    EXPECT_EQ(miss["line"].integer(), 6) << "after that moment it happened";
    EXPECT_THAT(std::string(miss["happened"].text()), HasSubstr("appointment-tomorrow"));
    folder.write("bad.scenario", "scenario: One\n2026-03-01\n  patint anna\n");
    const Ended bad = run({"scenario", "run", folder / "bad.scenario"});
    EXPECT_THAT(bad.out, AllOf(HasSubstr("bad.scenario:3:3"), HasSubstr("did you mean")));
    EXPECT_THAT(run({"scenario", "words"}).out, HasSubstr("sent to {patient} by {channel}"));
}

TEST_F(Commands, PreviewShowsTheWordsInALanguageOnAChannel) {
    const Ended sms = run({"preview", "appointment-soon", "--language", "fr", "--channel", "sms"});
    EXPECT_EQ(sms.code, 0) << sms.err;
    EXPECT_THAT(sms.out, AllOf(HasSubstr("fr · sms"), HasSubstr("Camille"), HasSubstr("STOP"),
                               HasSubstr("1 SMS segment\n")));
    const Ended html =
        run({"preview", "appointment-soon", "--language", "en", "--channel", "email", "--html"});
    EXPECT_EQ(html.code, 0) << html.err;
    EXPECT_THAT(html.out, AllOf(HasSubstr("<html"), HasSubstr("Camille")));
    const Ended all = run({"preview", "hba1c-due"});
    for (const char* const heading : {"en · email", "fr · email", "zh · email", "zh · sms"}) {
        EXPECT_THAT(all.out, HasSubstr(heading));
    }
    EXPECT_THAT(all.out, Not(HasSubstr("{given_name}"))) << "no variable is left standing";
    const Ended unknown = run({"preview", "no-such-words"});
    EXPECT_EQ(unknown.code, exit_code(ErrorCode::NotFound));
    EXPECT_THAT(unknown.err, HasSubstr("hba1c-due")) << "it says what there is";
}

TEST_F(Commands, CheckNamesTheMistakeItsPlaceAndACure) {
    EXPECT_EQ(run({"check"}).code, 0) << "the built-in practice has no mistakes";
    folder.write("P/campaigns/ping.yaml", R"(campaign: ping
title: { en: Ping, fr: Ping, zh: Ping }
purpose: operations
concern: general
topic: welcome
enter: { cohort: new-patients, again: never }
steps:
  first: { send: welcome, by: [email], then: dome, else: done }
  done:  { end: completed }
)");
    const Ended ended = run({"check", folder / "P", "--json"});
    EXPECT_EQ(ended.code, exit_code(ErrorCode::InvalidInput));
    JsonDocument document;
    const auto parsed = document.parse(ended.last_line());
    ASSERT_TRUE(parsed) << ended.out;
    EXPECT_EQ((*parsed)["errors"].integer(), 1);
    const JsonView error = (*parsed)["list"].elements().front();
    EXPECT_EQ(error["file"].text(), "campaigns/ping.yaml");
    EXPECT_EQ(error["line"].integer(), 8);
    EXPECT_EQ(error["column"].integer(), 46);
    EXPECT_THAT(std::string(error["message"].text()), AllOf(HasSubstr("dome"), HasSubstr("done")))
        << "what is wrong, and what would be right";
    const Ended told = run({"check", folder / "P"});
    EXPECT_THAT(told.out, AllOf(HasSubstr("campaigns/ping.yaml:8:46"), HasSubstr("^")));
}

TEST_F(Commands, ValueSetsThatCannotBeUsedAreWarnedOf) {
    folder.write(
        "in/sets.ndjson",
        R"({"resourceType":"ValueSet","id":"good","url":"urn:good","compose":{"include":[{"system":"urn:s","concept":[{"code":"a"}]}]}})"
        "\n"
        R"({"resourceType":"ValueSet","id":"bad","url":"urn:bad"})"
        "\n");
    const std::string data = folder / "sets";
    const Ended imported = run({"import", folder / "in", "--data", data, "--json"});
    EXPECT_EQ(imported.code, 0) << imported.err;
    EXPECT_THAT(imported.out, HasSubstr(R"("warnings":["ValueSet urn:bad came with records)"));
    EXPECT_THAT(run({"import", folder / "in", "--data", data}).out, Not(HasSubstr("warning")))
        << "nothing new came";
    const Ended checked = run({"check", "--data", data});
    EXPECT_EQ(checked.code, 0);
    EXPECT_THAT(checked.out, HasSubstr("warning: ValueSet urn:bad"));
    EXPECT_THAT(checked.out, Not(HasSubstr("urn:good")));
    EXPECT_THAT(run({"check", "--data", data, "--json"}).out, HasSubstr(R"("errors":0)"));
}

TEST_F(Commands, CheckRefusesAKeyThatStandsTwice) {
    folder.write("P/practice.yaml", "name: One\nname: Two\n");
    const Ended ended = run({"check", folder / "P"});
    EXPECT_EQ(ended.code, exit_code(ErrorCode::InvalidInput));
    EXPECT_THAT(ended.out, HasSubstr("practice.yaml:2:1"));
    EXPECT_THAT(ended.out, HasSubstr("name"));
}

TEST_F(Commands, ATaskIsListedAndClosedOnceWithOneOfItsOutcomes) {
    import_records();
    ASSERT_EQ(command({"work", "--virtual", "--from", "2026-02-15", "--until", "2026-02-20"}).code,
              0);
    JsonDocument document;
    const Ended list = command({"task", "--json"});
    const auto parsed = document.parse(list.last_line());
    ASSERT_TRUE(parsed) << list.out;
    const auto tasks = (*parsed)["tasks"].elements();
    ASSERT_EQ(tasks.size(), 1U) << list.out;
    EXPECT_EQ(tasks.front()["queue"].text(), "navigators");
    EXPECT_EQ(tasks.front()["patient"].text(), "anna");
    const std::string id(tasks.front()["id"].text().substr(0, 12));

    EXPECT_EQ(command({"task", "--close", id, "--outcome", "booked"}).code,
              exit_code(ErrorCode::Usage))
        << "it must be known who closed it";
    const Ended wrong = command({"task", "--close", id, "--outcome", "asleep", "--by", "nurse"});
    EXPECT_EQ(wrong.code, exit_code(ErrorCode::Usage));
    EXPECT_THAT(wrong.err, AllOf(HasSubstr("asleep"), HasSubstr("booked")));
    EXPECT_EQ(command({"task", "--close", id, "--outcome", "declined", "--by", "nurse"}).code, 0);
    EXPECT_EQ(command({"task", "--close", id, "--outcome", "declined", "--by", "nurse"}).code,
              exit_code(ErrorCode::Conflict));
    EXPECT_THAT(command({"task", "--json"}).out, HasSubstr("\"tasks\":[]"));
    EXPECT_THAT(command({"task", "--all", "--json"}).out,
                AllOf(HasSubstr("\"outcome\":\"declined\""), HasSubstr("\"closed_by\":\"nurse\"")));
    EXPECT_EQ(command({"task", "--close", "ffffffffffff", "--outcome", "x", "--by", "y"}).code,
              exit_code(ErrorCode::NotFound));
}

TEST_F(Commands, ASavedCohortIsFoundByItsName) {
    import_records();
    const std::string cql = R"(exists [Condition: code in "diabetes"])";
    const Ended saved = command({"cohort", "save", "my-diabetics", cql, "--json"});
    EXPECT_EQ(saved.code, 0) << saved.err;
    EXPECT_THAT(saved.last_line(), HasSubstr("my-diabetics"));
    EXPECT_EQ(command({"cohort", "list", "my-diabetics"}).out, "anna\n");
    EXPECT_EQ(command({"cohort", "save", "my-diabetics", "AgeInYears() > 99"}).code, 0);
    EXPECT_THAT(command({"cohort", "list", "my-diabetics"}).out, IsEmpty()) << "saved anew";
    const Ended wrong = command({"cohort", "save", "broken", "exists [Condition"});
    EXPECT_NE(wrong.code, 0);
    EXPECT_THAT(wrong.err, HasSubstr("1:"));
    EXPECT_NE(command({"cohort", "count", "broken"}).code, 0) << "what is wrong is not kept";
}

TEST_F(Commands, VerifyReadsTheWholeLog) {
    import_records();
    const Ended good = command({"verify", "--json"});
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_THAT(good.last_line(), HasSubstr("\"damaged\":0"));
    JsonDocument document;
    const auto parsed = document.parse(good.last_line());
    ASSERT_TRUE(parsed);
    EXPECT_GE((*parsed)["records"].integer().value_or(0), 3);
    EXPECT_EQ(run({"verify", "--data", folder / "nowhere"}).code, exit_code(ErrorCode::NotFound));
}

TEST_F(Commands, VerifyNamesWhatIsDamagedAndSaysWhatToDo) {
    std::string lines;
    for (int i = 0; i < 400; ++i) {
        lines += R"({"resourceType":"Patient","id":"p)" + std::to_string(i * 7919) +
                 R"(","birthDate":"1990-04-02"})" + "\n";
    }
    folder.write("F/Patient.ndjson", lines);
    ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    const std::string path = data + "/parcours.db";
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(path) / 2);
    for (const std::streamoff at : {middle, middle + 4'096}) {
        file.seekg(at);
        const int byte = file.get();
        file.seekp(at);
        file.put(static_cast<char>(byte ^ 1));
    }
    file.close();
    const Ended ended = command({"verify"});
    EXPECT_EQ(ended.code, exit_code(ErrorCode::Damaged)) << ended.out << ended.err;
    EXPECT_THAT(ended.out + ended.err, HasSubstr("log record")) << "each is named";
    EXPECT_THAT(ended.out + ended.err, HasSubstr("backup"));
}

}  // namespace
}  // namespace parcours::testing
