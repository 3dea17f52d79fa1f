#include "synth/calendar.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace parcours::synth {
namespace {

char digit(std::int64_t value) {
    return static_cast<char>('0' + value % 10);
}

std::chrono::year_month_day civil(Day day) {
    return std::chrono::year_month_day{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
}

/// Writes "2019-06-01" into ten characters.
void write_day(char* to, Day day) {
    const std::chrono::year_month_day date = civil(day);
    const auto year = static_cast<std::int64_t>(static_cast<int>(date.year()));
    const auto month = static_cast<std::int64_t>(static_cast<unsigned>(date.month()));
    const auto of_month = static_cast<std::int64_t>(static_cast<unsigned>(date.day()));
    to[0] = digit(year / 1000);
    to[1] = digit(year / 100);
    to[2] = digit(year / 10);
    to[3] = digit(year);
    to[4] = '-';
    to[5] = digit(month / 10);
    to[6] = digit(month);
    to[7] = '-';
    to[8] = digit(of_month / 10);
    to[9] = digit(of_month);
}

}  // namespace

void append_day(std::string& out, Day day) {
    char text[10];
    write_day(text, day);
    out.append(text, sizeof text);
}

void append_moment(std::string& out, Moment moment) {
    char text[20] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'T', 0, 0, ':', 0, 0, ':', '0', '0', 'Z'};
    const Day day = day_of(moment);
    const std::int64_t minute = moment - start_of(day);
    write_day(text, day);
    text[11] = digit(minute / 600);
    text[12] = digit(minute / 60);
    text[14] = digit(minute % 60 / 10);
    text[15] = digit(minute % 60);
    out.append(text, sizeof text);
}

Day day_of(int year, int month, int day_of_month) {
    const std::chrono::sys_days day{std::chrono::year{year} /
                                    std::chrono::month{static_cast<unsigned>(month)} /
                                    std::chrono::day{static_cast<unsigned>(day_of_month)}};
    return day.time_since_epoch().count();
}

int year_of(Day day) {
    return static_cast<int>(civil(day).year());
}

}  // namespace parcours::synth
