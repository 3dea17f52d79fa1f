#include "values/temporal.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace parcours::values {
namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"year", "month", "week", "day", "hour", "minute", "second", "millisecond"});

// Reads exactly `width` digits at the front.
bool take_digits(std::string_view& text, std::size_t width, int& out) {
    if (text.size() < width) {
        return false;
    }
    out = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        out = out * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
}

bool take(std::string_view& text, char expected) {
    if (!text.starts_with(expected)) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

bool parse_date(std::string_view& text, Temporal& out) {
    int number = 0;
    if (!take_digits(text, 4, number)) {
        return false;
    }
    out.year = static_cast<std::int16_t>(number);
    out.precision = Precision::Year;
    if (take(text, '-')) {
        if (!take_digits(text, 2, number)) {
            return false;
        }
        out.month = static_cast<std::uint8_t>(number);
        out.precision = Precision::Month;
        if (take(text, '-')) {
            if (!take_digits(text, 2, number)) {
                return false;
            }
            out.day = static_cast<std::uint8_t>(number);
            out.precision = Precision::Day;
        }
    }
    return true;
}

bool parse_fraction(std::string_view& text, Temporal& out) {
    int milliseconds = 0;
    std::size_t digits = 0;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
        if (digits < 3) {
            milliseconds = milliseconds * 10 + (text[0] - '0');
        }
        ++digits;
        text.remove_prefix(1);
    }
    for (std::size_t i = digits; i < 3; ++i) {
        milliseconds *= 10;
    }
    out.millisecond = static_cast<std::uint16_t>(milliseconds);
    out.precision = Precision::Millisecond;
    return digits > 0;
}

bool parse_time(std::string_view& text, Temporal& out) {
    int number = 0;
    if (!take_digits(text, 2, number)) {
        return false;
    }
    out.hour = static_cast<std::uint8_t>(number);
    out.precision = Precision::Hour;
    if (!take(text, ':')) {
        return true;
    }
    if (!take_digits(text, 2, number)) {
        return false;
    }
    out.minute = static_cast<std::uint8_t>(number);
    out.precision = Precision::Minute;
    if (!take(text, ':')) {
        return true;
    }
    if (!take_digits(text, 2, number)) {
        return false;
    }
    out.second = static_cast<std::uint8_t>(number);
    out.precision = Precision::Second;
    return !take(text, '.') || parse_fraction(text, out);
}

bool parse_offset(std::string_view& text, Temporal& out) {
    out.zoned = !text.empty();
    if (text.empty() || take(text, 'Z')) {
        return true;
    }
    const bool west = text.starts_with('-');
    if (!take(text, '+') && !take(text, '-')) {
        return false;
    }
    int hours = 0;
    int minutes = 0;
    if (!take_digits(text, 2, hours) || !take(text, ':') || !take_digits(text, 2, minutes)) {
        return false;
    }
    const int offset = hours * 60 + minutes;
    out.offset_minutes = static_cast<std::int16_t>(west ? -offset : offset);
    return hours <= 14 && minutes < 60;
}

std::int64_t days_of(const Temporal& value) {
    const std::chrono::year_month_day date{std::chrono::year{value.year},
                                           std::chrono::month{value.month},
                                           std::chrono::day{value.day}};
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

}  // namespace

std::string_view precision_name(Precision precision) {
    return names[static_cast<std::size_t>(precision)];
}

std::optional<Precision> find_precision(std::string_view word) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (word == names[i] || (word.starts_with(names[i]) && word.size() == names[i].size() + 1 &&
                                 word.ends_with('s'))) {
            return static_cast<Precision>(i);
        }
    }
    return std::nullopt;
}

bool is_valid(const Temporal& value) {
    const bool clock =
        value.hour < 24 && value.minute < 60 && value.second < 60 && value.millisecond < 1000;
    if (value.kind == Temporal::Kind::Time) {
        return clock;
    }
    const std::chrono::year_month_day date{std::chrono::year{value.year},
                                           std::chrono::month{value.month},
                                           std::chrono::day{value.day}};
    return clock && value.year >= 1 && value.year <= 9999 && date.ok();
}

Result<Temporal> parse_temporal(std::string_view text) {
    Temporal out;
    std::string_view rest = text;
    bool read = false;
    if (take(rest, 'T')) {
        out.kind = Temporal::Kind::Time;
        read = parse_time(rest, out) && (rest.empty() || parse_offset(rest, out));
        out.offset_minutes = 0;
        out.zoned = false;
    } else {
        read = parse_date(rest, out);
        out.kind = Temporal::Kind::Date;
        if (read && take(rest, 'T')) {
            out.kind = Temporal::Kind::DateTime;
            if (!rest.empty()) {
                read = out.precision == Precision::Day && parse_time(rest, out) &&
                       parse_offset(rest, out);
            }
        }
    }
    if (!read || !rest.empty()) {
        return fail(
            ErrorCode::InvalidInput,
            fmt::format(
                "'@{}' is not a date or time; write @2024-01-31, @2024-01-31T08:30:00Z or @T08:30",
                text));
    }
    if (!is_valid(out)) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("'@{}' names a day or time that does not exist", text));
    }
    return out;
}

