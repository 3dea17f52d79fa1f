// Union, intersection and difference of intervals and lists; width and size.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cql/functions/element_set.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/functions/ranges.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/decimal.h"
#include "values/units.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

// The elements that `keep` takes, each once.
template <class Keep>
Value chosen(const std::vector<Value>& elements, CallContext& context, const Keep& keep) {
    ElementSet out;
    for (const Value& element : elements) {
        if (keep(element)) {
            out.insert(element);
        }
        if (compares_too_much(out.comparisons(), context)) {
            return {};
        }
    }
    return ListValue{out.take()};
}

// What is in the other list, or what is not.
Value compared_with(const Value& list, const Value& other, bool wanted, CallContext& context) {
    ElementSet set;
    if (other.kind() == Kind::List) {
        for (const Value& element : other.elements()) {
            set.insert(element);
            if (compares_too_much(set.comparisons(), context)) {
                return {};
            }
        }
    }
    return chosen(list.elements(), context, [&](const Value& element) {
        return !compares_too_much(set.comparisons(), context) && set.contains(element) == wanted;
    });
}

Value smaller(const Value& left, const Value& right) {
    return order(left, right).value_or(0) <= 0 ? left : right;
}
Value greater(const Value& left, const Value& right) {
    return order(left, right).value_or(0) >= 0 ? left : right;
}

Value unite_intervals(const Value& left, const Value& right) {
    const Value like = point_like(left, right);
    const Range one = range_of(left, like);
    const Range other = range_of(right, like);
    const Truth touch =
        truth_or(ranges_overlap(one, other, {}),
                 truth_or(range_meets(one, other, {}), range_meets(other, one, {})));
    const bool known = !one.low.point().is_null() && !other.low.point().is_null() &&
                       !one.high.point().is_null() && !other.high.point().is_null();
    if (touch != Truth(true) || !known) {
        return {};
    }
    return IntervalValue{smaller(one.low.point(), other.low.point()),
                         greater(one.high.point(), other.high.point()), true, true};
}

Value unite(Arguments in, CallContext& context) {
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
    return has_too_many(all.size(), context)
               ? Value()
               : chosen(all, context, [](const Value&) { return true; });
}

Value intersect(Arguments in, CallContext& context) {
    if (in[0].kind() == Kind::List && in[1].kind() == Kind::List) {
        return compared_with(in[0], in[1], true, context);
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
    const Value low = one.low.point();
    const Value other_low = other.low.point();
    const Value high = one.high.point();
    const Value other_high = other.high.point();
    const bool low_known = !low.is_null() && !other_low.is_null();
    const bool high_known = !high.is_null() && !other_high.is_null();
    if (!low_known && !high_known) {
        return {};
    }
    return IntervalValue{low_known ? greater(low, other_low) : Value(),
                         high_known ? smaller(high, other_high) : Value(), low_known, high_known};
}

Value except_intervals(const Value& whole, const Range& one, const Range& other) {
    if (ranges_overlap(one, other, {}) == Truth(false)) {
        return whole;
    }
    const Truth left_stays = edge_less(one.low, other.low, {});
    const Truth right_stays = edge_less(other.high, one.high, {});
    if (!left_stays || !right_stays || *left_stays == *right_stays) {
        return {};
    }
    return *left_stays ? Value(IntervalValue{one.low.point(), predecessor_of(other.low.point()),
                                             true, true})
                       : Value(IntervalValue{successor_of(other.high.point()), one.high.point(),
                                             true, true});
}

Value except(Arguments in, CallContext& context) {
    if (in[0].kind() == Kind::List) {
        return compared_with(in[0], in[1], false, context);
    }
    if (in[0].kind() != Kind::Interval || in[1].kind() != Kind::Interval) {
        return {};
    }
    const Value like = point_like(in[0], in[1]);
    return except_intervals(in[0], range_of(in[0], like), range_of(in[1], like));
}

// The distance between two numbers or quantities.
Value distance(const Value& low, const Value& high) {
    if (low.kind() == Kind::Integer && high.kind() == Kind::Integer) {
        return integer_or_null(whole_of(high) - whole_of(low));
    }
    if (low.kind() == Kind::Long && high.kind() == Kind::Long) {
        std::int64_t out = 0;
        return __builtin_sub_overflow(whole_of(high), whole_of(low), &out) ? Value() : Value(out);
    }
    const auto least = quantity_of(low);
    const auto most = quantity_of(high);
    const auto converted =
        least && most ? convert_unit(most->value, most->unit, least->unit) : std::nullopt;
    const auto wide = converted ? converted->subtract(least->value) : std::nullopt;
    if (!wide) {
        return {};
    }
    return low.kind() == Kind::Quantity ? Value(Quantity{*wide, least->unit}) : Value(*wide);
}

Value width(Arguments in, CallContext& context) {
    const Range range = range_of(in[0]);
    const Value low = range.low.point();
    const Value high = range.high.point();
    if (low.kind() == Kind::Temporal || high.kind() == Kind::Temporal) {
        return context.fail_with(
            "the width or size of an interval is for numbers; for dates use: days between start of "
            "X and end of X");
    }
    return distance(low, high);
}

Value size(Arguments in, CallContext& context) {
    const Value wide = width(in, context);
    return wide.is_null() ? Value() : successor_of(wide);
}

Value point_from(Arguments in, CallContext& context) {
    const Range range = range_of(in[0]);
    return edge_equal(range.low, range.high, {}) == Truth(true)
               ? range.low.point()
               : context.fail_with("the interval " + in[0].to_text() +
                                   " holds more than one point");
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
    {"Size", "Interval<T> -> T", size, "How many points an interval of numbers holds.",
     "Size(Interval[3, 7])"},
});

}  // namespace

FunctionGroup interval_set_functions() {
    return table;
}

}  // namespace parcours::cql
