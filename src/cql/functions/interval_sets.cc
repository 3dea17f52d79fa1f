// Union, intersection and difference of intervals and lists, width, collapse.

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/functions/ranges.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

bool is_in(const std::vector<Value>& elements, const Value& element) {
    return std::ranges::any_of(elements, [&](const Value& other) {
        return element.is_null() ? other.is_null() : equal(other, element) == Truth(true);
    });
}

std::vector<Value> distinct(const std::vector<Value>& elements) {
    std::vector<Value> out;
    for (const Value& element : elements) {
        if (!is_in(out, element)) {
            out.push_back(element);
        }
    }
    return out;
}

const Value& smaller(const Value& left, const Value& right) {
    return order(left, right).value_or(0) <= 0 ? left : right;
}
const Value& greater(const Value& left, const Value& right) {
    return order(left, right).value_or(0) >= 0 ? left : right;
}

Value unite_intervals(const Value& left, const Value& right) {
    const Value like = point_like(left, right);
    const Range one = range_of(left, like);
    const Range other = range_of(right, like);
    const Truth touch = truth_or(ranges_overlap(one, other, {}),
                                 truth_or(point_equal(successor_of(one.high), other.low, {}),
                                          point_equal(successor_of(other.high), one.low, {})));
    if (touch != Truth(true)) {
        return {};
    }
    return IntervalValue{smaller(one.low, other.low), greater(one.high, other.high), true, true};
}

Value unite(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::Interval && in[1].kind() == Kind::Interval) {
        return unite_intervals(in[0], in[1]);
    }
    if (in[0].kind() == Kind::Interval || in[1].kind() == Kind::Interval) {
        return {};
    }
    if (in[0].is_null() && in[1].is_null()) {
        return {};
    }
    std::vector<Value> all;
    for (const Value& list : in) {
        if (list.kind() == Kind::List) {
            all.insert(all.end(), list.elements().begin(), list.elements().end());
        }
    }
    return ListValue{distinct(all)};
}

Value intersect(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::List && in[1].kind() == Kind::List) {
        ListValue out;
        for (const Value& element : distinct(in[0].elements())) {
            if (is_in(in[1].elements(), element)) {
                out.elements.push_back(element);
            }
        }
        return out;
    }
    if (in[0].kind() != Kind::Interval || in[1].kind() != Kind::Interval) {
        return {};
    }
    const Value like = point_like(in[0], in[1]);
    const Range one = range_of(in[0], like);
    const Range other = range_of(in[1], like);
    if (ranges_overlap(one, other, {}) == Truth(false)) {
        return {};
    }
    const bool low_known = !one.low.is_null() && !other.low.is_null();
    const bool high_known = !one.high.is_null() && !other.high.is_null();
    return IntervalValue{low_known ? greater(one.low, other.low) : Value(),
                         high_known ? smaller(one.high, other.high) : Value(), low_known,
                         high_known};
}

Value except_intervals(const Range& one, const Range& other) {
    if (ranges_overlap(one, other, {}) == Truth(false)) {
        return IntervalValue{one.low, one.high, true, true};
    }
    const bool left_stays = point_less(one.low, other.low, {}) == Truth(true);
    const bool right_stays = point_less(other.high, one.high, {}) == Truth(true);
    if (left_stays == right_stays) {
        return {};
    }
    return left_stays ? Value(IntervalValue{one.low, predecessor_of(other.low), true, true})
                      : Value(IntervalValue{successor_of(other.high), one.high, true, true});
}

Value except(Arguments in, CallContext& /*context*/) {
    if (in[0].kind() == Kind::List) {
        ListValue out;
        for (const Value& element : distinct(in[0].elements())) {
            if (in[1].kind() != Kind::List || !is_in(in[1].elements(), element)) {
                out.elements.push_back(element);
            }
        }
        return out;
    }
    if (in[0].kind() != Kind::Interval || in[1].kind() != Kind::Interval) {
        return {};
    }
    const Value like = point_like(in[0], in[1]);
    return except_intervals(range_of(in[0], like), range_of(in[1], like));
}

Value width(Arguments in, CallContext& context) {
    const Range range = range_of(in[0]);
    if (range.low.kind() == Kind::Temporal || range.high.kind() == Kind::Temporal) {
        return context.fail_with(
            "width is for numbers; for dates use: days between start of X and end of X");
    }
    if (range.low.kind() == Kind::Integer && range.high.kind() == Kind::Integer) {
        return integer_or_null(whole_of(range.high) - whole_of(range.low));
    }
    const auto low = quantity_of(range.low);
    const auto high = quantity_of(range.high);
    const auto wide = low && high ? high->value.subtract(low->value) : std::nullopt;
    if (!wide) {
        return {};
    }
    return range.low.kind() == Kind::Quantity ? Value(Quantity{*wide, low->unit}) : Value(*wide);
}

Value point_from(Arguments in, CallContext& context) {
    const Range range = range_of(in[0]);
    return equal(range.low, range.high) == Truth(true)
               ? range.low
               : context.fail_with("the interval " + in[0].to_text() +
                                   " holds more than one point");
}

Value collapse(Arguments in, CallContext& /*context*/) {
    std::vector<Value> intervals;
    for (const Value& element : in[0].elements()) {
        const Range range = range_of(element);
        if (element.kind() == Kind::Interval && !range.low.is_null() && !range.high.is_null()) {
            intervals.emplace_back(IntervalValue{range.low, range.high, true, true});
        }
    }
    std::ranges::sort(intervals, [](const Value& left, const Value& right) {
        return sort_order(left.interval().low, right.interval().low) < 0;
    });
    ListValue out;
    for (const Value& next : intervals) {
        Value joined = out.elements.empty() ? Value() : unite_intervals(out.elements.back(), next);
        if (joined.is_null()) {
            out.elements.push_back(next);
        } else {
            out.elements.back() = std::move(joined);
        }
    }
    return out;
}

constexpr std::string_view sets =
    "Interval<T>, Interval<T> -> Interval<T>; List<T>, List<T> -> List<T>; List<Any>, List<Any> -> "
    "List<Any>";

const auto table = std::to_array<Function>({
    {"Union", sets, unite,
     "All of both, each once; of intervals: one that covers both if they touch.",
     "{1, 2} union {2, 3}", true},
    {"Intersect", sets, intersect, "What both share.", "{1, 2} intersect {2, 3}"},
    {"Except", sets, except, "What the first has and the second has not.", "{1, 2} except {2, 3}",
     true},
    {"Width", "Interval<T> -> T", width, "The distance between the ends of an interval of numbers.",
     "width of Interval[1, 4]"},
    {"PointFrom", "Interval<T> -> T", point_from, "The only point of an interval.",
     "point from Interval[1, 1]"},
    {"Collapse", "List<Interval<T>> -> List<Interval<T>>", collapse, "Joins intervals that touch.",
     "collapse {Interval[1, 2], Interval[3, 4]}"},
});

}  // namespace

FunctionGroup interval_set_functions() {
    return table;
}

}  // namespace parcours::cql
