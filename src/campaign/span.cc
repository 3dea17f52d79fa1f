#include "campaign/span.h"

#include <array>
#include <bits/chrono.h>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace parcours::campaign {
namespace {

constexpr std::array<std::string_view, 6> unit_names{"minute", "hour",  "day",
                                                     "week",   "month", "year"};
constexpr std::array<std::string_view, 7> weekday_names{"mon", "tue", "wed", "thu",
                                                        "fri", "sat", "sun"};
constexpr std::uint8_t all_days = 0x7F;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || text[i] == separator) {
            if (i > start || separator != ' ') {
                parts.push_back(text.substr(start, i - start));
            }
            start = i + 1;
        }
    }
    return parts;
}

std::optional<std::int32_t> whole_number(std::string_view text) {
    std::int32_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0) {
        return std::nullopt;
    }
    return number;
}

std::optional<Span::Unit> find_unit(std::string_view word) {
    for (std::size_t i = 0; i < unit_names.size(); ++i) {
        const bool plural = word.size() == unit_names[i].size() + 1 && word.back() == 's';
        if (word == unit_names[i] || (plural && word.starts_with(unit_names[i]))) {
            return static_cast<Span::Unit>(i);
        }
    }
    return std::nullopt;
}

bool is_name(std::string_view text) {
    if (text.empty() || text.front() < 'a' || text.front() > 'z') {
        return false;
    }
    for (const char letter : text) {
        const bool fits = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                          letter == '-' || letter == '.';
        if (!fits) {
            return false;
        }
    }
    return true;
}

std::unexpected<Error> not_a_span(std::string_view text) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("\"{}\" is no length of time; write a number and a unit, such as "
                            "\"3 days\" (minutes, hours, days, weeks, months or years)",
                            text));
}

/// Minutes in the longest span of a unit.
std::int32_t count_max(Span::Unit unit) {
    constexpr std::array<std::int32_t, 6> per_year{366 * 24 * 60, 366 * 24, 366, 53, 12, 1};
    return per_year[static_cast<std::size_t>(unit)] * span_years_max;
}

Result<std::uint8_t> parse_weekdays(std::string_view text) {
    const auto find_day = [](std::string_view word) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < weekday_names.size(); ++i) {
            if (word == weekday_names[i]) {
                return i;
            }
        }
        return std::nullopt;
    };
    std::uint8_t days = 0;
    for (const std::string_view part : split(text, ',')) {
        const std::vector<std::string_view> ends = split(part, '-');
        const auto first = find_day(ends.front());
        const auto last = find_day(ends.back());
        if (!first || !last || ends.size() > 2) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("\"{}\" names no days of the week; write mon, tue, wed, thu, "
                                    "fri, sat or sun, such as \"mon-fri\" or \"mon,thu\"",
                                    text));
        }
        for (std::size_t day = *first;; day = (day + 1) % weekday_names.size()) {
            days = static_cast<std::uint8_t>(days | (1U << day));
            if (day == *last) {
                break;
            }
        }
    }
    return days;
}

/// "until DAY" or "until DAY TIME".
Result<Moment> parse_until(const std::vector<std::string_view>& words) {
    constexpr std::size_t day_letters = 10;
    const Result<DateTime> day = parse_date_time(words[1]);
    if (!day || words[1].size() != day_letters) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is no day; write \"until 2030-10-01\", also with a time: "
                                "\"until 2030-10-01 09:00\"",
                                words[1]));
    }
    Moment moment;
    moment.side = Moment::Side::Until;
    moment.local = utc_date(day->start);
    if (words.size() == 3) {
        const Result<std::chrono::minutes> time = parse_time_of_day(words[2]);
        if (!time) {
            return pass_on(time);
        }
        moment.local += *time;
    }
    return moment;
}

}  // namespace

std::string Span::to_text() const {
    return fmt::format("{} {}{}", count, unit_names[static_cast<std::size_t>(unit)],
                       count == 1 ? "" : "s");
}

Result<Span> parse_span(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.size() != 2) {
        return not_a_span(text);
    }
    const auto count = whole_number(words[0]);
    const auto unit = find_unit(words[1]);
    if (!count || !unit) {
        return not_a_span(text);
    }
    if (*count > count_max(*unit)) {
        return fail(ErrorCode::Limit, fmt::format("\"{}\" is longer than {} years; write less",
                                                  text, span_years_max));
    }
    return Span{*count, *unit};
}

bool is_physical(const Span& span) {
    return span.unit == Span::Unit::Minute || span.unit == Span::Unit::Hour;
}

Duration physical_length(const Span& span) {
    if (span.unit == Span::Unit::Minute) {
        return std::chrono::minutes{span.count};
    }
    return span.unit == Span::Unit::Hour ? Duration{std::chrono::hours{span.count}} : Duration{0};
}

