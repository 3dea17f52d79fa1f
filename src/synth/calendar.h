#pragma once

#include <cstdint>
#include <string>

namespace parcours::synth {

/// Days since 1970-01-01.
using Day = std::int64_t;

/// Minutes since 1970-01-01T00:00Z.
using Moment = std::int64_t;

inline constexpr std::int64_t minutes_per_day = 1440;
inline constexpr std::int64_t days_per_year = 365;

/// Appends "2019-06-01".
void append_day(std::string& out, Day day);

/// Appends "2019-06-01T08:30:00Z".
void append_moment(std::string& out, Moment moment);

/// The calendar day of a date of the Gregorian calendar.
[[nodiscard]] Day day_of(int year, int month, int day_of_month);

/// The Gregorian year of a day.
[[nodiscard]] int year_of(Day day);

/// The UTC day of a moment.
[[nodiscard]] constexpr Day day_of(Moment moment) {
    return moment >= 0 ? moment / minutes_per_day
                       : (moment - minutes_per_day + 1) / minutes_per_day;
}

/// The first moment of a day.
[[nodiscard]] constexpr Moment start_of(Day day) {
    return day * minutes_per_day;
}

/// Completed years, within a day, from `birth` to `on`.
[[nodiscard]] constexpr std::int64_t age_on(Day birth, Day on) {
    return on < birth ? 0 : (on - birth) * 100 / 36525;
}

/// The day itself, or the Monday after a Saturday or Sunday.
[[nodiscard]] constexpr Day working_day(Day day) {
    const std::int64_t weekday = ((day + 4) % 7 + 7) % 7;  // 0 is Sunday
    return weekday == 0 ? day + 1 : weekday == 6 ? day + 2 : day;
}

}  // namespace parcours::synth
