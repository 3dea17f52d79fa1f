#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "campaign/span.h"

namespace parcours::campaign {

/// When something happens again and again on the wall clock of a place, as crontab(5) writes it:
/// minute, hour, day of the month, month, day of the week; each `*`, a number, a range, a list of
/// them, with `/STEP`; months and days also as jan … dec and sun … sat. Where day of the month and
/// day of the week are both given, either of them is enough.
struct Cron {
    std::string text;  ///< as it was written
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<32> days;  ///< 1…31
    std::bitset<13> months;
    std::bitset<7> weekdays;  ///< 0 is Sunday
    bool any_day = true;
    bool any_weekday = true;

    /// The first moment after `local`; nothing within eight years (29 February comes every four,
    /// but for 2100).
    [[nodiscard]] std::optional<LocalTime> next(LocalTime local) const;
    bool operator==(const Cron& other) const { return text == other.text; }
};

/// Errors, InvalidInput: another form, numbers out of their range, days that no month has.
[[nodiscard]] Result<Cron> parse_cron(std::string_view text);

}  // namespace parcours::campaign
