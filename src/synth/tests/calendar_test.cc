#include "synth/calendar.h"

#include <gtest/gtest.h>
#include <string>

#include "base/time.h"

namespace parcours::synth {
namespace {

std::string day_text(Day day) {
    std::string out;
    append_day(out, day);
    return out;
}

std::string moment_text(Moment moment) {
    std::string out;
    append_moment(out, moment);
    return out;
}

TEST(SynthCalendar, WritesDaysOfTheGregorianCalendar) {
    EXPECT_EQ(day_text(0), "1970-01-01");
    EXPECT_EQ(day_text(-1), "1969-12-31");
    EXPECT_EQ(day_text(day_of(2024, 2, 29)), "2024-02-29");
    EXPECT_EQ(day_text(day_of(2024, 2, 29) + 1), "2024-03-01");
    EXPECT_EQ(day_text(day_of(1923, 11, 5)), "1923-11-05");
}

TEST(SynthCalendar, AgreesWithTheReaderOfDates) {
    for (Day day = day_of(1915, 1, 1); day < day_of(2031, 1, 1); day += 17) {
        const auto read = parse_date_time(day_text(day));
        ASSERT_TRUE(read) << day_text(day);
        EXPECT_EQ(read->start, utc_midnight(CivilDate{std::chrono::days{day}}));
    }
}

TEST(SynthCalendar, WritesMoments) {
    EXPECT_EQ(moment_text(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(moment_text(start_of(day_of(2019, 6, 1)) + 825), "2019-06-01T13:45:00Z");
    EXPECT_EQ(moment_text(start_of(day_of(2019, 6, 1)) + 1439), "2019-06-01T23:59:00Z");
}

TEST(SynthCalendar, FindsTheDayOfAMoment) {
    EXPECT_EQ(day_of(start_of(-3)), -3);
    EXPECT_EQ(day_of(start_of(-3) + 1439), -3);
    EXPECT_EQ(day_of(start_of(12) - 1), 11);
}

TEST(SynthCalendar, MovesWeekendsToMonday) {
    EXPECT_EQ(working_day(day_of(2019, 6, 1)), day_of(2019, 6, 3));  // Saturday
    EXPECT_EQ(working_day(day_of(2019, 6, 2)), day_of(2019, 6, 3));  // Sunday
    EXPECT_EQ(working_day(day_of(2019, 6, 7)), day_of(2019, 6, 7));  // Friday
}

TEST(SynthCalendar, CountsYearsOfAge) {
    const Day birth = day_of(1980, 6, 15);
    EXPECT_EQ(age_on(birth, birth - 5), 0);
    EXPECT_EQ(age_on(birth, day_of(2000, 6, 17)), 20);
    EXPECT_EQ(age_on(birth, day_of(2000, 6, 10)), 19);
}

}  // namespace
}  // namespace parcours::synth