LocalTime add(LocalTime from, const Span& span, int times) {
    const CivilDate day = std::chrono::floor<std::chrono::days>(from);
    const Duration time_of_day = from - day;
    const int count = span.count * times;
    switch (span.unit) {
        case Span::Unit::Minute:
        case Span::Unit::Hour:
            return from + physical_length(span) * times;
        case Span::Unit::Day:
            return day + std::chrono::days{count} + time_of_day;
        case Span::Unit::Week:
            return day + std::chrono::days{count * 7} + time_of_day;
        case Span::Unit::Month:
            return add_months(day, count) + time_of_day;
        case Span::Unit::Year:
            return add_months(day, count * 12) + time_of_day;
    }
    return from;
}

std::string Moment::to_text() const {
    switch (side) {
        case Side::FromNow:
            return span.to_text();
        case Side::Before:
            return fmt::format("{} before {}", span.to_text(), anchor);
        case Side::After:
            return fmt::format("{} after {}", span.to_text(), anchor);
        case Side::On:
            return fmt::format("on {}", anchor);
        case Side::Until: {
            const CivilDate day = std::chrono::floor<std::chrono::days>(local);
            const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day);
            return fmt::format("until {}{}{}", format_date(day), minutes.count() == 0 ? "" : " ",
                               minutes.count() == 0 ? "" : format_time_of_day(minutes));
        }
    }
    return {};
}

Result<Moment> parse_moment(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    Moment moment;
    if (words.size() >= 2 && words.size() <= 3 && words[0] == "until") {
        return parse_until(words);
    }
    if (words.size() == 2 && words[0] == "on" && is_name(words[1])) {
        moment.side = Moment::Side::On;
        moment.anchor = std::string(words[1]);
        return moment;
    }
    const bool anchored = words.size() == 4 && (words[2] == "before" || words[2] == "after");
    if ((anchored && !is_name(words[3])) || (!anchored && words.size() != 2)) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" says no moment; write a length of time (\"7 days\"), "
                                "one that leans on a date (\"3 days before appointment\", "
                                "\"on appointment\"), or a day (\"until 2030-10-01\")",
                                text));
    }
    Result<Span> span = parse_span(fmt::format("{} {}", words[0], words[1]));
    if (!span) {
        return pass_on(span);
    }
    moment.span = *span;
    if (anchored) {
        moment.side = words[2] == "before" ? Moment::Side::Before : Moment::Side::After;
        moment.anchor = std::string(words[3]);
    }
    return moment;
}

Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const std::vector<std::string_view> parts = split(text, ':');
    const auto hour = parts.size() == 2 ? whole_number(parts[0]) : std::nullopt;
    const auto minute =
        parts.size() == 2 && parts[1].size() == 2 ? whole_number(parts[1]) : std::nullopt;
    if (!hour || !minute || *hour > 23 || *minute > 59) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is no time of day; write hours and minutes between "
                                "\"00:00\" and \"23:59\", in quotes",
                                text));
    }
    return std::chrono::minutes{*hour * 60 + *minute};
}

std::string format_time_of_day(std::chrono::minutes minutes) {
    return fmt::format("{:02}:{:02}", minutes.count() / 60, minutes.count() % 60);
}

Result<Window> parse_window(std::string_view text) {
    Window window;
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.empty() || words.size() > 2) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" says no local time; write \"10:00\", \"10:00-16:00\" or "
                                "\"mon-fri 10:00-16:00\"",
                                text));
    }
    if (words.size() == 2) {
        Result<std::uint8_t> days = parse_weekdays(words.front());
        if (!days) {
            return pass_on(days);
        }
        window.weekdays = *days;
    }
    const std::vector<std::string_view> ends = split(words.back(), '-');
    Result<std::chrono::minutes> from = parse_time_of_day(ends.front());
    if (!from) {
        return pass_on(from);
    }
    window.from = *from;
    if (ends.size() > 1) {
        Result<std::chrono::minutes> to = parse_time_of_day(ends.back());
        if (!to) {
            return pass_on(to);
        }
        if (ends.size() > 2 || *to <= *from) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("\"{}\" must end later on the same day than it begins, such "
                                    "as \"10:00-16:00\"",
                                    text));
        }
        window.to = *to;
    }
    return window;
}

LocalTime Window::next(LocalTime local) const {
    CivilDate day = std::chrono::floor<std::chrono::days>(local);
    // A week and a day: today's time may be over.
    for (int tries = 0; tries <= 7; ++tries, day += std::chrono::days{1}) {
        const unsigned weekday = std::chrono::weekday{day}.iso_encoding() - 1;
        if ((weekdays & (1U << weekday)) == 0) {
            continue;
        }
        const LocalTime start = day + from;
        if (local <= start) {
            return start;
        }
        if (to && local < day + *to) {
            return local;
        }
    }
    return local;
}

std::string Window::to_text() const {
    std::string days;
    for (std::size_t day = 0; weekdays != all_days && day < weekday_names.size(); ++day) {
        if ((weekdays & (1U << day)) != 0) {
            days += (days.empty() ? "" : ",") + std::string(weekday_names[day]);
        }
    }
    return fmt::format("{}{}{}{}{}", days, days.empty() ? "" : " ", format_time_of_day(from),
                       to ? "-" : "", to ? format_time_of_day(*to) : "");
}

}  // namespace parcours::campaign
