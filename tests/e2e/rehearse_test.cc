// Rehearsals and their reasons, by the program itself.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Forty invented patients and what the shipped campaigns make of a half year.
class Rehearse : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(run({"synth", "--patients", "40", "--seed", "11", "--out", folder / "F"}).code,
                  0);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    }
    [[nodiscard]] Ended command(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--data", data});
        return run(arguments);
    }
    [[nodiscard]] Ended rehearse(std::vector<std::string> more) const {
        std::vector<std::string> arguments = {"rehearse", "--from", "2025-07-01", "--to",
                                              "2026-01-01"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return command(arguments);
    }
    /// The answer without the seconds it took.
    [[nodiscard]] static std::string timeless(const Ended& ended) {
        const std::string line = ended.last_line();
        return line.substr(0, line.rfind(",\"seconds\":"));
    }
    static void expect_refused(const Ended& ended, ErrorCode code, const std::string& words) {
        EXPECT_EQ(ended.code, exit_code(code)) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr(words));
        EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
        EXPECT_EQ(ended.out, "");
    }
    /// Every file of the data folder with its bytes.
    [[nodiscard]] std::map<std::string, std::string> bytes_of_data() const {
        std::map<std::string, std::string> bytes;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
            // The shared memory of readers is theirs.
            if (entry.is_regular_file() && entry.path().extension() != ".db-shm") {
                std::ifstream in(entry.path(), std::ios::binary);
                bytes[entry.path()] = std::string(std::istreambuf_iterator<char>(in), {});
            }
        }
        return bytes;
    }

    TemporaryFolder folder;
    std::string data = folder / "D";
};

TEST_F(Rehearse, SaysTheSameAsAVirtualRunAndWritesNothing) {
    // SQLite's last reader may move its write-ahead log into the database: whoever it is.
    ASSERT_EQ(command({"map"}).code, 0);
    const auto before = bytes_of_data();
    const Ended rehearsed = rehearse({"--all", "--json"});
    ASSERT_EQ(rehearsed.code, 0) << rehearsed.err;
    EXPECT_TRUE(bytes_of_data() == before) << "a rehearsal wrote into the data folder";
    EXPECT_EQ(timeless(rehearse({"--all", "--json"})), timeless(rehearsed));
    const Ended worked =
        command({"work", "--virtual", "--from", "2025-07-01", "--until", "2026-01-01", "--json"});
    ASSERT_EQ(worked.code, 0) << worked.err;
    JsonDocument one;
    JsonDocument other;
    const JsonView rehearsal = one.parse(rehearsed.last_line()).value();
    const JsonView work = other.parse(worked.last_line()).value();
    EXPECT_GT(rehearsal["entered"].integer(), 0);
    EXPECT_EQ(rehearsal["entered"].integer(), work["enrolled"].integer());
    EXPECT_EQ(rehearsal["tasks"].integer(), work["tasks"].integer());
    for (const char* const counts : {"sent", "not_sent"}) {
        EXPECT_EQ(rehearsal[counts].members().size(), work[counts].members().size());
        for (const auto& [name, count] : work[counts].members()) {
            EXPECT_EQ(rehearsal[counts][name].integer(), count.integer()) << counts << ' ' << name;
        }
    }
}

TEST_F(Rehearse, NamedCampaignsAloneTakePartAndStepsAddUp) {
    const Ended rehearsed = rehearse({"welcome", "--json"});
    ASSERT_EQ(rehearsed.code, 0) << rehearsed.err;
    JsonDocument document;
    const JsonView answer = document.parse(rehearsed.last_line()).value();
    const auto campaigns = answer["campaigns"].elements();
    ASSERT_EQ(campaigns.size(), 1U);
    EXPECT_EQ(campaigns.front()["campaign"].text(), "welcome");
    EXPECT_EQ(campaigns.front()["entered"].integer(), answer["entered"].integer());
    std::int64_t by_day = 0;
    for (const JsonView& day : campaigns.front()["days"].elements()) {
        by_day += day["entered"].integer().value_or(0);
    }
    EXPECT_EQ(by_day, answer["entered"].integer());
}

TEST_F(Rehearse, ReadsWellAndFollowsOnePatient) {
    const Ended rehearsed = rehearse({"--all"});
    ASSERT_EQ(rehearsed.code, 0) << rehearsed.err;
    EXPECT_THAT(rehearsed.out,
                AllOf(HasSubstr("Nothing was sent or written."), HasSubstr("Work for people"),
                      HasSubstr("Worth a look before anybody is contacted")));
}

