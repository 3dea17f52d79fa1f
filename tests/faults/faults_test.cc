// kill -9 at random points, 100 times in import and 100 times in sending, on two threads; and the
// same with a planted bug, which must be found. PARCOURS_FAULT_SEED and PARCOURS_FAULT_KILLS make
// it another or a longer run.

#include "faults/faults.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fmt/core.h>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <string>

namespace parcours::testing {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() {
    return setting("PARCOURS_FAULT_SEED", 20260101);
}

std::size_t kills() {
    return setting("PARCOURS_FAULT_KILLS", 100);
}

/// Runs two at once, each with its own seed.
void expect_whole(const std::function<FaultReport(std::uint64_t seed)>& run_faults) {
    auto other = std::async(std::launch::async, [&] { return run_faults(seed() + 1); });
    for (const FaultReport& report : {run_faults(seed()), other.get()}) {
        fmt::print("seed {}: {}\n", seed(), report.to_text());
        EXPECT_TRUE(report.broken.empty()) << report.to_text();
    }
}

TEST(Faults, SendingKeepsItsPromisesThroughKills) {
    expect_whole([](std::uint64_t with) {
        return break_sending({.seed = with, .kills = kills() / 2, .patients = 3 + kills()});
    });
}

TEST(Faults, ImportEndsTheSameThroughKills) {
    expect_whole(
        [](std::uint64_t with) { return break_import({.seed = with, .kills = kills() / 2}); });
}

/// The reports of the sending faults with a planted bug, one seed after the other, until one tells
/// of it. Where a kill falls depends on the machine's load as well as on the seed, so that a single
/// short run may miss what some are sure to find.
std::string look_for(const std::string& trace, const std::string& plant) {
    std::string reports;
    for (std::uint64_t run = 0; run < 8 && reports.find(trace) == std::string::npos; ++run) {
        reports += break_sending({.program = PARCOURS_PLANTED,
                                  .plant = plant,
                                  .seed = seed() + run,
                                  .kills = 12,
                                  .patients = 30})
                       .to_text() +
                   "\n";
    }
    return reports;
}

TEST(Faults, FindsAnAttemptThatIsCommittedAfterItsBytesLeft) {
    const std::string reports = look_for("times", "send-first");
    EXPECT_NE(reports.find("times"), std::string::npos) << reports;
}

TEST(Faults, FindsAStopThatIsAcknowledgedBeforeItIsCommitted) {
    const std::string reports = look_for("is lost", "acknowledge-first");
    EXPECT_NE(reports.find("is lost"), std::string::npos) << reports;
}

TEST(Faults, FindsAnIndexThatLacksTheTailOfTheLog) {
    const FaultReport report = break_import(
        {.program = PARCOURS_PLANTED, .plant = "forget-tail", .seed = seed(), .kills = 40});
    EXPECT_NE(report.to_text().find("differs"), std::string::npos) << report.to_text();
}

}  // namespace
}  // namespace parcours::testing
