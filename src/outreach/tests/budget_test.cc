#include "outreach/budget.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::outreach {
namespace {

const Zone paris = *Zone::find("Europe/Paris");

Instant at(std::string_view text) {
    return *parse_instant(text);
}

std::vector<SentMessage> messages(std::initializer_list<std::string_view> moments,
                                  Purpose purpose = Purpose::Operations) {
    std::vector<SentMessage> sent;
    for (const std::string_view each : moments) {
        sent.push_back({at(each), purpose});
    }
    return sent;
}

std::string free_at(std::initializer_list<std::string_view> sent, std::string_view now,
                    const practice::ContactBudget& budget = {1, 3, 8, {}}) {
    const BudgetAnswer answer =
        ask_budget(budget, messages(sent), Purpose::Operations, at(now), paris);
    return answer.free_at ? format_instant(*answer.free_at) : "now";
}

TEST(Budget, DaysAreThoseOfThePatient) {
    // 23:30 in Paris on the 9th; the next day there begins at 22:00 UTC in summer.
    EXPECT_EQ(free_at({"2026-06-09T21:30:00Z"}, "2026-06-09T21:45:00Z"), "2026-06-09T22:00:00Z");
    EXPECT_EQ(free_at({"2026-06-09T21:30:00Z"}, "2026-06-09T22:15:00Z"), "now");
    EXPECT_EQ(free_at({}, "2026-06-09T22:15:00Z"), "now");
}

TEST(Budget, AWeekIsTheSevenDaysThatEndToday) {
    EXPECT_EQ(free_at({"2026-06-01T10:00:00Z", "2026-06-03T10:00:00Z", "2026-06-05T10:00:00Z"},
                      "2026-06-07T10:00:00Z"),
              "2026-06-07T22:00:00Z")
        << "the one of 1 June leaves the week on the 8th";
    EXPECT_EQ(free_at({"2026-06-01T10:00:00Z", "2026-06-03T10:00:00Z", "2026-06-05T10:00:00Z"},
                      "2026-06-08T10:00:00Z"),
              "now");
}

TEST(Budget, AMonthIsThirtyDays) {
    const practice::ContactBudget budget{0, 0, 2, {}};
    EXPECT_EQ(
        free_at({"2026-06-01T10:00:00Z", "2026-06-20T10:00:00Z"}, "2026-06-21T10:00:00Z", budget),
        "2026-06-30T22:00:00Z");
    EXPECT_EQ(
        free_at({"2026-06-01T10:00:00Z", "2026-06-20T10:00:00Z"}, "2026-07-01T10:00:00Z", budget),
        "now");
}

TEST(Budget, TheLatestWindowDecides) {
    EXPECT_EQ(free_at({"2026-06-05T10:00:00Z", "2026-06-06T10:00:00Z", "2026-06-07T09:00:00Z"},
                      "2026-06-07T10:00:00Z"),
              "2026-06-11T22:00:00Z");
}

TEST(Budget, ZeroIsNoBound) {
    EXPECT_EQ(free_at({"2026-06-07T09:00:00Z", "2026-06-07T09:01:00Z"}, "2026-06-07T10:00:00Z",
                      {0, 0, 0, {}}),
              "now");
}

TEST(Budget, CountsAndFutureMoments) {
    const auto sent =
        messages({"2026-06-07T12:00:00Z", "2026-06-07T08:00:00Z", "2026-06-02T08:00:00Z",
                  "2026-05-20T08:00:00Z", "2026-01-01T08:00:00Z"});
    const BudgetAnswer answer =
        ask_budget({9, 9, 9, {}}, sent, Purpose::Operations, at("2026-06-07T10:00:00Z"), paris);
    EXPECT_EQ(answer.today, 2U);
    EXPECT_EQ(answer.this_week, 3U);
    EXPECT_EQ(answer.this_month, 4U);
    EXPECT_TRUE(answer.has_room());
}

/// When a purpose may be spoken of again, and whose budget says so.
std::string free_for(Purpose purpose, const std::vector<SentMessage>& sent,
                     const practice::ContactBudget& budget) {
    const BudgetAnswer answer =
        ask_budget(budget, sent, purpose, at("2026-06-07T10:00:00Z"), paris);
    return answer.free_at ? format_instant(*answer.free_at) + " " +
                                std::string(answer.purpose ? purpose_name(*answer.purpose) : "all")
                          : "now";
}

TEST(Budget, APurposeHasItsOwnBesideThatOfAll) {
    practice::ContactBudget budget{2, 5, 8, {}};
    budget.by_purpose.at(2) = {.per_day = 1, .per_week = 1};
    const auto advertised = messages({"2026-06-05T10:00:00Z"}, Purpose::Marketing);
    EXPECT_EQ(free_for(Purpose::Marketing, advertised, budget), "2026-06-11T22:00:00Z marketing");
    EXPECT_EQ(free_for(Purpose::Operations, advertised, budget), "now");
    auto full = messages({"2026-06-07T08:00:00Z", "2026-06-07T09:00:00Z"});
    EXPECT_EQ(free_for(Purpose::Marketing, full, budget), "2026-06-07T22:00:00Z all");
    full.push_back(advertised.front());
    EXPECT_EQ(free_for(Purpose::Marketing, full, budget), "2026-06-11T22:00:00Z marketing")
        << "the one that is free last decides";
}

TEST(Budget, AnExemptPurposeMayHaveItsOwn) {
    practice::ContactBudget budget{1, 1, 1, {Purpose::DirectCare}};
    const auto sent =
        messages({"2026-06-07T08:00:00Z", "2026-06-07T09:00:00Z"}, Purpose::DirectCare);
    EXPECT_EQ(free_for(Purpose::DirectCare, sent, budget), "now");
    EXPECT_EQ(free_for(Purpose::Operations, sent, budget), "now") << "they use nobody else's";
    budget.by_purpose.at(0) = {.per_day = 2};
    EXPECT_EQ(free_for(Purpose::DirectCare, sent, budget), "2026-06-07T22:00:00Z direct-care");
}

std::string opening(std::string_view now, const practice::ContactHours& hours = {},
                    const Zone& zone = paris) {
    return format_instant(next_contact_time(hours, at(now), zone));
}

TEST(ContactHours, OpenFromTheFirstMinuteToTheLast) {
    EXPECT_EQ(opening("2026-06-09T10:00:00Z"), "2026-06-09T10:00:00Z");
    EXPECT_EQ(opening("2026-06-09T06:00:00Z"), "2026-06-09T06:00:00Z") << "08:00 in Paris";
    EXPECT_EQ(opening("2026-06-09T05:59:59Z"), "2026-06-09T06:00:00Z");
    EXPECT_EQ(opening("2026-06-09T18:59:59Z"), "2026-06-09T18:59:59Z");
    EXPECT_EQ(opening("2026-06-09T19:00:00Z"), "2026-06-10T06:00:00Z") << "21:00 in Paris";
}

TEST(ContactHours, ClosedDaysArePassedOver) {
    practice::ContactHours weekdays;
    weekdays.days = {true, true, true, true, true, false, false};
    EXPECT_EQ(opening("2026-06-12T19:30:00Z", weekdays), "2026-06-15T06:00:00Z")
        << "Friday evening";
    EXPECT_EQ(opening("2026-06-13T10:00:00Z", weekdays), "2026-06-15T06:00:00Z") << "Saturday noon";
    practice::ContactHours mondays;
    mondays.days = {true, false, false, false, false, false, false};
    EXPECT_EQ(opening("2026-06-15T20:00:00Z", mondays), "2026-06-22T06:00:00Z");
}

TEST(ContactHours, FollowTheClockChanges) {
    EXPECT_EQ(opening("2026-03-29T00:30:00Z"), "2026-03-29T06:00:00Z") << "summer time begins";
    EXPECT_EQ(opening("2026-03-28T03:00:00Z"), "2026-03-28T07:00:00Z");
    practice::ContactHours night;
    night.from = std::chrono::minutes{150};
    night.until = std::chrono::minutes{200};
    EXPECT_EQ(opening("2026-03-29T00:30:00Z", night), "2026-03-29T01:00:00Z")
        << "02:30 does not exist: the first valid moment after it";
    EXPECT_EQ(opening("2025-10-26T00:00:00Z", night), "2025-10-26T00:30:00Z")
        << "02:30 comes twice: the first";
}

TEST(ContactHours, WholeDays) {
    practice::ContactHours always;
    always.from = std::chrono::minutes{0};
    always.until = std::chrono::hours{24};
    EXPECT_EQ(opening("2026-06-09T22:30:00Z", always), "2026-06-09T22:30:00Z");
}

}  // namespace
}  // namespace parcours::outreach
