// Each planted mistake is found within a thousand seeds: what finds nothing proves nothing.

#include "simulation/tests/planted.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>

#include "base/time.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "simulation/settings.h"

namespace parcours::simulation {
namespace {

constexpr std::uint64_t seeds_max = 1'000;

/// The first finding among the seeds, with its seed in words.
struct Found {
    std::uint64_t seed = 0;
    Finding finding;
};
std::optional<Found> search(Settings settings) {
    for (settings.seed = 1; settings.seed <= seeds_max; ++settings.seed) {
        if (const Outcome outcome = run(settings); outcome.finding) {
            return Found{settings.seed, *outcome.finding};
        }
    }
    return std::nullopt;
}

void expect_found(const Settings& settings, const std::set<std::string>& invariants) {
    const auto found = search(settings);
    planted() = Bug::None;
    ASSERT_TRUE(found) << "not found in " << seeds_max << " seeds";
    testing::Test::RecordProperty("seed", std::to_string(found->seed));
    EXPECT_TRUE(invariants.contains(found->finding.invariant))
        << "found as " << found->finding.invariant << ": " << found->finding.what;
}

struct Plant {
    Bug bug;
    const char* name;
    std::set<std::string> invariants;  ///< any of these may be the first to see it
};

class Planted : public testing::TestWithParam<Plant> {};

TEST_P(Planted, IsFound) {
    planted() = GetParam().bug;
    expect_found({}, GetParam().invariants);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, Planted,
    testing::Values(
        Plant{Bug::SendFirst, "SendFirst", {"attempt-first"}},
        Plant{Bug::AcknowledgeFirst, "AcknowledgeFirst", {"nothing-lost", "attempt-first"}},
        Plant{Bug::GateIsBlind, "GateIsBlind", {"none-after-revocation"}},
        Plant{Bug::StopIsForgotten, "StopIsForgotten", {"none-after-revocation"}},
        Plant{Bug::EarlyTimers, "EarlyTimers", {"no-timer-early"}},
        Plant{Bug::TimeOutIsRefusal, "TimeOutIsRefusal", {"one-hand-over", "said-is-said"}},
        Plant{Bug::MailIsBelieved, "MailIsBelieved", {"said-is-said"}},
        Plant{Bug::ToldIsForgotten, "ToldIsForgotten", {"ledger-is-fold", "nothing-stuck"}},
        Plant{Bug::LastIsForgotten, "LastIsForgotten", {"ledger-is-fold", "nothing-lost"}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Planted, WhatWasOnItsWayAtADeathAndIsSentAgainIsFound) {
    Settings settings;
    settings.before_work = [](engine::Runner& runner, Instant now) {
        const std::set<Digest> open = runner.ledger().attempting();
        for (const Digest& id : open) {
            const engine::MessageState& state = *runner.ledger().find_message(id);
            engine::AttemptEnded ended;
            ended.message = id;
            ended.patient = state.message.patient;
            ended.number = state.attempts;
            ended.outcome = engine::AttemptEnded::Outcome::Later;
            ended.final = false;
            ended.rung = state.rung;
            ended.retry_at = now;
            ended.at = now;
            runner.journal().add(ended, now);
        }
    };
    expect_found(settings, {"one-hand-over"});
}

TEST(Planted, ADiskThatLiesAboutSynchronisingIsFound) {
    Settings settings;
    settings.disk = Disk::Kind::Sqlite;
    settings.disk_lies = true;
    settings.faults = {Fault::PowerCut};
    // What is lost is seen, or the program itself refuses to go on.
    expect_found(settings, {"nothing-lost", "no-errors"});
}

}  // namespace
}  // namespace parcours::simulation
