#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace parcours::values {

/// How much of a Date, DateTime or Time is known. `Week` exists only as a unit of durations.
enum class Precision : std::uint8_t { Year, Month, Week, Day, Hour, Minute, Second, Millisecond };

/// The singular English name: "day".
[[nodiscard]] std::string_view precision_name(Precision precision);
/// "day" or "days"; nothing for other words.
[[nodiscard]] std::optional<Precision> find_precision(std::string_view word);

/// A Date, DateTime or Time of CQL, known down to `precision`. Fields beyond it hold their
/// lowest value. A Time has only hour … millisecond; a Date at most year, month, day.
struct Temporal {
    enum class Kind : std::uint8_t { Date, DateTime, Time };

    Kind kind = Kind::DateTime;
    Precision precision = Precision::Millisecond;
    std::int16_t year = 1;  ///< 1…9999
    std::uint8_t month = 1;
    std::uint8_t day = 1;
    std::uint8_t hour = 0;
    std::uint8_t minute = 0;
    std::uint8_t second = 0;
    bool zoned = false;  ///< an offset was written (or is known); else it is printed without
    std::uint16_t millisecond = 0;
    std::int16_t offset_minutes = 0;  ///< of a DateTime, east of UTC; UTC where none was written

    /// The same fields, precision and offset; equality of CQL is `compare`.
    bool operator==(const Temporal&) const = default;

    /// The first and the last moment (millisecond) it may mean, as milliseconds of UTC since
    /// 1970-01-01 (Time: since midnight).
    [[nodiscard]] std::int64_t low_milliseconds() const;
    [[nodiscard]] std::int64_t high_milliseconds() const;
    /// As a CQL literal: "@2019-06-01T08:30:00.000+02:00", "@2019-06", "@T08:30". The offset, "Z"
    /// for none from UTC, stands where `zoned`.
    [[nodiscard]] std::string to_literal() const;
    /// The same without "@".
    [[nodiscard]] std::string to_text() const;
};

/// A moment as a DateTime of UTC with millisecond precision.
[[nodiscard]] Temporal from_instant(Instant instant);
/// What FHIR gave, as a DateTime (FHIRHelpers.ToDateTime): years, months and days keep their
/// precision.
[[nodiscard]] Temporal from_fhir(const DateTime& date_time);
/// What FHIR gave, as a Date; time parts are dropped.
[[nodiscard]] Temporal date_from_fhir(const DateTime& date_time);

/// Reads the text of a literal after its "@": 2019, 2019-06, 2019-06-01, 2019-06-01T,
/// 2019-06-01T08:30:00.000+02:00, T08:30. Errors, InvalidInput: days or times that do not exist.
Result<Temporal> parse_temporal(std::string_view text);
/// Whether every field lies in its range and the day exists.
[[nodiscard]] bool is_valid(const Temporal& value);

/// -1, 0 or 1 down to `precision` (by default the finest of either), or nothing where the coarser
/// value leaves it open (CQL §Comparison). Where offsets differ both are compared in UTC.
[[nodiscard]] std::optional<int> compare(const Temporal& left, const Temporal& right,
                                         std::optional<Precision> precision = {});

/// Adds `amount` units (negative: subtracts); a day beyond the month's end becomes its last, and
/// units finer than the value's precision are counted in whole units of it (CQL §Add). Nothing
/// outside years 1…9999. A Time wraps around midnight.
[[nodiscard]] std::optional<Temporal> add(const Temporal& value, std::int64_t amount,
                                          Precision unit);

/// A whole number known only to lie in a range (both ends included).
struct Uncertain {
    std::int64_t low = 0;
    std::int64_t high = 0;
};
/// Whole units that have passed from `from` to `to` (CQL §Duration).
[[nodiscard]] Uncertain duration_between(const Temporal& from, const Temporal& to, Precision unit);
/// Boundaries of units crossed between them (CQL §Difference). Weeks start on Sunday.
[[nodiscard]] Uncertain difference_between(const Temporal& from, const Temporal& to,
                                           Precision unit);

/// The next or previous value at its own precision; nothing beyond the range.
[[nodiscard]] std::optional<Temporal> successor(const Temporal& value);
[[nodiscard]] std::optional<Temporal> predecessor(const Temporal& value);

/// As a DateTime; what a Date does not know stays unknown.
[[nodiscard]] Temporal to_date_time(const Temporal& value);
/// The first or last value of that (finer) precision it may mean: @2014 has @2014-01 and @2014-12.
[[nodiscard]] Temporal boundary(const Temporal& value, Precision precision, bool high);
/// Cut down to (at most) that precision.
[[nodiscard]] Temporal truncate(const Temporal& value, Precision precision);

}  // namespace parcours::values
