#include "app/rehearsal_costs.h"

#include <chrono>
#include <gtest/gtest.h>

#include "base/time.h"
#include "engine/rehearsal_report.h"
#include "practice/config.h"
#include "practice/costs.h"

namespace parcours::app {
namespace {

CivilDate day(int number) {
    return CivilDate{std::chrono::days{20'000 + number}};
}

TEST(RehearsalCosts, MessagesSegmentsAndCallsAreCountedExactly) {
    engine::RehearsalReport report;
    report.volumes["sms"] = {100, 250};
    report.volumes["email"] = {1'000, 0};
    report.queues["navigators"].calls = 3;
    practice::Costs costs;
    EXPECT_TRUE(rehearsed_costs(report, costs).empty()) << "none are stated";
    costs.currency = "USD";
    costs.channels["sms"] = {1'000, 7'900};
    costs.call_millionths = 3'500'000;
    const auto amounts = rehearsed_costs(report, costs);
    EXPECT_EQ(amounts.at("sms"), 100 * 1'000 + 250 * 7'900);
    EXPECT_EQ(amounts.at("call"), 10'500'000);
    EXPECT_FALSE(amounts.contains("email"));
}

TEST(RehearsalCosts, MoneyIsRoundedToCents) {
    EXPECT_EQ(money(0), "0.00");
    EXPECT_EQ(money(4'999), "0.00");
    EXPECT_EQ(money(5'000), "0.01");
    EXPECT_EQ(money(1'234'560'000), "1234.56");
}

TEST(RehearsalCosts, WhatIsNotDoneOnADayWaits) {
    engine::RehearsedQueue queue;
    queue.call_days = {{day(0), 10}, {day(1), 10}, {day(4), 5}};
    queue.days = queue.call_days;
    const QueueLoad load = queue_load(queue, 6, {});
    EXPECT_EQ(load.busiest, 10U);
    EXPECT_EQ(load.busiest_day, format_date(day(0)));
    EXPECT_EQ(load.days_over, 2U);
    EXPECT_EQ(load.waiting_max, 8U)
        << "4 of the first day and 4 of the second; idle days clear them";
}

TEST(RehearsalCosts, NobodyCallsOnDaysWithoutContactHours) {
    practice::ContactHours hours;
    hours.days = {true, true, true, true, true, false, false};
    const CivilDate friday{std::chrono::year{2026} / 3 / 6};
    engine::RehearsedQueue queue;
    queue.call_days = {{friday, 100}, {friday + std::chrono::days{3}, 40}};
    EXPECT_EQ(queue_load(queue, 40, hours).waiting_max, 60U);
    EXPECT_EQ(queue_load(queue, 40, {}).waiting_max, 60U);
    queue.call_days[friday + std::chrono::days{4}] = 40;
    EXPECT_EQ(queue_load(queue, 40, hours).days_over, 1U);
    queue.call_days[friday + std::chrono::days{1}] = 1;
    EXPECT_EQ(queue_load(queue, 40, hours).waiting_max, 61U) << "Saturday makes none";
}

TEST(RehearsalCosts, WorkThatIsNoCallTakesNoCall) {
    engine::RehearsedQueue queue;
    queue.days = {{day(0), 50}};
    const QueueLoad load = queue_load(queue, 6, {});
    EXPECT_EQ(load.busiest, 50U);
    EXPECT_EQ(load.days_over, 0U);
    EXPECT_EQ(load.waiting_max, 0U);
}

TEST(RehearsalCosts, WithoutABoundNothingWaits) {
    engine::RehearsedQueue queue;
    queue.call_days = {{day(0), 10}};
    EXPECT_EQ(queue_load(queue, 0, {}).waiting_max, 0U);
    EXPECT_EQ(queue_load(queue, 0, {}).days_over, 0U);
}

}  // namespace
}  // namespace parcours::app
