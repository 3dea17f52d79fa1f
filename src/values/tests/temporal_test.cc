#include "values/temporal.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace parcours::values {
namespace {

Temporal at(const char* text) {
    auto parsed = parse_temporal(text);
    EXPECT_TRUE(parsed) << text;
    return *parsed;
}

TEST(Temporal, ReadsAndWritesEveryPrecision) {
    for (const char* text : {"2019", "2019-06", "2019-06-01", "2019-06-01T", "2019-06T",
                             "2019-06-01T08Z", "2019-06-01T08:30Z", "2019-06-01T08:30:05Z",
                             "2019-06-01T08:30:05.120+02:00", "T08", "T08:30", "T08:30:05.120"}) {
        EXPECT_EQ(at(text).to_literal(), "@" + std::string(text)) << text;
    }
    EXPECT_EQ(at("2019-06-01T08:30:05.1Z").millisecond, 100);
}

TEST(Temporal, RefusesWhatDoesNotExist) {
    for (const char* text : {"", "19", "2019-13", "2019-02-30", "0000", "2019-6-1",
                             "2019-06-01T24:00", "T08:60", "2019-06-01T08:30+2",
                             "2019-06-01T08:30:05.", "2019-06-01x", "2019-06-01T08:30:00+15:00"}) {
        EXPECT_FALSE(parse_temporal(text)) << text;
    }
}

TEST(Temporal, ComparesOnlyWhatIsKnown) {
    EXPECT_EQ(compare(at("2019"), at("2020-01-01")), -1);
    EXPECT_EQ(compare(at("2019"), at("2019-06")), std::nullopt);
    EXPECT_EQ(compare(at("2019-06"), at("2019-06")), 0);
    EXPECT_EQ(compare(at("2019-06-01"), at("2019-06-15"), Precision::Month), 0);
    EXPECT_EQ(compare(at("2019-06"), at("2019-06-15"), Precision::Day), std::nullopt);
    EXPECT_EQ(compare(at("2019-06-01T10:00:00Z"), at("2019-06-01T12:00:00+02:00")), 0);
    EXPECT_EQ(compare(at("2019-06-01T23:00:00-05:00"), at("2019-06-02T01:00:00Z")), 1);
    EXPECT_EQ(compare(at("2019-06-01T10:00:00Z"), at("2019-06-01T10:00:00.000Z")), 0);
}

TEST(Temporal, AddsByTheCalendar) {
    EXPECT_EQ(add(at("2019-01-31"), 1, Precision::Month)->to_text(), "2019-02-28");
    EXPECT_EQ(add(at("2016-02-29"), 1, Precision::Year)->to_text(), "2017-02-28");
    EXPECT_EQ(add(at("2019-06-01"), -6, Precision::Month)->to_text(), "2018-12-01");
    EXPECT_EQ(add(at("2019-06-01"), 1, Precision::Week)->to_text(), "2019-06-08");
    EXPECT_EQ(add(at("2019-06-01"), 47, Precision::Hour)->to_text(), "2019-06-02");
    EXPECT_EQ(add(at("2014"), 25, Precision::Month)->to_text(), "2016");
    EXPECT_EQ(add(at("2014-06"), -33, Precision::Day)->to_text(), "2014-05");
    EXPECT_EQ(add(at("2019-12-31T23:30:00-05:00"), 1, Precision::Hour)->to_text(),
              "2020-01-01T00:30:00-05:00");
    EXPECT_EQ(add(at("T23:30"), 60, Precision::Minute)->to_text(), "T00:30");
}

TEST(Temporal, StaysWithinItsYears) {
    EXPECT_FALSE(add(at("9999-12-31"), 1, Precision::Day));
    EXPECT_FALSE(add(at("0001-01-01"), -1, Precision::Day));
    EXPECT_FALSE(add(at("2019-01-01"), 10'000, Precision::Year));
    EXPECT_FALSE(add(at("2019-01-01"), INT64_MAX, Precision::Day));
    EXPECT_FALSE(add(at("2019-01-01"), INT64_MIN, Precision::Month));
    EXPECT_FALSE(successor(at("T23:59:59.999")));
    EXPECT_FALSE(predecessor(at("0001-01-01")));
}

std::string distance(Uncertain range) {
    return range.low == range.high ? std::to_string(range.low)
                                   : std::to_string(range.low) + ".." + std::to_string(range.high);
}

TEST(Temporal, CountsWholeUnitsPassed) {
    EXPECT_EQ(distance(duration_between(at("1980-06-02"), at("2019-06-01"), Precision::Year)),
              "38");
    EXPECT_EQ(distance(duration_between(at("1980-06-01"), at("2019-06-01"), Precision::Year)),
              "39");
    EXPECT_EQ(distance(duration_between(at("2016-02-29"), at("2019-02-28"), Precision::Year)), "3");
    EXPECT_EQ(distance(duration_between(at("2016-02-29"), at("2019-02-27"), Precision::Year)), "2");
    EXPECT_EQ(distance(duration_between(at("2016-02-29"), at("2020-02-28"), Precision::Year)), "3");
    EXPECT_EQ(distance(duration_between(at("2019-03-15"), at("2019-01-16"), Precision::Month)),
              "-1");
    EXPECT_EQ(distance(duration_between(at("2005"), at("2010"), Precision::Year)), "4..5");
    EXPECT_EQ(distance(duration_between(at("2014-01-15"), at("2014-02"), Precision::Day)),
              "17..44");
    EXPECT_EQ(distance(duration_between(at("2019-01-01T23:00:00Z"), at("2019-01-02T22:00:00Z"),
                                        Precision::Day)),
              "0");
    EXPECT_EQ(distance(duration_between(at("T06"), at("T07:00:00"), Precision::Hour)), "1");
}

TEST(Temporal, CountsBoundariesCrossed) {
    EXPECT_EQ(distance(difference_between(at("2019-01-01T23:00:00Z"), at("2019-01-02T01:00:00Z"),
                                          Precision::Day)),
              "1");
    EXPECT_EQ(distance(difference_between(at("2018-12-31"), at("2019-01-01"), Precision::Year)),
              "1");
    EXPECT_EQ(distance(difference_between(at("2019-06-01"), at("2019-06-02"), Precision::Week)),
              "1");  // Saturday, Sunday
    EXPECT_EQ(distance(difference_between(at("2019"), at("2020"), Precision::Month)), "1..23");
}

TEST(Temporal, KeepsThePrecisionOfFhir) {
    EXPECT_EQ(from_fhir(*parse_date_time("2019-06")).to_literal(), "@2019-06T");
    EXPECT_EQ(from_fhir(*parse_date_time("2019-06-01T08:30:00-04:00")).to_literal(),
              "@2019-06-01T08:30:00-04:00");
    EXPECT_EQ(date_from_fhir(*parse_date_time("2019-06-01T23:30:00-04:00")).to_literal(),
              "@2019-06-01");
}

TEST(Temporal, KnowsTheMomentsItMayMean) {
    EXPECT_EQ(at("1970-01-01T00:00:01Z").low_milliseconds(), 1000);
    EXPECT_EQ(at("1970").high_milliseconds() - at("1970").low_milliseconds(),
              365LL * 86'400'000 - 1);
    EXPECT_EQ(at("2020-02").high_milliseconds() - at("2020-02").low_milliseconds(),
              29LL * 86'400'000 - 1);
}

}  // namespace
}  // namespace parcours::values
