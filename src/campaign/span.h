#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace parcours::campaign {

/// A moment on the wall clock of a place.
using LocalTime = std::chrono::local_time<Duration>;

/// A length of time as people say it: "3 days". Days and longer are counted on the calendar where
/// the patient lives, so that ten o'clock stays ten o'clock when the clocks change; minutes and
/// hours are physical.
struct Span {
    enum class Unit : std::uint8_t { Minute, Hour, Day, Week, Month, Year };
    std::int32_t count = 0;
    Unit unit = Unit::Day;

    /// "3 days", "1 month".
    [[nodiscard]] std::string to_text() const;
    bool operator==(const Span&) const = default;
};

/// The longest span that a campaign may name, in years.
inline constexpr int span_years_max = 20;

/// Reads "COUNT UNIT", with minutes, hours, days, weeks, months or years in singular or plural.
/// Errors, InvalidInput: another form; Limit: beyond `span_years_max`.
[[nodiscard]] Result<Span> parse_span(std::string_view text);

/// `from` plus `times` (1 or -1) the calendar part of a span: days, weeks, months, years. A day
/// beyond the month's end becomes its last. Minutes and hours add as they are.
[[nodiscard]] LocalTime add(LocalTime from, const Span& span, int times);

/// Whether the span is physical time (minutes, hours), not calendar days.
[[nodiscard]] bool is_physical(const Span& span);
/// The physical length of minutes and hours; zero for other units.
[[nodiscard]] Duration physical_length(const Span& span);

/// When a step's time comes: so long from now, so long before or after a date of the record, or at
/// a day of the calendar.
struct Moment {
    enum class Side : std::uint8_t { FromNow, Before, After, On, Until };
    Side side = Side::FromNow;
    Span span;
    std::string anchor;  ///< the date's name ("appointment"); empty for FromNow and Until
    LocalTime local{};   ///< of Until: where the patient lives

    /// Whether it follows a date of the record.
    [[nodiscard]] bool leans() const {
        return side == Side::Before || side == Side::After || side == Side::On;
    }
    /// "3 days before appointment", "2 weeks", "on appointment", "until 2026-10-01 09:00".
    [[nodiscard]] std::string to_text() const;
    bool operator==(const Moment&) const = default;
};

/// Reads "SPAN", "SPAN before DATE", "SPAN after DATE", "on DATE", or "until YYYY-MM-DD", at
/// midnight or with "HH:MM". The date's name is lower-case words joined by hyphens. Errors as
/// `parse_span`, and InvalidInput for a day that no calendar has.
[[nodiscard]] Result<Moment> parse_moment(std::string_view text);

/// Local times at which something may go on: a time of day ("10:00"), or a stretch of it
/// ("10:00-16:00"), on all or some days of the week ("mon-fri 10:00-16:00", "mon,thu 9:30").
struct Window {
    std::chrono::minutes from{0};
    std::optional<std::chrono::minutes> to;  ///< exclusive; none: just the time `from`
    std::uint8_t weekdays = 0x7F;            ///< bit 0 is Monday

    /// The first moment at or after `local` that the window allows.
    [[nodiscard]] LocalTime next(LocalTime local) const;
    /// "10:00", "mon,tue 09:30-12:00".
    [[nodiscard]] std::string to_text() const;
    bool operator==(const Window&) const = default;
};

/// Errors, InvalidInput: another form, times beyond 24:00, an end not after its start.
[[nodiscard]] Result<Window> parse_window(std::string_view text);

/// "HH:MM" as minutes after midnight. Errors, InvalidInput.
[[nodiscard]] Result<std::chrono::minutes> parse_time_of_day(std::string_view text);
[[nodiscard]] std::string format_time_of_day(std::chrono::minutes minutes);

}  // namespace parcours::campaign
