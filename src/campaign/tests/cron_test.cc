#include "campaign/cron.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours::campaign {
namespace {

LocalTime local(std::string_view text) {
    return LocalTime{parse_instant(text).value().time_since_epoch()};
}

std::string next(std::string_view cron, std::string_view after) {
    const auto found = parse_cron(cron).value().next(local(after));
    return found ? format_instant(Instant{found->time_since_epoch()}) : "never";
}

TEST(Cron, FindsTheNextTime) {
    // 2026-03-04 is a Wednesday.
    EXPECT_EQ(next("0 9 * * *", "2026-03-04T08:00:00Z"), "2026-03-04T09:00:00Z");
    EXPECT_EQ(next("0 9 * * *", "2026-03-04T09:00:00Z"), "2026-03-05T09:00:00Z");
    EXPECT_EQ(next("0 9 * * mon", "2026-03-04T08:00:00Z"), "2026-03-09T09:00:00Z");
    EXPECT_EQ(next("30 8-10/2 * * mon-fri", "2026-03-06T08:30:00Z"), "2026-03-06T10:30:00Z");
    EXPECT_EQ(next("30 8-10/2 * * mon-fri", "2026-03-06T10:30:00Z"), "2026-03-09T08:30:00Z");
    EXPECT_EQ(next("*/20 * * * *", "2026-03-04T23:59:30Z"), "2026-03-05T00:00:00Z");
    EXPECT_EQ(next("0 0 1 jan *", "2026-03-04T00:00:00Z"), "2027-01-01T00:00:00Z");
    EXPECT_EQ(next("0 12 29 2 *", "2026-03-04T00:00:00Z"), "2028-02-29T12:00:00Z");
    EXPECT_EQ(next("0 12 * * 7", "2026-03-04T00:00:00Z"), "2026-03-08T12:00:00Z");
    EXPECT_EQ(next("0 12 * * 5-7", "2026-03-07T13:00:00Z"), "2026-03-08T12:00:00Z");
}

TEST(Cron, EitherDayIsEnough) {
    EXPECT_EQ(next("0 9 15 * mon", "2026-03-04T00:00:00Z"), "2026-03-09T09:00:00Z");
    EXPECT_EQ(next("0 9 15 * mon", "2026-03-09T10:00:00Z"), "2026-03-15T09:00:00Z");
}

TEST(Cron, OtherFormsAreRefused) {
    for (const char* text :
         {"", "0 9 * *", "0 9 * * * *", "60 9 * * *", "0 24 * * *", "0 9 0 * *", "0 9 32 * *",
          "0 9 * 13 *", "0 9 * * 8", "0 9 * * mo", "5-3 9 * * *", "a 9 * * *", "*/0 9 * * *",
          "0 9 31 2 *", "0 9 30 feb *", "1,,2 * * * *", "1/2/3 * * * *", "@daily"}) {
        EXPECT_FALSE(parse_cron(text)) << text;
    }
}

}  // namespace
}  // namespace parcours::campaign