std::int64_t Temporal::low_milliseconds() const {
    const std::int64_t clock = ((hour * 60LL + minute) * 60 + second) * 1000 + millisecond;
    if (kind == Kind::Time) {
        return clock;
    }
    return days_of(*this) * 86'400'000LL + clock - offset_minutes * 60'000LL;
}

std::int64_t Temporal::high_milliseconds() const {
    Temporal last = *this;
    if (precision < Precision::Month) {
        last.month = 12;
    }
    if (precision < Precision::Day) {
        const std::chrono::year_month_day_last end{
            std::chrono::year{last.year},
            std::chrono::month_day_last{std::chrono::month{last.month}}};
        last.day = static_cast<std::uint8_t>(static_cast<unsigned>(end.day()));
    }
    if (precision < Precision::Hour) {
        last.hour = 23;
    }
    if (precision < Precision::Minute) {
        last.minute = 59;
    }
    if (precision < Precision::Second) {
        last.second = 59;
    }
    if (precision < Precision::Millisecond) {
        last.millisecond = 999;
    }
    return last.low_milliseconds();
}

std::string Temporal::to_text() const {
    std::string out;
    if (kind != Kind::Time) {
        out = fmt::format("{:04}", year);
        if (precision >= Precision::Month) {
            out += fmt::format("-{:02}", month);
        }
        if (precision >= Precision::Day) {
            out += fmt::format("-{:02}", day);
        }
        if (kind == Kind::Date) {
            return out;
        }
    }
    out += kind == Kind::Time || precision > Precision::Day ? "T" : "";
    if (precision >= Precision::Hour) {
        out += fmt::format("{:02}", hour);
    }
    if (precision >= Precision::Minute) {
        out += fmt::format(":{:02}", minute);
    }
    if (precision >= Precision::Second) {
        out += fmt::format(":{:02}", second);
    }
    if (precision >= Precision::Millisecond) {
        out += fmt::format(".{:03}", millisecond);
    }
    if (kind == Kind::DateTime && precision >= Precision::Hour && (zoned || offset_minutes != 0)) {
        const int size = offset_minutes < 0 ? -offset_minutes : offset_minutes;
        out += offset_minutes == 0 ? "Z"
                                   : fmt::format("{}{:02}:{:02}", offset_minutes < 0 ? '-' : '+',
                                                 size / 60, size % 60);
    }
    return out;
}

std::string Temporal::to_literal() const {
    const bool bare = kind == Kind::DateTime && precision <= Precision::Day;
    return "@" + to_text() + (bare ? "T" : "");
}

Temporal from_instant(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const std::int64_t clock = std::chrono::floor<std::chrono::milliseconds>(instant - day).count();
    Temporal out;
    out.year = static_cast<std::int16_t>(static_cast<int>(date.year()));
    out.month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month()));
    out.day = static_cast<std::uint8_t>(static_cast<unsigned>(date.day()));
    out.hour = static_cast<std::uint8_t>(clock / 3'600'000);
    out.minute = static_cast<std::uint8_t>(clock / 60'000 % 60);
    out.second = static_cast<std::uint8_t>(clock / 1000 % 60);
    out.millisecond = static_cast<std::uint16_t>(clock % 1000);
    out.zoned = true;
    return out;
}

Temporal from_fhir(const DateTime& date_time) {
    const std::int16_t offset = date_time.offset_minutes.value_or(0);
    Temporal out = from_instant(date_time.start + std::chrono::minutes(offset));
    out.offset_minutes = offset;
    out.zoned = date_time.offset_minutes.has_value();
    switch (date_time.precision) {
        case parcours::Precision::Year:
            return truncate(out, Precision::Year);
        case parcours::Precision::Month:
            return truncate(out, Precision::Month);
        case parcours::Precision::Day:
            return truncate(out, Precision::Day);
        case parcours::Precision::Minute:
            return truncate(out, Precision::Minute);
        case parcours::Precision::Second:
            return truncate(out, Precision::Second);
        case parcours::Precision::Millisecond:
            break;
    }
    return out;
}

Temporal date_from_fhir(const DateTime& date_time) {
    Temporal out = truncate(from_fhir(date_time), Precision::Day);
    out.kind = Temporal::Kind::Date;
    out.offset_minutes = 0;
    out.zoned = false;
    return out;
}

Temporal to_date_time(const Temporal& value) {
    Temporal out = value;
    out.kind = Temporal::Kind::DateTime;
    return out;
}

Temporal truncate(const Temporal& value, Precision precision) {
    Temporal out = value;
    if (precision >= value.precision) {
        return out;
    }
    out.precision = precision;
    out.month = precision < Precision::Month ? 1 : out.month;
    out.day = precision < Precision::Day ? 1 : out.day;
    out.hour = precision < Precision::Hour ? 0 : out.hour;
    out.minute = precision < Precision::Minute ? 0 : out.minute;
    out.second = precision < Precision::Second ? 0 : out.second;
    out.millisecond = precision < Precision::Millisecond ? 0 : out.millisecond;
    return out;
}

}  // namespace parcours::values
