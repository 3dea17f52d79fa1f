// Dates and times (CQL 1.5 Appendix B §Date and Time).

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "cql/decimal.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/temporal.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

Temporal today_of(const CallContext& context) {
    Temporal out = truncate(from_instant(context.now), Precision::Day);
    out.kind = Temporal::Kind::Date;
    return out;
}

Value now(Arguments /*in*/, CallContext& context) {
    return from_instant(context.now);
}
Value today(Arguments /*in*/, CallContext& context) {
    return today_of(context);
}

Value time_of_day(Arguments /*in*/, CallContext& context) {
    Temporal out = from_instant(context.now);
    out.kind = Temporal::Kind::Time;
    out.year = 1;
    out.month = 1;
    out.day = 1;
    return out;
}

// Sets the fields that are given, from the coarsest on; a gap or an impossible day is an error.
Value build(Arguments in, CallContext& context, Temporal::Kind kind, Precision first) {
    Temporal out;
    out.kind = kind;
    bool ended = false;
    bool any = false;
    const std::size_t fields = kind == Temporal::Kind::Date   ? 3
                               : kind == Temporal::Kind::Time ? 4
                                                              : 7;
    Precision which = first;
    for (std::size_t i = 0; i < in.size() && i < fields; ++i) {
        if (in[i].is_null()) {
            ended = true;
        } else if (ended) {
            return context.fail_with("a " + std::string(precision_name(which)) +
                                     " is given without what comes before it");
        } else {
            const int number = in[i].integer();
            if (number < 0 || number > 9999) {
                return context.fail_with(std::to_string(number) + " is no " +
                                         std::string(precision_name(which)));
            }
            const int limit = which == Precision::Year || which == Precision::Millisecond
                                  ? number
                                  : std::min(number, 255);
            switch (which) {
                case Precision::Year:
                    out.year = static_cast<std::int16_t>(limit);
                    break;
                case Precision::Month:
                    out.month = static_cast<std::uint8_t>(limit);
                    break;
                case Precision::Day:
                    out.day = static_cast<std::uint8_t>(limit);
                    break;
                case Precision::Hour:
                    out.hour = static_cast<std::uint8_t>(limit);
                    break;
                case Precision::Minute:
                    out.minute = static_cast<std::uint8_t>(limit);
                    break;
                case Precision::Second:
                    out.second = static_cast<std::uint8_t>(limit);
                    break;
                default:
                    out.millisecond = static_cast<std::uint16_t>(limit);
                    break;
            }
            out.precision = which;
            any = true;
        }
        which =
            static_cast<Precision>(static_cast<int>(which) + (which == Precision::Month ? 2 : 1));
    }
    if (!any) {
        return {};
    }
    if (in.size() > fields && !in[fields].is_null()) {
        const auto minutes = number_of(in[fields]).multiply(Decimal::from_integer(60));
        out.offset_minutes =
            static_cast<std::int16_t>(minutes.value_or(Decimal()).truncate().value_or(0));
    }
    return is_valid(out)
               ? Value(out)
               : context.fail_with("the day or time " + out.to_text() + " does not exist");
}

Value date_time(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::DateTime, Precision::Year);
}
Value date(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::Date, Precision::Year);
}
Value time(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::Time, Precision::Hour);
}

// A distance that is not exactly known is an interval of numbers until it is compared.
Value distance(Uncertain range) {
    const Value low = integer_or_null(range.low);
    const Value high = integer_or_null(range.high);
    return range.low == range.high ? low : Value(IntervalValue{low, high, true, true});
}

Value duration(Arguments in, CallContext& context) {
    if (in[0].kind() != Value::Kind::Temporal || in[1].kind() != Value::Kind::Temporal) {
        return {};
    }
    return distance(duration_between(in[0].temporal(), in[1].temporal(),
                                     context.precision.value_or(Precision::Day)));
}

Value difference(Arguments in, CallContext& context) {
    if (in[0].kind() != Value::Kind::Temporal || in[1].kind() != Value::Kind::Temporal) {
        return {};
    }
    return distance(difference_between(in[0].temporal(), in[1].temporal(),
                                       context.precision.value_or(Precision::Day)));
}

