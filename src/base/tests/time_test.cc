#include "base/time.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours {
namespace {

Instant at(std::string_view text) {
    return parse_instant(text).value();
}

TEST(ParseDateTime, ReadsEveryPrecision) {
    EXPECT_EQ(parse_date_time("2019")->precision, Precision::Year);
    EXPECT_EQ(parse_date_time("2019-06")->precision, Precision::Month);
    EXPECT_EQ(parse_date_time("2019-06-01")->precision, Precision::Day);
    EXPECT_EQ(parse_date_time("2019-06-01T08:30Z")->precision, Precision::Minute);
    EXPECT_EQ(parse_date_time("2019-06-01T08:30:05Z")->precision, Precision::Second);
    EXPECT_EQ(parse_date_time("2019-06-01T08:30:05.123Z")->precision, Precision::Millisecond);
}

TEST(ParseDateTime, OffsetsMoveTheMomentAndAreKept) {
    const auto parsed = parse_date_time("2019-06-01T08:30:00+02:00");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->start, at("2019-06-01T06:30:00Z"));
    EXPECT_EQ(parsed->offset_minutes, 120);
    EXPECT_EQ(parse_date_time("2019-06-01T08:30:00-04:30")->offset_minutes, -270);
    EXPECT_FALSE(parse_date_time("2019-06-01T08:30:00")->offset_minutes);
}

TEST(ParseDateTime, RefusesWhatDoesNotExist) {
    for (const std::string_view text :
         {"2019-02-30", "2019-13-01", "2019-00-01", "0000", "2019-06-01T24:00:00Z",
          "2019-06-01T08:60:00Z", "2019-06-01T08:30:00.Z", "2019-06-01 08:30", "19-06-01", "",
          "2019-06-01T08:30:00+15:00", "2019-06-01Z", "2019-6-1", "tomorrow"}) {
        const auto parsed = parse_date_time(text);
        EXPECT_FALSE(parsed) << text;
        if (!parsed) {
            EXPECT_EQ(parsed.error().code, ErrorCode::InvalidInput);
        }
    }
    EXPECT_TRUE(parse_date_time("2020-02-29"));
    EXPECT_FALSE(parse_date_time("2019-02-29"));
}

TEST(ParseDateTime, EndIsTheFirstMomentAfter) {
    EXPECT_EQ(parse_date_time("2019")->end(), at("2020-01-01"));
    EXPECT_EQ(parse_date_time("2019-12")->end(), at("2020-01-01"));
    EXPECT_EQ(parse_date_time("2019-06-30")->end(), at("2019-07-01"));
    EXPECT_EQ(parse_date_time("2019-06-30T23:59Z")->end(), at("2019-07-01"));
}

TEST(FormatInstant, IsReadBackAsTheSameMoment) {
    for (const std::string_view text : {"2019-06-01T08:30:00Z", "1899-12-31T23:59:59.999Z",
                                        "1970-01-01T00:00:00Z", "2019-06-01T08:30:00.000001Z"}) {
        EXPECT_EQ(format_instant(at(text)), text);
    }
    EXPECT_EQ(format_date(at("1969-12-31T23:00:00Z")), "1969-12-31");
}

TEST(AddMonths, KeepsToTheMonthsEnd) {
    EXPECT_EQ(format_date(add_months(at("2019-01-31"), 1)), "2019-02-28");
    EXPECT_EQ(format_date(add_months(at("2020-01-31"), 1)), "2020-02-29");
    EXPECT_EQ(format_date(add_months(at("2020-03-31"), -1)), "2020-02-29");
    EXPECT_EQ(format_date(add_months(at("2019-11-30"), 3)), "2020-02-29");
    EXPECT_EQ(format_instant(add_months(at("2019-06-15T12:34:56Z"), -12)), "2018-06-15T12:34:56Z");
}

TEST(WholeYears, CountsBirthdays) {
    const auto day = [](std::string_view text) { return utc_date(at(text)); };
    EXPECT_EQ(whole_years(day("1950-06-01"), day("2019-05-31")), 68);
    EXPECT_EQ(whole_years(day("1950-06-01"), day("2019-06-01")), 69);
    EXPECT_EQ(whole_years(day("2000-02-29"), day("2001-02-28")), 0);
    EXPECT_EQ(whole_years(day("2000-02-29"), day("2001-03-01")), 1);
}

TEST(VirtualClock, StandsUntilItIsSet) {
    VirtualClock clock(at("2019-06-01"));
    EXPECT_EQ(clock.now(), at("2019-06-01"));
    clock.set(at("2019-06-02"));
    EXPECT_EQ(clock.now(), at("2019-06-02"));
}

}  // namespace
}  // namespace parcours
