#include "campaign/cron.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "campaign/span.h"

namespace parcours::campaign {
namespace {

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed",
                                                        "thu", "fri", "sat"};
constexpr std::chrono::days days_ahead{8 * 366};

/// One of the five fields: its bounds, and words that stand for its numbers from `least` on.
struct Field {
    std::string_view what;
    int least = 0;
    int most = 0;
    std::span<const std::string_view> words;
};
constexpr std::array<Field, 5> fields{{{"minute", 0, 59, {}},
                                       {"hour", 0, 23, {}},
                                       {"day of the month", 1, 31, {}},
                                       {"month", 1, 12, month_names},
                                       {"day of the week", 0, 7, weekday_names}}};

std::vector<std::string_view> cut(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::optional<int> read_number(std::string_view text, const Field& field) {
    for (std::size_t i = 0; i < field.words.size(); ++i) {
        if (to_lower_ascii(text) == field.words[i]) {
            return field.least + static_cast<int>(i);
        }
    }
    int number = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = problem == std::errc{} && end == text.data() + text.size();
    return good && number >= field.least && number <= field.most ? std::optional(number)
                                                                 : std::nullopt;
}

/// Sets what "*", "3", "1-5", "*/15" or "8-18/2" name. Whether it could be read.
template <std::size_t Size>
bool set_part(std::string_view part, const Field& field, std::bitset<Size>& bits) {
    const std::vector<std::string_view> stepped = cut(part, '/');
    const std::vector<std::string_view> ends = cut(stepped.front(), '-');
    if (stepped.size() > 2 || ends.size() > 2) {
        return false;
    }
    const bool any = stepped.front() == "*";
    const auto first = any ? std::optional(field.least) : read_number(ends.front(), field);
    // "8/2" is from eight on.
    const auto last = any || (ends.size() == 1 && stepped.size() == 2)
                          ? std::optional(field.most)
                          : read_number(ends.back(), field);
    constexpr Field step_field{"step", 1, 60, {}};
    const auto step =
        stepped.size() == 2 ? read_number(stepped.back(), step_field) : std::optional(1);
    if (!first || !last || !step || *first > *last) {
        return false;
    }
    for (int number = *first; number <= *last; number += *step) {
        bits.set(static_cast<std::size_t>(number) % Size);
    }
    return true;
}

template <std::size_t Size>
Result<> read_field(std::string_view text, const Field& field, std::bitset<Size>& bits) {
    for (const std::string_view part : cut(text, ',')) {
        if (!set_part(part, field, bits)) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("\"{}\" is no {}; write {} to {}, a range such as {}-{}, a "
                                    "list, or *",
                                    part, field.what, field.least, field.most, field.least,
                                    field.least + 4));
        }
    }
    return {};
}

}  // namespace

Result<Cron> parse_cron(std::string_view text) {
    std::vector<std::string_view> words;
    for (const std::string_view word : cut(text, ' ')) {
        if (!word.empty()) {
            words.push_back(word);
        }
    }
    if (words.size() != fields.size()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is no schedule; write minute, hour, day of the month, "
                                "month and day of the week, such as \"0 9 * * mon\"",
                                text));
    }
    Cron cron;
    cron.text = std::string(text);
    Result<> read = read_field(words[0], fields[0], cron.minutes);
    read = read ? read_field(words[1], fields[1], cron.hours) : read;
    read = read ? read_field(words[2], fields[2], cron.days) : read;
    read = read ? read_field(words[3], fields[3], cron.months) : read;
    // Both 0 and 7 are Sunday: the set has seven places.
    read = read ? read_field(words[4], fields[4], cron.weekdays) : read;
    if (!read) {
        return pass_on(read);
    }
    cron.any_day = words[2] == "*";
    cron.any_weekday = words[4] == "*";
    if (!cron.next(LocalTime{})) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" never comes: no such month has that day", text));
    }
    return cron;
}

std::optional<LocalTime> Cron::next(LocalTime local) const {
    CivilDate day = std::chrono::floor<std::chrono::days>(local);
    const CivilDate end = day + days_ahead;
    const auto after = std::chrono::floor<std::chrono::minutes>(local - day);
    int from = static_cast<int>(after.count()) + 1;
    constexpr int minutes_per_day = 24 * 60;
    for (; day < end; day += std::chrono::days{1}, from = 0) {
        const std::chrono::year_month_day date{day};
        const bool is_day = this->days.test(static_cast<unsigned>(date.day()));
        const bool is_weekday = weekdays.test(std::chrono::weekday{day}.c_encoding());
        const bool fits = any_day ? is_weekday : any_weekday ? is_day : is_day || is_weekday;
        if (!months.test(static_cast<unsigned>(date.month())) || !fits) {
            continue;
        }
        for (int minute = from; minute < minutes_per_day; ++minute) {
            if (hours.test(static_cast<std::size_t>(minute) / 60) &&
                this->minutes.test(static_cast<std::size_t>(minute) % 60)) {
                return LocalTime{day} + std::chrono::minutes{minute};
            }
        }
    }
    return std::nullopt;
}

}  // namespace parcours::campaign
