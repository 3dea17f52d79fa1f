// The world in a box, in ./test: every fault by itself, and all of them together.

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "simulation/faults.h"
#include "simulation/settings.h"

namespace parcours::simulation {
namespace {

/// Seeds of the run with all faults: they end earlier where the time is over.
constexpr std::uint64_t seeds_max = 400;
constexpr std::chrono::seconds seeds_time_max{60};
constexpr std::uint64_t seeds_of_a_fault = 3;
constexpr std::uint64_t seeds_until_it_strikes = 20;

void expect_kept(const Outcome& outcome, std::uint64_t seed) {
    EXPECT_FALSE(outcome.finding) << "seed " << seed << ": " << outcome.finding->invariant << ": "
                                  << outcome.finding->what;
}

TEST(Simulation, KeepsItsPromisesWhateverGoesWrong) {
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t deaths = 0;
    std::uint64_t seed = 1;
    for (; seed <= seeds_max && std::chrono::steady_clock::now() - begin < seeds_time_max; ++seed) {
        const Outcome outcome = run({.seed = seed});
        expect_kept(outcome, seed);
        deaths += outcome.deaths;
    }
    RecordProperty("seeds", std::to_string(seed - 1));
    EXPECT_GT(deaths, seed) << "a world in which nothing happens proves nothing";
}

TEST(Simulation, ASeedGivesTheSameHistoryTwice) {
    for (const Disk::Kind disk : {Disk::Kind::Memory, Disk::Kind::Sqlite}) {
        std::set<std::string> digests;
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const Settings settings{.seed = seed, .disk = disk};
            const Outcome once = run(settings);
            EXPECT_EQ(once.digest, run(settings).digest) << "seed " << seed;
            EXPECT_GT(once.records, 50U);
            digests.insert(once.digest);
        }
        EXPECT_EQ(digests.size(), 4U) << "seeds differ";
    }
}

TEST(Simulation, WithoutFaultsAllIsWell) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Outcome outcome = run({.seed = seed, .faults = {}});
        expect_kept(outcome, seed);
        EXPECT_EQ(outcome.deaths, 0U);
        EXPECT_GT(outcome.hand_overs, 10U);
        EXPECT_GT(outcome.notices, 5U);
    }
}

class OneFault : public testing::TestWithParam<FaultHelp> {};

TEST_P(OneFault, KeepsThePromises) {
    std::uint64_t strikes = 0;
    for (std::uint64_t seed = 1;
         seed <= seeds_of_a_fault || (strikes == 0 && seed <= seeds_until_it_strikes); ++seed) {
        for (const Disk::Kind disk : {Disk::Kind::Memory, Disk::Kind::Sqlite}) {
            const Outcome outcome = run({.seed = seed, .faults = {GetParam().fault}, .disk = disk});
            expect_kept(outcome, seed);
            strikes += outcome.strikes.of(GetParam().fault);
        }
    }
    EXPECT_GT(strikes, 0U) << "a fault that never strikes proves nothing";
}

std::string name_of(const testing::TestParamInfo<FaultHelp>& info) {
    std::string name(info.param.name);
    std::erase(name, '-');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Simulation, OneFault,
                         testing::ValuesIn(fault_helps().begin(), fault_helps().end()), name_of);

}  // namespace
}  // namespace parcours::simulation
