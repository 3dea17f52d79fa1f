// What a rehearsal counts as said for nothing: by what was written down only later.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "base/executor.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/rehearsal.h"
#include "engine/rehearsal_report.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "practice/folder.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class ForNothing : public ::testing::Test {
  protected:
    ForNothing() {
        std::string pattern = (std::filesystem::temp_directory_path() / "nothing-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
        record(visit("v1", "anna", "2025-11-03"));
        record(condition("c1", "anna", diabetes, "2015-03-01"));
    }
    ~ForNothing() override { std::filesystem::remove_all(path_); }

    void record(std::string resource) {
        std::ranges::replace(resource, '\n', ' ');
        text_ += resource + "\n";
    }

    /// A mail on 15 February, a text on the 25th.
    RehearsalReport rehearsed(practice::FileMap practice = practice_with({"diabetes-hba1c"})) {
        const SystemFiles files;
        EXPECT_TRUE(files.write(path_ + "/in.ndjson", text_));
        auto folder = DataFolder::open(path_ + "/D", DataFolder::Mode::Create);
        EXPECT_TRUE(folder);
        ImportOptions options;
        options.paths = {path_ + "/in.ndjson"};
        options.worker_count = 1;
        const VirtualClock clock(*parse_instant("2026-06-01"));
        EXPECT_TRUE(import_files(**folder, files, clock, options, [](const ImportProgress&) {}));
        const auto clinic = make_clinic(std::move(practice));
        EXPECT_TRUE(clinic);
        RehearsalOrder order;
        order.from = *parse_instant("2026-02-15");
        order.until = *parse_instant("2026-03-25");
        SerialExecutor executor;
        auto report = rehearse(**folder, *clinic, order, executor, [](double, std::uint64_t) {});
        EXPECT_TRUE(report) << report.error().to_text();
        return report ? *std::move(report) : RehearsalReport{};
    }

  private:
    std::string path_;
    std::string text_;
};

PatientRecord anna() {
    return patient("anna").email("anna@example.org").mobile("+14135550101");
}

TEST_F(ForNothing, NobodyWhoLivesAndWasNotThere) {
    record(anna());
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U);
    EXPECT_THAT(report.for_nothing, IsEmpty());
}

TEST_F(ForNothing, WhoeverHadDiedBeforeAnybodyWroteItDown) {
    record(anna().died("2026-02-20", "2026-03-01"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U) << "on the 25th nobody knew";
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("deceased", 1U)))
        << "what was said while she lived was not for nothing";
    EXPECT_EQ(report.tasks, 0U) << "the call was due once it was known";
}

TEST_F(ForNothing, NobodyWhoseDeathWasKnownAtOnce) {
    record(anna().died("2026-02-20", "2026-02-20"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 1U);
    EXPECT_THAT(report.for_nothing, IsEmpty());
}

TEST_F(ForNothing, NorWhereItIsNotSaidWhenItWasWrittenDown) {
    record(anna().died("2026-02-20"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 1U);
    EXPECT_THAT(report.for_nothing, IsEmpty());
}

TEST_F(ForNothing, WhoeverHadLeftBeforeAnybodyWroteItDown) {
    record(anna().left("2026-03-01"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U) << "on the 15th and the 25th nobody knew";
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("left-care", 2U)));
    EXPECT_EQ(report.tasks, 0U) << "the call was due once it was known";
}

TEST_F(ForNothing, NotWhatWasSaidToThoseWhoWereSeenBeforeTheyLeft) {
    record(anna().left("2026-03-01"));
    record(visit("v2", "anna", "2026-02-20"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U);
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("left-care", 1U)))
        << "the visit was after the first message";
}

TEST_F(ForNothing, NothingToThoseWhoseLeavingWasKnownAtOnce) {
    record(anna().left("2026-02-10"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 0U);
    EXPECT_THAT(report.for_nothing, IsEmpty());
}

TEST_F(ForNothing, WhoeverHadBeenThereAlready) {
    record(anna());
    record(hba1c("h1", "anna", "2026-02-20T15:00:00Z", "2026-02-27T15:00:00Z"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U);
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("no-longer-true", 1U)));
}

TEST_F(ForNothing, WhoeverWasNotDueToBeginWith) {
    record(anna());
    record(hba1c("h1", "anna", "2026-02-10T15:00:00Z", "2026-03-10T15:00:00Z"));
    const RehearsalReport report = rehearsed();
    EXPECT_EQ(sum(report.sent), 2U);
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("was-not-due", 2U)));
}

/// By what was written down when it is rehearsed, by today's knowledge in hindsight: one must never
/// be given for the other.
TEST_F(ForNothing, WhatWasSaidWhileSomebodyElseHadDiedAlready) {
    record(anna());
    record(hba1c("h1", "anna", "2026-02-10T15:00:00Z", "2026-02-27T15:00:00Z"));
    record(patient("bob").died("2026-02-10", "2026-03-01"));
    practice::FileMap files = one_message(
        "ping", "by: [sms], still: 'include Crowd called Crowd define X: Crowd.\"Nobody died\"'");
    files["libraries/Crowd.cql"] =
        "library Crowd\nusing FHIR version '4.0.1'\ncontext Unfiltered\n"
        "define \"Nobody died\": not exists ([Patient] P where P.deceased is not null)\n";
    const RehearsalReport report = rehearsed(practice_with({}, files));
    EXPECT_EQ(sum(report.sent), 1U) << "nobody knew of the death";
    EXPECT_THAT(report.for_nothing, ElementsAre(Pair("no-longer-true", 1U)));
}

using Reached = ForNothing;

TEST_F(Reached, AMinorWhoIsToldAloneIsReachedByWhatIsTheirs) {
    record(patient("anna")
               .born("2011-05-05")
               .mobile("+14135550101")
               .guardian("Mora", "mora@example.org", "not known"));
    practice::FileMap files = one_message("ping", "by: [sms]");
    files["cohorts/adults.yaml"] =
        "cohort: adults\ntitle: { en: All, fr: Tous, zh: 所有 }\ncql: AgeInYears() >= 10\n";
    files["practice.yaml"] = practice::built_in_files().at("practice.yaml") +
                             "\nminors: { news: { to: patient, from: 14 } }\n";
    const RehearsalReport report = rehearsed(practice_with({}, files));
    ASSERT_TRUE(report.languages.contains("en"));
    EXPECT_THAT(report.languages.at("en").channels,
                ElementsAre(Pair("email", 0U), Pair("sms", 1U)));
    EXPECT_EQ(report.languages.at("en").reached, 1U);
}

}  // namespace
}  // namespace parcours::engine::testing
