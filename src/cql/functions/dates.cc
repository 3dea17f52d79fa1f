// Dates and times (CQL 1.5 Appendix B §Date and Time).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;

Temporal today_of(const CallContext& context) {
    Temporal out = truncate(values::from_instant(context.now), Precision::Day);
    out.kind = Temporal::Kind::Date;
    out.zoned = false;
    return out;
}

Value now(Arguments /*in*/, CallContext& context) {
    return values::from_instant(context.now);
}
Value today(Arguments /*in*/, CallContext& context) {
    return today_of(context);
}

Value time_of_day(Arguments /*in*/, CallContext& context) {
    Temporal out = values::from_instant(context.now);
    out.kind = Temporal::Kind::Time;
    out.year = 1;
    out.month = 1;
    out.day = 1;
    out.zoned = false;
    return out;
}

void set_field(Temporal& out, Precision which, int number) {
    const auto small = static_cast<std::uint8_t>(std::min(number, 255));
    switch (which) {
        case Precision::Year:
            out.year = static_cast<std::int16_t>(number);
            break;
        case Precision::Month:
            out.month = small;
            break;
        case Precision::Day:
            out.day = small;
            break;
        case Precision::Hour:
            out.hour = small;
            break;
        case Precision::Minute:
            out.minute = small;
            break;
        case Precision::Second:
            out.second = small;
            break;
        default:
            out.millisecond = static_cast<std::uint16_t>(number);
            break;
    }
    out.precision = which;
}

constexpr auto fields =
    std::to_array<Precision>({Precision::Year, Precision::Month, Precision::Day, Precision::Hour,
                              Precision::Minute, Precision::Second, Precision::Millisecond});

// Sets the parts that are given, from the coarsest on; a gap or an impossible day is an error.
Value build(Arguments in, CallContext& context, Temporal::Kind kind) {
    Temporal out;
    out.kind = kind;
    const std::size_t first = kind == Temporal::Kind::Time ? 3 : 0;
    const std::size_t count = kind == Temporal::Kind::Date ? 3 : fields.size() - first;
    bool any = false;
    for (std::size_t i = 0; i < in.size() && i < count; ++i) {
        const std::string name(precision_name(fields[first + i]));
        if (in[i].is_null()) {
            continue;
        }
        if (i > 0 && in[i - 1].is_null()) {
            return context.fail_with("a " + name + " is given without what comes before it");
        }
        const int number = in[i].integer();
        if (number < 0 || number > 9999) {
            return context.fail_with(std::to_string(number) + " is no " + name);
        }
        set_field(out, fields[first + i], number);
        any = true;
    }
    if (!any) {
        return {};
    }
    if (in.size() > count && !in[count].is_null()) {
        const auto minutes = number_of(in[count]).multiply(Decimal::from_integer(60));
        const std::int64_t offset = minutes.value_or(Decimal()).truncate().value_or(0);
        if (offset < -14 * 60 || offset > 14 * 60) {
            return context.fail_with("an offset lies between -14 and 14 hours");
        }
        out.offset_minutes = static_cast<std::int16_t>(offset);
        out.zoned = true;
    }
    return is_valid(out)
               ? Value(out)
               : context.fail_with("the day or time " + out.to_text() + " does not exist");
}

Value date_time(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::DateTime);
}
Value date(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::Date);
}
Value time(Arguments in, CallContext& context) {
    return build(in, context, Temporal::Kind::Time);
}

// A distance that is not exactly known is an interval of numbers until it is compared.
Value distance(Uncertain range) {
    const Value low = integer_or_null(range.low);
    const Value high = integer_or_null(range.high);
    return range.low == range.high ? low : Value(IntervalValue{low, high, true, true});
}

/// Whether a distance between two values can be told in a unit: Dates have no hours, unless they
/// stand for DateTimes; Times have no days.
bool have_unit(Arguments in, Precision unit, const CallContext& context) {
    if (in[0].kind() != Value::Kind::Temporal || in[1].kind() != Value::Kind::Temporal) {
        return false;
    }
    if (context.overload != nullptr &&
        context.overload->parameters[0].kind == Type::Kind::DateTime) {
        return true;
    }
    const auto both = [&in](Temporal::Kind kind) {
        return in[0].temporal().kind == kind && in[1].temporal().kind == kind;
    };
    return unit <= Precision::Day ? !both(Temporal::Kind::Time) : !both(Temporal::Kind::Date);
}

Value duration(Arguments in, CallContext& context) {
    const Precision unit = context.precision.value_or(Precision::Day);
    return have_unit(in, unit, context)
               ? distance(duration_between(in[0].temporal(), in[1].temporal(), unit))
               : Value();
}

Value difference(Arguments in, CallContext& context) {
    const Precision unit = context.precision.value_or(Precision::Day);
    return have_unit(in, unit, context)
               ? distance(difference_between(in[0].temporal(), in[1].temporal(), unit))
               : Value();
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
    out.zoned = false;
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
    out.zoned = false;
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