Value component(Arguments in, CallContext& context) {
    const Temporal& moment = in[0].temporal();
    const Precision which = context.precision.value_or(Precision::Year);
    if (moment.precision < which ||
        (moment.kind == Temporal::Kind::Time && which < Precision::Hour)) {
        return {};
    }
    switch (which) {
        case Precision::Year:
            return static_cast<std::int32_t>(moment.year);
        case Precision::Month:
            return static_cast<std::int32_t>(moment.month);
        case Precision::Day:
            return static_cast<std::int32_t>(moment.day);
        case Precision::Hour:
            return static_cast<std::int32_t>(moment.hour);
        case Precision::Minute:
            return static_cast<std::int32_t>(moment.minute);
        case Precision::Second:
            return static_cast<std::int32_t>(moment.second);
        case Precision::Millisecond:
            return static_cast<std::int32_t>(moment.millisecond);
        case Precision::Week:
            break;
    }
    return {};
}

Value date_from(Arguments in, CallContext& /*context*/) {
    Temporal out = truncate(in[0].temporal(), Precision::Day);
    out.kind = Temporal::Kind::Date;
    out.offset_minutes = 0;
    return out;
}

Value time_from(Arguments in, CallContext& /*context*/) {
    Temporal out = in[0].temporal();
    if (out.precision < Precision::Hour) {
        return {};
    }
    out.kind = Temporal::Kind::Time;
    out.year = 1;
    out.month = 1;
    out.day = 1;
    out.offset_minutes = 0;
    return out;
}

Value offset_from(Arguments in, CallContext& /*context*/) {
    return Decimal::from_integer(in[0].temporal().offset_minutes).divide(Decimal::from_integer(60));
}

constexpr std::string_view two_moments =
    "Date, Date -> Integer; DateTime, DateTime -> Integer; Time, Time -> Integer";

const auto table = std::to_array<Function>({
    {"Now", "-> DateTime", now, "The moment the question is asked for.", "Now()", false, true},
    {"Today", "-> Date", today, "The day the question is asked for (UTC).", "Today()", false, true},
    {"TimeOfDay", "-> Time", time_of_day, "The time of day the question is asked for (UTC).",
     "TimeOfDay()", false, true},
    {"DateTime",
     "Integer -> DateTime; Integer, Integer -> DateTime; Integer, Integer, Integer -> DateTime; "
     "Integer, Integer, Integer, Integer -> DateTime; Integer, Integer, Integer, Integer, Integer "
     "-> DateTime; "
     "Integer, Integer, Integer, Integer, Integer, Integer -> DateTime; "
     "Integer, Integer, Integer, Integer, Integer, Integer, Integer -> DateTime; "
     "Integer, Integer, Integer, Integer, Integer, Integer, Integer, Decimal -> DateTime",
     date_time, "A DateTime from its parts.", "DateTime(2019, 6, 1)", true},
    {"Date", "Integer -> Date; Integer, Integer -> Date; Integer, Integer, Integer -> Date", date,
     "A Date from its parts.", "Date(2019, 6, 1)", true},
    {"Time",
     "Integer -> Time; Integer, Integer -> Time; Integer, Integer, Integer -> Time; Integer, "
     "Integer, Integer, Integer -> Time",
     time, "A Time from its parts.", "Time(8, 30)", true},
    {"DurationBetween", two_moments, duration, "Whole units that passed between two moments.",
     "months between @2019-01-15 and Today()"},
    {"DifferenceBetween", two_moments, difference,
     "Boundaries of units crossed between two moments.",
     "difference in days between @2019-01-15 and Today()"},
    {"DateTimeComponentFrom", "Date -> Integer; DateTime -> Integer; Time -> Integer", component,
     "One part of a date or time.", "year from Today()"},
    {"DateFrom", "DateTime -> Date; Date -> Date", date_from, "The date of a DateTime.",
     "date from Now()"},
    {"TimeFrom", "DateTime -> Time", time_from, "The time of a DateTime.", "time from Now()"},
    {"TimezoneOffsetFrom", "DateTime -> Decimal", offset_from, "The offset from UTC in hours.",
     "timezoneoffset from Now()"},
});

}  // namespace

FunctionGroup date_functions() {
    return table;
}

}  // namespace parcours::cql
