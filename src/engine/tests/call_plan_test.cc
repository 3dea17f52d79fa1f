#include "engine/call_plan.h"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

const Instant monday = *parse_instant("2026-03-02T15:00:00Z");

std::unique_ptr<Clinic> clinic_with(std::uint32_t calls_per_day) {
    auto made = std::make_unique<Clinic>();
    Clinic& clinic = *made;
    clinic.folder.config.queues = {{"nurses", calls_per_day, 0, {}}};
    clinic.folder.config.contact_hours.days = {true, true, false, true, true, false, false};
    for (const auto& [name, priority] : {std::pair("urgent", 90), std::pair("usual", 50)}) {
        LoadedCampaign campaign;
        campaign.definition.name = name;
        campaign.definition.priority = priority;
        clinic.campaigns.push_back(std::move(campaign));
    }
    return made;
}

Task call(const std::string& name, const std::string& campaign, std::chrono::hours due) {
    Task task;
    task.id = named_hash("task", {name});
    task.kind = "call";
    task.queue = "nurses";
    task.outcomes = {"done"};
    task.campaign = campaign;
    task.opened_at = monday - std::chrono::hours{1};
    task.due = monday + due;
    return task;
}

std::string day_of(const std::unordered_map<Digest, CallDay, DigestHash>& plan,
                   const std::string& name) {
    const auto found = plan.find(named_hash("task", {name}));
    return found == plan.end()
               ? "none"
               : format_date(found->second.day) + " after " + std::to_string(found->second.before);
}

TEST(CallPlan, TheMostUrgentFirstAndTheRestOnDaysOfWork) {
    Ledger ledger;
    ledger.apply(TaskOpened{call("a", "usual", std::chrono::hours{2})});
    ledger.apply(TaskOpened{call("b", "usual", std::chrono::hours{1})});
    ledger.apply(TaskOpened{call("c", "urgent", std::chrono::hours{9})});
    ledger.apply(TaskOpened{call("d", "usual", std::chrono::hours{3})});
    ledger.apply(TaskOpened{call("e", "usual", std::chrono::hours{4})});
    const auto plan = plan_calls(ledger, *clinic_with(2), monday);
    EXPECT_EQ(day_of(plan, "c"), "2026-03-02 after 0");
    EXPECT_EQ(day_of(plan, "b"), "2026-03-02 after 1");
    EXPECT_EQ(day_of(plan, "a"), "2026-03-03 after 2");
    EXPECT_EQ(day_of(plan, "d"), "2026-03-03 after 3");
    EXPECT_EQ(day_of(plan, "e"), "2026-03-05 after 4") << "nobody is called on Wednesday";
    EXPECT_TRUE(plan_calls(ledger, *clinic_with(0), monday).empty());
}

TEST(CallPlan, WhatWasClosedTodayCounts) {
    Ledger ledger;
    ledger.apply(TaskOpened{call("a", "usual", std::chrono::hours{2})});
    ledger.apply(TaskOpened{call("b", "usual", std::chrono::hours{3})});
    ledger.apply(TaskOpened{call("c", "usual", std::chrono::hours{4})});
    ledger.apply(TaskClosed{named_hash("task", {"a"}), 0, "done", "Ann", monday});
    const auto plan = plan_calls(ledger, *clinic_with(2), monday + std::chrono::hours{1});
    EXPECT_EQ(day_of(plan, "a"), "none");
    EXPECT_EQ(day_of(plan, "b"), "2026-03-02 after 0");
    EXPECT_EQ(day_of(plan, "c"), "2026-03-03 after 1");
    const auto tomorrow = plan_calls(ledger, *clinic_with(2), monday + std::chrono::hours{24});
    EXPECT_EQ(day_of(tomorrow, "c"), "2026-03-03 after 1");
    EXPECT_EQ(day_of(tomorrow, "b"), "2026-03-03 after 0");
}

TEST(CallPlan, OneThatAWrongClockClosedHidesNoOther) {
    Ledger ledger;
    for (const char* const name : {"a", "b", "c", "d", "e"}) {
        ledger.apply(TaskOpened{call(name, "usual", std::chrono::hours{2})});
    }
    const auto close = [&ledger](const char* name, Instant at) {
        ledger.apply(TaskClosed{named_hash("task", {name}), 0, "done", "Ann", at});
    };
    close("a", monday);
    close("b", monday + std::chrono::days{365});
    close("c", monday + std::chrono::hours{1});
    EXPECT_EQ(ledger.lists().tasks.closed_since(monday).size(), 3U);
    const auto plan = plan_calls(ledger, *clinic_with(2), monday + std::chrono::hours{2});
    EXPECT_NE(day_of(plan, "d").substr(0, 10), "2026-03-02") << "two were made today";
    EXPECT_NE(day_of(plan, "e").substr(0, 10), "2026-03-02");
}

TEST(CallPlan, SeveralThatAWrongClockClosedHideNoOther) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    for (const Duration wrong : {Duration(days{365}), Duration(-days{365})}) {
        Ledger ledger;
        int count = 0;
        const auto close = [&](Instant at) {
            const std::string name = std::to_string(++count);
            ledger.apply(TaskOpened{call(name, "usual", hours{2})});
            ledger.apply(TaskClosed{named_hash("task", {name}), 0, "done", "Ann", at});
        };
        for (int hour = 3000; hour > 24; --hour) {
            close(monday - hours{hour});
        }
        EXPECT_LT(ledger.lists().tasks.closed_since(Instant{}).size(), 2500U)
            << "old ones are let go";
        close(monday);
        for (int minute = 0; minute < 990; ++minute) {
            close(monday + wrong + minutes{minute});
        }
        close(monday + hours{1});
        ledger.apply(TaskOpened{call("next", "usual", hours{2})});
        const auto plan_of = [&](std::uint32_t calls) {
            return day_of(plan_calls(ledger, *clinic_with(calls), monday + hours{2}), "next");
        };
        EXPECT_EQ(plan_of(2), "2026-03-03 after 0") << "two were made today";
        EXPECT_EQ(plan_of(3), "2026-03-02 after 0") << "and not three";
    }
}

TEST(CallPlan, WhatNobodyHadToMakeDoesNot) {
    Ledger ledger;
    ledger.apply(TaskOpened{call("a", "usual", std::chrono::hours{2})});
    ledger.apply(TaskOpened{call("b", "usual", std::chrono::hours{3})});
    ledger.apply(TaskOpened{call("c", "usual", std::chrono::hours{4})});
    ledger.apply(TaskClosed{named_hash("task", {"a"}), 0, "lapsed", "the campaign", monday});
    const auto plan = plan_calls(ledger, *clinic_with(2), monday + std::chrono::hours{1});
    EXPECT_EQ(day_of(plan, "c"), "2026-03-02 after 1") << "both can be called today";
}

}  // namespace
}  // namespace parcours::engine