TEST_F(Rehearse, TwoPracticesStandBesideEachOther) {
    folder.write("P/campaigns/welcome.yaml",
                 "campaign: welcome\ntitle: { en: Welcome, fr: Bienvenue, zh: 欢迎 }\n"
                 "purpose: operations\nconcern: general\ntopic: welcome\n"
                 "enter: { cohort: new-patients, again: never }\nsteps:\n"
                 "  welcome: { send: welcome, by: [sms], then: done, else: done }\n"
                 "  done: { end: completed }\n");
    const Ended same = rehearse({"welcome", "--compare", folder / "P", "--json"});
    ASSERT_EQ(same.code, 0) << same.err;
    JsonDocument document;
    const JsonView answer = document.parse(same.last_line()).value();
    EXPECT_EQ(answer["one"]["entered"].integer(), answer["other"]["entered"].integer());
    EXPECT_EQ(answer["other"]["sent"]["email"].integer(), 0);
    EXPECT_THAT(rehearse({"welcome", "--compare", folder / "P"}).out, HasSubstr("difference"));
}

TEST_F(Rehearse, APathSaysWhatRefusedAMessageAndNotWhatItWouldHaveWaitedFor) {
    folder.write(
        "G/zed.ndjson",
        R"({"resourceType":"Patient","id":"zed","birthDate":"1900-05-01",)"
        R"("telecom":[{"system":"phone","use":"mobile","value":"+16175550124"}],)"
        R"("communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"de"}]}}]})"
        "\n");
    ASSERT_EQ(run({"import", folder / "G", "--data", data}).code, 0);
    folder.write("P/practice.yaml",
                 "name: Hillside\ncountry: US\ntime-zone: America/New_York\n"
                 "contact-hours: { from: \"09:00\", until: \"10:00\" }\n");
    folder.write("P/cohorts/old.yaml",
                 "cohort: old\ntitle: { en: A, fr: B, zh: C }\ncql: AgeInYears() >= 120\n");
    folder.write("P/campaigns/old.yaml",
                 "campaign: old\ntitle: { en: A, fr: B, zh: C }\npurpose: operations\n"
                 "concern: general\ntopic: welcome\nenter: { cohort: old, again: never }\nsteps:\n"
                 "  welcome: { send: welcome, by: [sms], then: done, else: done }\n"
                 "  done: { end: completed }\n");
    const Ended path = rehearse({"old", "--practice", folder / "P", "--patient", "zed"});
    ASSERT_EQ(path.code, 0) << path.err;
    EXPECT_THAT(path.out, AllOf(HasSubstr("no-language"), Not(HasSubstr("quiet-hours"))));
}

TEST_F(Rehearse, RefusesWhatItCannotUnderstand) {
    expect_refused(rehearse({"welcom"}), ErrorCode::NotFound, "did you mean \"welcome\"");
    expect_refused(rehearse({}), ErrorCode::Usage, "--all");
    expect_refused(rehearse({"welcome", "--all"}), ErrorCode::Usage, "not both");
    expect_refused(command({"rehearse", "--all", "--from", "2025-07-01"}), ErrorCode::Usage,
                   "--to");
    expect_refused(command({"rehearse", "--all", "--from", "2025-07-01", "--to", "2025-06-31"}),
                   ErrorCode::Usage, "--to");
    expect_refused(command({"rehearse", "--all", "--from", "2025-07-01", "--to", "2025-07-01"}),
                   ErrorCode::Usage, "later than");
    expect_refused(rehearse({"--all", "--patient", "nobody"}), ErrorCode::NotFound, "nobody");
    expect_refused(rehearse({"--all", "--replies", "pigeon=5%"}), ErrorCode::Usage, "pigeon");
    expect_refused(rehearse({"--all", "--replies", "sms=500"}), ErrorCode::Usage, "sms=20%");
    EXPECT_NE(run({"rehearse", "--all", "--data", folder / "nowhere", "--from", "2025-07-01",
                   "--to", "2026-01-01"})
                  .code,
              0);
}

TEST_F(Rehearse, WhySaysWhereSomebodyStandsInACampaignAndWhatWouldMoveThemOn) {
    ASSERT_EQ(command({"work", "--virtual", "--from", "2025-07-01", "--until", "2026-01-01"}).code,
              0);
    const Ended outbox = command({"outbox", "--json"});
    JsonDocument document;
    const JsonView first = document.parse(outbox.last_line()).value()["messages"].elements()[0];
    const std::string patient(first["patient"].text());
    const std::string campaign(first["campaign"].text());
    const Ended why = command({"why", patient, "--campaign", campaign, "--as-of", "2026-01-01"});
    EXPECT_EQ(why.code, 0) << why.err;
    EXPECT_THAT(why.out, AllOf(HasSubstr("in it since"), HasSubstr("because: ")));
    const Ended message = command(
        {"why", patient, "--message", std::string(first["id"].text()), "--as-of", "2026-01-01"});
    EXPECT_EQ(message.code, 0) << message.err;
    EXPECT_THAT(message.out, AllOf(HasSubstr("contact-budget"), HasSubstr("pass")));
    expect_refused(command({"why", patient, "--campaign", "welcom"}), ErrorCode::NotFound,
                   "did you mean \"welcome\"");
    expect_refused(command({"why", patient, "--message", "no-such-thing"}), ErrorCode::NotFound,
                   "no message");
}

}  // namespace
}  // namespace parcours::testing
