// Neighbours and limits of points, the ends of intervals, members of values.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {

using Kind = Value::Kind;

Value successor_of(const Value& value) {
    switch (value.kind()) {
        case Kind::Integer:
            return value.integer() == std::numeric_limits<std::int32_t>::max()
                       ? Value()
                       : Value(value.integer() + 1);
        case Kind::Long:
            return value.long_integer() == std::numeric_limits<std::int64_t>::max()
                       ? Value()
                       : Value(value.long_integer() + 1);
        case Kind::Decimal:
            return Decimal::from_raw(value.decimal().raw() + 1);
        case Kind::Quantity: {
            const auto next = Decimal::from_raw(value.quantity().value.raw() + 1);
            return next ? Value(Quantity{*next, value.quantity().unit}) : Value();
        }
        case Kind::Temporal:
            return successor(value.temporal());
        default:
            return {};
    }
}

Value predecessor_of(const Value& value) {
    switch (value.kind()) {
        case Kind::Integer:
            return value.integer() == std::numeric_limits<std::int32_t>::min()
                       ? Value()
                       : Value(value.integer() - 1);
        case Kind::Long:
            return value.long_integer() == std::numeric_limits<std::int64_t>::min()
                       ? Value()
                       : Value(value.long_integer() - 1);
        case Kind::Decimal:
            return Decimal::from_raw(value.decimal().raw() - 1);
        case Kind::Quantity: {
            const auto next = Decimal::from_raw(value.quantity().value.raw() - 1);
            return next ? Value(Quantity{*next, value.quantity().unit}) : Value();
        }
        case Kind::Temporal:
            return predecessor(value.temporal());
        default:
            return {};
    }
}

namespace {

Temporal extreme(const Temporal& like, bool high) {
    Temporal out;
    out.kind = like.kind;
    out.zoned = like.kind == Temporal::Kind::DateTime;
    out.precision = like.kind == Temporal::Kind::Date ? Precision::Day : Precision::Millisecond;
    if (high) {
        if (like.kind != Temporal::Kind::Time) {
            out.year = 9999;
            out.month = 12;
            out.day = 31;
        }
        if (like.kind != Temporal::Kind::Date) {
            out.hour = 23;
            out.minute = 59;
            out.second = 59;
            out.millisecond = 999;
        }
    }
    return out;
}

}  // namespace

Value minimum_like(const Value& like) {
    switch (like.kind()) {
        case Kind::Integer:
            return std::numeric_limits<std::int32_t>::min();
        case Kind::Long:
            return std::numeric_limits<std::int64_t>::min();
        case Kind::Decimal:
            return Decimal::min();
        case Kind::Quantity:
            return Quantity{Decimal::min(), like.quantity().unit};
        case Kind::Temporal:
            return extreme(like.temporal(), false);
        default:
            return {};
    }
}

Value maximum_like(const Value& like) {
    switch (like.kind()) {
        case Kind::Integer:
            return std::numeric_limits<std::int32_t>::max();
        case Kind::Long:
            return std::numeric_limits<std::int64_t>::max();
        case Kind::Decimal:
            return Decimal::max();
        case Kind::Quantity:
            return Quantity{Decimal::max(), like.quantity().unit};
        case Kind::Temporal:
            return extreme(like.temporal(), true);
        default:
            return {};
    }
}

Value start_of(const IntervalValue& interval, const Value& like) {
    if (!interval.low.is_null()) {
        return interval.low_closed ? interval.low : successor_of(interval.low);
    }
    return interval.low_closed ? minimum_like(interval.high.is_null() ? like : interval.high)
                               : Value();
}

Value end_of(const IntervalValue& interval, const Value& like) {
    if (!interval.high.is_null()) {
        return interval.high_closed ? interval.high : predecessor_of(interval.high);
    }
    return interval.high_closed ? maximum_like(interval.low.is_null() ? like : interval.low)
                                : Value();
}

namespace {

Value members_of_list(const std::vector<Value>& elements, std::string_view name) {
    ListValue out;
    for (const Value& element : elements) {
        Value found = member_of(element, name);
        if (found.kind() == Kind::List) {
            out.elements.insert(out.elements.end(), found.elements().begin(),
                                found.elements().end());
        } else if (!found.is_null()) {
            out.elements.push_back(std::move(found));
        }
    }
    return out;
}

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

Value code_member(const Code& code, std::string_view name) {
    if (name == "code") {
        return text_or_null(code.code);
    }
    if (name == "system") {
        return text_or_null(code.system);
    }
    return text_or_null(name == "version"   ? code.version
                        : name == "display" ? code.display
                                            : std::string());
}

}  // namespace

Value member_of(const Value& value, std::string_view name) {
    switch (value.kind()) {
        case Kind::Tuple:
            return value.tuple().find(name);
        case Kind::List:
            return members_of_list(value.elements(), name);
        case Kind::Interval: {
            const IntervalValue& interval = value.interval();
            if (name == "start" || name == "low") {
                return interval.low;
            }
            if (name == "lowClosed") {
                return interval.low_closed;
            }
            if (name == "highClosed") {
                return interval.high_closed;
            }
            return name == "end" || name == "high" ? interval.high : Value();
        }
        case Kind::Quantity:
            return name == "value"                    ? Value(value.quantity().value)
                   : name == "unit" || name == "code" ? Value(value.quantity().unit)
                                                      : Value();
        case Kind::Ratio:
            return name == "numerator"     ? Value(value.ratio().numerator)
                   : name == "denominator" ? Value(value.ratio().denominator)
                                           : Value();
        case Kind::Code:
            return code_member(value.code(), name);
        case Kind::Concept: {
            if (name == "codes" || name == "coding") {
                ListValue out;
                out.elements.assign(value.concept_value().codes.begin(),
                                    value.concept_value().codes.end());
                return out;
            }
            return name == "text" || name == "display" ? text_or_null(value.concept_value().display)
                                                       : Value();
        }
        case Kind::Null:
        case Kind::Row:
            return {};
        default:
            return name == "value" ? value : Value();
    }
}

}  // namespace parcours::cql
