// Comparison, addition and distances of dates and times.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "values/temporal.h"

namespace parcours::values {
namespace {

constexpr std::int64_t day_milliseconds = 86'400'000;

// Units of a fixed length; days and weeks count 24-hour days.
std::int64_t milliseconds_of(Precision unit) {
    switch (unit) {
        case Precision::Week:
            return 7 * day_milliseconds;
        case Precision::Day:
            return day_milliseconds;
        case Precision::Hour:
            return 3'600'000;
        case Precision::Minute:
            return 60'000;
        case Precision::Second:
            return 1000;
        default:
            return 1;
    }
}

// The value whose low moment is `milliseconds` of UTC, seen at that offset.
Temporal from_milliseconds(std::int64_t milliseconds, const Temporal& like) {
    if (like.kind == Temporal::Kind::Time) {
        const std::int64_t clock =
            ((milliseconds % day_milliseconds) + day_milliseconds) % day_milliseconds;
        Temporal out = from_instant(Instant{std::chrono::milliseconds{clock}});
        out.kind = Temporal::Kind::Time;
        out.year = 1;
        out.zoned = false;
        return truncate(out, like.precision);
    }
    Temporal out = from_instant(Instant{std::chrono::milliseconds{milliseconds} +
                                        std::chrono::minutes{like.offset_minutes}});
    out.kind = like.kind;
    out.offset_minutes = like.offset_minutes;
    out.zoned = like.zoned;
    return truncate(out, like.precision);
}

// Both in UTC where their offsets differ; what has no hours cannot be moved.
Temporal in_utc(const Temporal& value) {
    if (value.kind != Temporal::Kind::DateTime || value.precision < Precision::Hour ||
        value.offset_minutes == 0) {
        return value;
    }
    Temporal like = value;
    like.offset_minutes = 0;
    return from_milliseconds(value.low_milliseconds(), like);
}

void align(Temporal& left, Temporal& right) {
    if (left.offset_minutes != right.offset_minutes) {
        left = in_utc(left);
        right = in_utc(right);
    }
}

int field(const Temporal& value, Precision which) {
    switch (which) {
        case Precision::Year:
            return value.year;
        case Precision::Month:
            return value.month;
        case Precision::Day:
            return value.day;
        case Precision::Hour:
            return value.hour;
        case Precision::Minute:
            return value.minute;
        case Precision::Second:
            return value.second;
        case Precision::Millisecond:
            return value.millisecond;
        case Precision::Week:
            break;
    }
    return 0;
}

// Seconds and milliseconds count as one decimal (CQL §Comparison): whole seconds end in .000.
bool knows(const Temporal& value, Precision which) {
    return value.precision >= (which == Precision::Millisecond ? Precision::Second : which);
}

std::optional<Temporal> checked(const Temporal& value) {
    return value.kind == Temporal::Kind::Time || (value.year >= 1 && value.year <= 9999)
               ? std::optional(value)
               : std::nullopt;
}

std::optional<Temporal> add_calendar_months(Temporal value, std::int64_t months) {
    if (months > 120'000 || months < -120'000) {
        return std::nullopt;
    }
    const std::int64_t total = value.year * 12LL + (value.month - 1) + months;
    if (total < 12 || total >= 10'000 * 12LL) {
        return std::nullopt;
    }
    value.year = static_cast<std::int16_t>(total / 12);
    value.month = static_cast<std::uint8_t>(total % 12 + 1);
    const std::chrono::year_month_day_last end{
        std::chrono::year{value.year},
        std::chrono::month_day_last{std::chrono::month{value.month}}};
    value.day = std::min(value.day, static_cast<std::uint8_t>(static_cast<unsigned>(end.day())));
    return value;
}

// A year-and-month position and what remains within the month, both ordered.
struct MonthPosition {
    std::int64_t month;
    std::int64_t rest;
};

MonthPosition month_position(const Temporal& value) {
    const std::int64_t clock =
        ((value.hour * 60LL + value.minute) * 60 + value.second) * 1000 + value.millisecond;
    return {value.year * 12LL + value.month - 1, value.day * day_milliseconds + clock};
}

// Where the month that is come to has no such day, its last day counts, as in adding (CQL Appendix
// H, example 4.b).
std::int64_t whole_months(const Temporal& from, const Temporal& to) {
    const MonthPosition end = month_position(to);
    const std::int64_t months = end.month - month_position(from).month;
    const MonthPosition start = month_position(add_calendar_months(from, months).value_or(from));
    if (months > 0 && end.rest < start.rest) {
        return months - 1;
    }
    return months < 0 && end.rest > start.rest ? months + 1 : months;
}

std::int64_t whole_units(const Temporal& from, const Temporal& to, Precision unit) {
    if (unit == Precision::Year || unit == Precision::Month) {
        return whole_months(from, to) / (unit == Precision::Year ? 12 : 1);
    }
    return (to.low_milliseconds() - from.low_milliseconds()) / milliseconds_of(unit);
}

std::int64_t floor_divide(std::int64_t number, std::int64_t divisor) {
    return number / divisor - (number % divisor < 0 ? 1 : 0);
}

std::int64_t boundary_index(const Temporal& value, Precision unit) {
    switch (unit) {
        case Precision::Year:
            return value.year;
        case Precision::Month:
            return value.year * 12LL + value.month;
        case Precision::Week:  // 1970-01-01 was a Thursday, four days after a Sunday
            return floor_divide(
                floor_divide(value.low_milliseconds() + value.offset_minutes * 60'000LL,
                             day_milliseconds) +
                    4,
                7);
        default:
            return floor_divide(value.low_milliseconds() + value.offset_minutes * 60'000LL,
                                milliseconds_of(unit));
    }
}

// The earliest and latest full values it may mean, at its own offset.
Temporal earliest(Temporal value) {
    value.precision = Precision::Millisecond;
    return value;
}

Temporal latest(const Temporal& value) {
    Temporal like = value;
    like.precision = Precision::Millisecond;
    return from_milliseconds(value.high_milliseconds(), like);
}

// Exact where both know the unit (what is finer counts as its start); else over all they may mean,
// dates by the day (CQL §Uncertainty).
template <class Count>
Uncertain range(const Temporal& from, const Temporal& to, Precision unit, Precision needed,
                Count count) {
    if (knows(from, needed) && knows(to, needed)) {
        const std::int64_t exact = count(earliest(from), earliest(to), unit);
        return {exact, exact};
    }
    const auto last = [](const Temporal& value) {
        const Temporal out = latest(value);
        return value.kind == Temporal::Kind::Date ? earliest(truncate(out, Precision::Day)) : out;
    };
    return {count(last(from), earliest(to), unit), count(earliest(from), last(to), unit)};
}

}  // namespace

std::optional<int> compare(const Temporal& left, const Temporal& right,
                           std::optional<Precision> precision) {
    Temporal one = left;
    Temporal other = right;
    // To the day and what is longer, each is where it was (CQL Appendix B §Same As).
    if (!precision || *precision > Precision::Day) {
        align(one, other);
    }
    static constexpr auto fields = std::to_array<Precision>(
        {Precision::Year, Precision::Month, Precision::Day, Precision::Hour, Precision::Minute,
         Precision::Second, Precision::Millisecond});
    const Precision finest = precision == Precision::Week
                                 ? Precision::Day
                                 : precision.value_or(std::max(one.precision, other.precision));
    for (const Precision which : fields) {
        if (which > finest) {
            break;
        }
        if (left.kind == Temporal::Kind::Time && which < Precision::Hour) {
            continue;
        }
        if (!knows(one, which) || !knows(other, which)) {
            return std::nullopt;
        }
        const int difference = field(one, which) - field(other, which);
        if (difference != 0) {
            return difference < 0 ? -1 : 1;
        }
    }
    return 0;
}

std::optional<Temporal> add(const Temporal& value, std::int64_t amount, Precision unit) {
    if (value.kind != Temporal::Kind::Time &&
        (unit == Precision::Year || unit == Precision::Month)) {
        if (value.precision == Precision::Year && unit == Precision::Month) {
            return add_calendar_months(value, amount / 12 * 12);
        }
        if (amount > 120'000 || amount < -120'000) {
            return std::nullopt;
        }
        return add_calendar_months(value, unit == Precision::Year ? amount * 12 : amount);
    }
    constexpr std::int64_t amount_max = 400'000'000'000'000;  // 12,000 years of milliseconds
    std::int64_t milliseconds = 0;
    if (__builtin_mul_overflow(amount, milliseconds_of(unit), &milliseconds) ||
        milliseconds > amount_max || milliseconds < -amount_max) {
        return std::nullopt;
    }
    if (value.kind != Temporal::Kind::Time && value.precision <= Precision::Month) {
        const std::int64_t days = milliseconds / day_milliseconds;
        return add_calendar_months(
            value, value.precision == Precision::Year ? days / 365 * 12 : days / 30);
    }
    const std::int64_t step = milliseconds_of(value.precision);
    const std::int64_t moved = value.low_milliseconds() + milliseconds / step * step;
    constexpr std::int64_t low_max = -62'135'596'800'000 - day_milliseconds;
    constexpr std::int64_t high_max = 253'402'300'799'999 + day_milliseconds;
    if (value.kind != Temporal::Kind::Time && (moved < low_max || moved > high_max)) {
        return std::nullopt;
    }
    return checked(from_milliseconds(moved, value));
}

Uncertain duration_between(const Temporal& from, const Temporal& to, Precision unit) {
    Temporal start = from;
    Temporal end = to;
    align(start, end);
    const bool clock = start.kind == Temporal::Kind::Time || unit > Precision::Day;
    return range(start, end, unit, clock ? unit : Precision::Day, whole_units);
}

Uncertain difference_between(const Temporal& from, const Temporal& to, Precision unit) {
    Temporal start = from;
    Temporal end = to;
    // Days of the calendar are those of where each moment was (CQL Appendix H §Difference).
    if (unit > Precision::Day) {
        align(start, end);
    }
    return range(start, end, unit, unit == Precision::Week ? Precision::Day : unit,
                 [](const Temporal& one, const Temporal& other, Precision what) {
                     return boundary_index(other, what) - boundary_index(one, what);
                 });
}

Temporal boundary(const Temporal& value, Precision precision, bool high) {
    return truncate(high ? latest(value) : earliest(value), precision);
}

std::optional<Temporal> successor(const Temporal& value) {
    const auto next = add(value, 1, value.precision);
    return next && value.kind == Temporal::Kind::Time &&
                   next->low_milliseconds() <= value.low_milliseconds()
               ? std::nullopt
               : next;
}

std::optional<Temporal> predecessor(const Temporal& value) {
    const auto next = add(value, -1, value.precision);
    return next && value.kind == Temporal::Kind::Time &&
                   next->low_milliseconds() >= value.low_milliseconds()
               ? std::nullopt
               : next;
}

}  // namespace parcours::values
