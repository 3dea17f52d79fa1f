#include "base/time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

/// Reads exactly `count` digits; -1 where there are not that many.
int take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

struct Parts {
    int year = 0;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::int64_t fraction_us = 0;
    Precision precision = Precision::Year;
    std::optional<std::int16_t> offset_minutes;
};

bool take_date(std::string_view& rest, Parts& parts) {
    parts.year = take_digits(rest, 4);
    if (parts.year < 1) {
        return false;
    }
    if (take(rest, '-')) {
        parts.month = take_digits(rest, 2);
        parts.precision = Precision::Month;
        if (take(rest, '-')) {
            parts.day = take_digits(rest, 2);
            parts.precision = Precision::Day;
        }
    }
    if (parts.month < 1 || parts.day < 1) {
        return false;
    }
    return year_month_day{std::chrono::year{parts.year},
                          std::chrono::month{static_cast<unsigned>(parts.month)},
                          std::chrono::day{static_cast<unsigned>(parts.day)}}
        .ok();
}

bool take_fraction(std::string_view& rest, Parts& parts) {
    std::int64_t unit = 100'000;
    bool any = false;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        parts.fraction_us += unit * (rest.front() - '0');
        unit /= 10;
        any = true;
        rest.remove_prefix(1);
    }
    parts.precision = Precision::Millisecond;
    return any;
}

bool take_offset(std::string_view& rest, Parts& parts) {
    if (take(rest, 'Z')) {
        parts.offset_minutes = 0;
        return true;
    }
    if (rest.empty()) {
        return true;
    }
    const int sign = rest.front() == '-' ? -1 : 1;
    if (!take(rest, '+') && !take(rest, '-')) {
        return false;
    }
    const int hour = take_digits(rest, 2);
    const bool colon = take(rest, ':');
    const int minute = take_digits(rest, 2);
    if (hour < 0 || hour > 14 || !colon || minute < 0 || minute > 59) {
        return false;
    }
    parts.offset_minutes = static_cast<std::int16_t>(sign * (hour * 60 + minute));
    return true;
}

bool take_time(std::string_view& rest, Parts& parts) {
    parts.hour = take_digits(rest, 2);
    const bool colon = take(rest, ':');
    parts.minute = take_digits(rest, 2);
    parts.precision = Precision::Minute;
    if (parts.hour < 0 || parts.hour > 23 || !colon || parts.minute < 0 || parts.minute > 59) {
        return false;
    }
    if (take(rest, ':')) {
        parts.second = take_digits(rest, 2);
        parts.precision = Precision::Second;
        if (parts.second < 0 || parts.second > 60) {
            return false;
        }
        if (take(rest, '.') && !take_fraction(rest, parts)) {
            return false;
        }
    }
    return take_offset(rest, parts);
}

local_days civil(const Parts& parts) {
    return local_days{year_month_day{std::chrono::year{parts.year},
                                     std::chrono::month{static_cast<unsigned>(parts.month)},
                                     std::chrono::day{static_cast<unsigned>(parts.day)}}};
}

}  // namespace

Instant SystemClock::now() const {
    return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
}

Instant DateTime::end() const {
    switch (precision) {
        case Precision::Year:
            return add_months(start, 12);
        case Precision::Month:
            return add_months(start, 1);
        case Precision::Day:
            return start + days{1};
        case Precision::Minute:
            return start + minutes{1};
        case Precision::Second:
            return start + seconds{1};
        case Precision::Millisecond:
            return start + std::chrono::milliseconds{1};
    }
    return start;
}

Result<DateTime> parse_date_time(std::string_view text) {
    Parts parts;
    std::string_view rest = text;
    bool good = take_date(rest, parts);
    if (good && !rest.empty()) {
        good = parts.precision == Precision::Day && take(rest, 'T') && take_time(rest, parts) &&
               rest.empty();
    }
    if (!good) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is not a FHIR date or dateTime that exists; write "
                                "2019-06-01 or 2019-06-01T08:30:00Z",
                                text.substr(0, 40)));
    }
    Instant start = utc_midnight(civil(parts)) + hours{parts.hour} + minutes{parts.minute} +
                    seconds{parts.second} + microseconds{parts.fraction_us};
    start -= minutes{parts.offset_minutes.value_or(0)};
    return DateTime{start, parts.precision, parts.offset_minutes};
}

Result<Instant> parse_instant(std::string_view text) {
    const auto parsed = parse_date_time(text);
    if (!parsed) {
        return pass_on(parsed);
    }
    return parsed->start;
}

std::string format_date(CivilDate date) {
    const year_month_day ymd{date};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::string format_date(Instant instant) {
    return format_date(utc_date(instant));
}

std::string format_instant(Instant instant) {
    const auto day = std::chrono::floor<days>(instant);
    const std::int64_t us = (instant - day).count();
    const std::int64_t second = us / 1'000'000;
    std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_date(instant), second / 3600,
                                   second / 60 % 60, second % 60);
    if (const std::int64_t fraction = us % 1'000'000; fraction != 0) {
        text += fraction % 1000 == 0 ? fmt::format(".{:03}", fraction / 1000)
                                     : fmt::format(".{:06}", fraction);
    }
    return text + "Z";
}

CivilDate add_months(CivilDate date, int months) {
    const year_month_day ymd{date};
    const auto moved =
        std::chrono::year_month{ymd.year(), ymd.month()} + std::chrono::months{months};
    const year_month_day exact = moved / ymd.day();
    return exact.ok() ? local_days{exact} : local_days{moved / std::chrono::last};
}

Instant add_months(Instant instant, int months) {
    const CivilDate day = utc_date(instant);
    return utc_midnight(add_months(day, months)) + (instant - utc_midnight(day));
}

int whole_years(CivilDate birth, CivilDate on) {
    const year_month_day from{birth};
    const year_month_day to{on};
    int years = static_cast<int>(to.year()) - static_cast<int>(from.year());
    if (to.month() < from.month() || (to.month() == from.month() && to.day() < from.day())) {
        --years;
    }
    return years;
}

}  // namespace parcours
