// Each planted mistake is found within a thousand seeds: what finds nothing proves nothing.

#include "simulation/tests/planted.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "record/engagement.h"
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
    std::string only;                  ///< the one that watches, where others see it first
};

class Planted : public testing::TestWithParam<Plant> {};

TEST_P(Planted, IsFound) {
    planted() = GetParam().bug;
    Settings settings;
    settings.only = GetParam().only;
    expect_found(settings, GetParam().invariants);
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
        Plant{Bug::LastIsForgotten, "LastIsForgotten", {"ledger-is-fold", "nothing-lost"}},
        Plant{Bug::ReplyIsUnheard, "ReplyIsUnheard", {"reply-is-heard"}},
        Plant{Bug::HoldIsForgotten, "HoldIsForgotten", {"none-while-held"}},
        Plant{Bug::ZoneIsForgotten, "ZoneIsForgotten", {"time-of-day"}},
        Plant{Bug::SendFirst, "CallFirst", {"one-call"}, "one-call"}),
    [](const auto& info) { return std::string(info.param.name); });

/// As if the last attempt had been refused for now.
engine::AttemptEnded taken_back(const engine::MessageState& state, Instant now) {
    engine::AttemptEnded ended;
    ended.message = state.message.id;
    ended.patient = state.message.patient;
    ended.number = state.attempts;
    ended.outcome = engine::AttemptEnded::Outcome::Later;
    ended.final = false;
    ended.rung = state.rung;
    ended.retry_at = now;
    ended.at = now;
    return ended;
}

TEST(Planted, WhatWasOnItsWayAtADeathAndIsSentAgainIsFound) {
    Settings settings;
    settings.before_work = [](engine::Runner& runner, Instant now) {
        const std::set<Digest> open = runner.ledger().attempting();
        for (const Digest& id : open) {
            runner.journal().add(taken_back(*runner.ledger().find_message(id), now), now);
        }
    };
    expect_found(settings, {"one-hand-over"});
}

TEST(Planted, WhatWasDeliveredAndIsSentAgainIsFound) {
    Settings settings;
    settings.only = "none-after-delivery";
    settings.before_work = [](engine::Runner& runner, Instant now) {
        for (const engine::MessagePointer& state : runner.ledger().messages()) {
            if (state->delivered && state->status == engine::MessageState::Status::Accepted) {
                runner.journal().add(taken_back(*state, now), now);
            }
        }
    };
    expect_found(settings, {"none-after-delivery"});
}

TEST(Planted, PeopleWhoAreTakenToAReleaseWithoutTheirStepAreFound) {
    Settings settings;
    settings.before_work = [](engine::Runner& runner, Instant now) {
        std::vector<Enrolment> behind;
        for (const engine::EnrolmentView one : runner.ledger().enrolments()) {
            const auto* const present = runner.clinic().find_campaign(one.campaign());
            if (!one.ended() && present != nullptr && present->release != one.release()) {
                behind.push_back(one.enrolment());
                behind.back().release = present->release;
            }
        }
        for (Enrolment& one : behind) {
            engine::Transition transition;
            transition.enrolment = std::move(one);
            transition.at = now;
            runner.journal().add(std::move(transition), now);
        }
    };
    expect_found(settings, {"step-of-release"});
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
