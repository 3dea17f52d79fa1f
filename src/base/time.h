#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours {

/// A moment: microseconds since 1970-01-01T00:00:00 UTC.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A length of physical time, in microseconds.
using Duration = std::chrono::microseconds;

/// A calendar day without a place (days since 1970-01-01).
using CivilDate = std::chrono::local_days;

/// Hands in the time of day. Nobody below `app/` reads the system's clock in any other way.
class Clock {
  public:
    virtual ~Clock() = default;
    /// The present moment. Never throws.
    [[nodiscard]] virtual Instant now() const = 0;
};

/// The computer's own clock.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Instant now() const override;
};

/// A clock that stands until it is set: tests, rehearsal and `work --virtual`.
class VirtualClock final : public Clock {
  public:
    explicit VirtualClock(Instant start) : now_(start) {}
    [[nodiscard]] Instant now() const override { return now_; }
    void set(Instant now) { now_ = now; }

  private:
    Instant now_;
};

/// How much of a FHIR date or dateTime was given.
enum class Precision : std::uint8_t { Year, Month, Day, Minute, Second, Millisecond };

/// A FHIR date, dateTime or instant as it was written.
struct DateTime {
    Instant start;                         ///< its first moment; UTC where no offset was given
    Precision precision = Precision::Day;  ///< what was given
    std::optional<std::int16_t> offset_minutes;  ///< east of UTC, where given

    /// The first moment after it: 2019-06 ends at 2019-07-01. For seconds and finer, `start`
    /// plus one unit.
    [[nodiscard]] Instant end() const;
    bool operator==(const DateTime&) const = default;
};

/// Reads a FHIR date, dateTime or instant (FHIR R4 §2.24.0.1): YYYY, YYYY-MM, YYYY-MM-DD,
/// YYYY-MM-DDThh:mm[:ss[.fff…]][Z|±hh:mm]. Refuses days that do not exist and years below 1.
/// A leap second reads as the following second.
[[nodiscard]] Result<DateTime> parse_date_time(std::string_view text);

/// Reads a moment given by a person: any form of `parse_date_time`; a date is midnight UTC.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// "2019-06-01T08:30:00Z", with a fraction only where there is one.
[[nodiscard]] std::string format_instant(Instant instant);

/// "2019-06-01" (UTC).
[[nodiscard]] std::string format_date(Instant instant);
[[nodiscard]] std::string format_date(CivilDate date);

/// Midnight UTC of a calendar day.
[[nodiscard]] constexpr Instant utc_midnight(CivilDate date) {
    return Instant{date.time_since_epoch()};
}

/// The calendar day in UTC.
[[nodiscard]] constexpr CivilDate utc_date(Instant instant) {
    return CivilDate{std::chrono::floor<std::chrono::days>(instant).time_since_epoch()};
}

/// Adds calendar months; a day beyond the month's end becomes its last day (CQL §Add).
[[nodiscard]] CivilDate add_months(CivilDate date, int months);
[[nodiscard]] Instant add_months(Instant instant, int months);

/// Whole calendar years from `birth` to `on` (completed birthdays; 29 February counts on 1 March).
[[nodiscard]] int whole_years(CivilDate birth, CivilDate on);

}  // namespace parcours
