// The present, and the parts of dates and times.

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::fhirpath {
namespace {

using values::Precision;
using values::Temporal;

Temporal present(const Call& call) {
    return values::from_instant(call.evaluator.environment().now);
}

bool now(const Call& call) {
    call.out.push(Item::of(present(call), true));
    return true;
}

bool today(const Call& call) {
    Temporal day = values::truncate(present(call), Precision::Day);
    day.kind = Temporal::Kind::Date;
    call.out.push(Item::of(day, false));
    return true;
}

Temporal clock_of(Temporal moment) {
    moment.kind = Temporal::Kind::Time;
    moment.year = 1;
    moment.month = 1;
    moment.day = 1;
    moment.offset_minutes = 0;
    return moment;
}

bool time_of_day(const Call& call) {
    call.out.push(Item::of(clock_of(present(call)), false));
    return true;
}

// The date or time that the input is, also as a text; nothing for anything else.
bool temporal_input(const Call& call, std::optional<Item>& out) {
    if (!call.evaluator.single_input(call, out) || !out || out->is_temporal()) {
        return !out || out->is_temporal();
    }
    if (out->kind == Kind::String) {
        const std::string_view text = out->text();
        out = parse_date(text);
        out = out ? out : parse_date_time(text);
        out = out ? out : parse_time(text);
    } else {
        out.reset();
    }
    return true;
}

bool checked_input(const Call& call, std::optional<Item>& out) {
    if (call.input.size() > 1) {
        return call.evaluator.single_input(call, out);
    }
    return temporal_input(call, out);
}

template <Precision part>
bool part_of(const Call& call) {
    std::optional<Item> item;
    if (!checked_input(call, item)) {
        return false;
    }
    if (!item) {
        return true;
    }
    const Temporal value = item->temporal();
    const bool is_date_part = part <= Precision::Day;
    if (value.precision < part || (value.kind == Temporal::Kind::Time && is_date_part)) {
        return true;
    }
    std::int64_t number = 0;
    switch (part) {
        case Precision::Year:
            number = value.year;
            break;
        case Precision::Month:
            number = value.month;
            break;
        case Precision::Day:
            number = value.day;
            break;
        case Precision::Hour:
            number = value.hour;
            break;
        case Precision::Minute:
            number = value.minute;
            break;
        case Precision::Second:
            number = item->leap_second ? 60 : value.second;
            break;
        default:
            number = value.millisecond;
    }
    call.out.push(Item::of_integer(number));
    return true;
}

bool offset_of(const Call& call) {
    std::optional<Item> item;
    if (!checked_input(call, item)) {
        return false;
    }
    if (item && item->kind == Kind::DateTime && item->has_offset) {
        const auto hours = values::Decimal::from_integer(item->temporal().offset_minutes)
                               .divide(values::Decimal::from_integer(60));
        call.out.push(Item::of(hours.value_or(values::Decimal()), 0));
    }
    return true;
}

bool date_of(const Call& call) {
    std::optional<Item> item;
    if (!checked_input(call, item)) {
        return false;
    }
    if (item && item->kind != Kind::Time) {
        Temporal day = values::truncate(item->temporal(), Precision::Day);
        day.kind = Temporal::Kind::Date;
        day.offset_minutes = 0;
        call.out.push(Item::of(day, false));
    }
    return true;
}

bool time_of(const Call& call) {
    std::optional<Item> item;
    if (!checked_input(call, item)) {
        return false;
    }
    if (item && item->kind == Kind::Time) {
        call.out.push(*item);
    } else if (item && item->kind == Kind::DateTime &&
               item->temporal().precision >= Precision::Hour) {
        call.out.push(Item::of(clock_of(item->temporal()), false));
    }
    return true;
}

using Between = values::Uncertain (*)(const Temporal& from, const Temporal& to, Precision unit);

// Whole units from the input to the argument; nothing where their precision leaves it open.
bool distance(const Call& call, Between between) {
    std::optional<Item> from;
    std::optional<Item> to;
    std::optional<std::string_view> word;
    if (!checked_input(call, from) || !call.evaluator.single_argument(call, 0, to) ||
        !call.evaluator.string_argument(call, 1, word)) {
        return false;
    }
    if (!from || !to || !word) {
        return true;
    }
    const auto unit = values::find_precision(*word);
    const bool clocks = (from->kind == Kind::Time) == (to->kind == Kind::Time);
    if (!unit || !to->is_temporal() || !clocks) {
        return call.evaluator.fail(call.node,
                                   "it takes another date or time and a unit such as 'days'");
    }
    Temporal one = from->temporal();
    Temporal other = to->temporal();
    if (one.kind != other.kind) {
        one = values::to_date_time(one);
        other = values::to_date_time(other);
    }
    const values::Uncertain units = between(one, other, *unit);
    if (units.low == units.high) {
        call.out.push(Item::of_integer(units.low));
    }
    return true;
}

bool duration(const Call& call) {
    return distance(call, values::duration_between);
}
bool difference(const Call& call) {
    return distance(call, values::difference_between);
}

constexpr auto table = std::to_array<Function>({
    {"now", 0, 0, now, "The present moment"},
    {"today", 0, 0, today, "The present day"},
    {"timeOfDay", 0, 0, time_of_day, "The present time of day"},
    {"yearOf", 0, 0, part_of<Precision::Year>, "Its year"},
    {"monthOf", 0, 0, part_of<Precision::Month>, "Its month"},
    {"dayOf", 0, 0, part_of<Precision::Day>, "Its day of the month"},
    {"hourOf", 0, 0, part_of<Precision::Hour>, "Its hour"},
    {"minuteOf", 0, 0, part_of<Precision::Minute>, "Its minute"},
    {"secondOf", 0, 0, part_of<Precision::Second>, "Its second"},
    {"millisecondOf", 0, 0, part_of<Precision::Millisecond>, "Its millisecond"},
    {"timezoneOffsetOf", 0, 0, offset_of, "Its distance from UTC in hours"},
    {"dateOf", 0, 0, date_of, "Its date"},
    {"timeOf", 0, 0, time_of, "Its time of day"},
    {"duration", 2, 2, duration, "Whole units until another date or time"},
    {"difference", 2, 2, difference, "Boundaries of units until another date or time"},
});

}  // namespace

std::span<const Function> date_functions() {
    return table;
}

}  // namespace parcours::fhirpath
