// Relations of points, intervals and lists (CQL 1.5 Appendix B §Interval). A point counts as the
// interval of itself, so that an element which may be either works in both shapes.

#include <array>
#include <optional>
#include <span>
#include <string>

#include "cql/functions/function.h"
#include "cql/functions/ranges.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

struct Pair {
    Range left;
    Range right;
};

Pair pair_of(Arguments in) {
    const Value like = point_like(in[0], in[1]);
    return {range_of(in[0], like), range_of(in[1], like)};
}

Value start(Arguments in, CallContext& /*context*/) {
    return range_of(in[0]).low;
}
Value end(Arguments in, CallContext& /*context*/) {
    return range_of(in[0]).high;
}

Value before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return point_less(pair.left.high, pair.right.low, context.precision);
}

Value after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return point_less(pair.right.high, pair.left.low, context.precision);
}

Value same_or_before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return point_less_or_equal(pair.left.high, pair.right.low, context.precision);
}

Value same_or_after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return point_less_or_equal(pair.right.high, pair.left.low, context.precision);
}

Value same_as(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(point_equal(pair.left.low, pair.right.low, context.precision),
                     point_equal(pair.left.high, pair.right.high, context.precision));
}

Truth in_value(const Value& element, const Value& whole, std::optional<Precision> precision) {
    if (whole.kind() == Kind::Interval) {
        return point_in(element, whole.interval(), precision);
    }
    return whole.kind() == Kind::List ? list_contains(whole.elements(), element) : Truth(false);
}

Value in(Arguments args, CallContext& context) {
    return in_value(args[0], args[1], context.precision);
}
Value contains(Arguments args, CallContext& context) {
    return in_value(args[1], args[0], context.precision);
}

Truth includes_value(const Value& outer, const Value& inner, std::optional<Precision> precision) {
    if (outer.is_null() || (inner.is_null() && outer.kind() != Kind::List)) {
        return std::nullopt;
    }
    if (outer.kind() == Kind::List) {
        return inner.kind() == Kind::List ? list_includes(outer.elements(), inner.elements())
                                          : list_contains(outer.elements(), inner);
    }
    if (outer.kind() == Kind::Interval && inner.kind() != Kind::Interval) {
        return point_in(inner, outer.interval(), precision);
    }
    const Value like = point_like(outer, inner);
    return range_includes(range_of(outer, like), range_of(inner, like), precision);
}

Value includes(Arguments in, CallContext& context) {
    return includes_value(in[0], in[1], context.precision);
}
Value included_in(Arguments in, CallContext& context) {
    return includes_value(in[1], in[0], context.precision);
}

Truth properly_includes_value(const Value& outer, const Value& inner,
                              std::optional<Precision> precision) {
    const Truth holds = includes_value(outer, inner, precision);
    if (outer.kind() == Kind::List) {
        const std::size_t count = inner.kind() == Kind::List ? inner.elements().size() : 1;
        return truth_and(holds, outer.elements().size() > count);
    }
    if (outer.is_null() || inner.is_null()) {
        return std::nullopt;
    }
    const Value like = point_like(outer, inner);
    if (inner.kind() != Kind::Interval) {  // a point must lie strictly inside
        const Range around = range_of(outer, like);
        return truth_and(point_less(around.low, inner, precision),
                         point_less(inner, around.high, precision));
    }
    const Range one = range_of(outer, like);
    const Range other = range_of(inner, like);
    const Truth same = truth_and(point_equal(one.low, other.low, precision),
                                 point_equal(one.high, other.high, precision));
    return truth_and(holds, truth_not(same));
}

Value properly_includes(Arguments in, CallContext& context) {
    return properly_includes_value(in[0], in[1], context.precision);
}
Value properly_included_in(Arguments in, CallContext& context) {
    return properly_includes_value(in[1], in[0], context.precision);
}

Value overlaps(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return ranges_overlap(pair.left, pair.right, context.precision);
}

Value overlaps_before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(ranges_overlap(pair.left, pair.right, context.precision),
                     point_less(pair.left.low, pair.right.low, context.precision));
}

Value overlaps_after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(ranges_overlap(pair.left, pair.right, context.precision),
                     point_less(pair.right.high, pair.left.high, context.precision));
}

Truth meets_before_value(const Pair& pair, std::optional<Precision> precision) {
    const Value next = successor_of(pair.left.high);
    return next.is_null() && !pair.left.high.is_null()
               ? Truth(false)
               : point_equal(next, pair.right.low, precision);
}

Truth meets_after_value(const Pair& pair, std::optional<Precision> precision) {
    return meets_before_value({pair.right, pair.left}, precision);
}

Value meets_before(Arguments in, CallContext& context) {
    return meets_before_value(pair_of(in), context.precision);
}
Value meets_after(Arguments in, CallContext& context) {
    return meets_after_value(pair_of(in), context.precision);
}
Value meets(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_or(meets_before_value(pair, context.precision),
                    meets_after_value(pair, context.precision));
}

Value starts(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(point_equal(pair.left.low, pair.right.low, context.precision),
                     point_less_or_equal(pair.left.high, pair.right.high, context.precision));
}

Value ends(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(point_equal(pair.left.high, pair.right.high, context.precision),
                     point_less_or_equal(pair.right.low, pair.left.low, context.precision));
}

constexpr std::string_view relation =
    "Interval<T>, Interval<T> -> Boolean; T, Interval<T> -> Boolean; Interval<T>, T -> Boolean; T, "
    "T -> Boolean";
constexpr std::string_view holding =
    "Interval<T>, Interval<T> -> Boolean; Interval<T>, T -> Boolean; List<T>, List<T> -> Boolean; "
    "List<T>, T -> Boolean";
constexpr std::string_view held =
    "Interval<T>, Interval<T> -> Boolean; T, Interval<T> -> Boolean; List<T>, List<T> -> Boolean; "
    "T, List<T> -> Boolean";

const auto table = std::to_array<Function>({
    {"Start", "Interval<T> -> T", start, "The first point of an interval.", "start of E.period"},
    {"End", "Interval<T> -> T", end, "The last point of an interval.", "end of E.period"},
    {"Before", relation, before, "Whether the first ends before the second starts.",
     "O.effective before Today()"},
    {"After", relation, after, "Whether the first starts after the second ends.",
     "O.effective after enrolled"},
    {"SameOrBefore", relation, same_or_before,
     "Whether the first ends when the second starts, or earlier.",
     "O.effective on or before Today()"},
    {"SameOrAfter", relation, same_or_after,
     "Whether the first starts when the second ends, or later.", "O.effective on or after Today()"},
    {"SameAs", relation, same_as, "Whether both start and end together, down to a precision.",
     "O.effective same day as Today()"},
    {"In", "T, Interval<T> -> Boolean; T, List<T> -> Boolean", in,
     "Whether a point lies in an interval, an element in a list.", "5 in Interval[1, 10]", true},
    {"Contains", "Interval<T>, T -> Boolean; List<T>, T -> Boolean", contains,
     "Whether an interval or list holds a point or element.", "Interval[1, 10] contains 5", true},
    {"Includes", holding, includes, "Whether the first holds all of the second.",
     "Interval[1, 10] includes Interval[2, 3]", true},
    {"IncludedIn", held, included_in, "Whether the second holds all of the first.",
     "E.period during Interval[@2019-01-01, @2019-12-31]", true},
    {"ProperlyIncludes", holding, properly_includes, "Includes it, and more.",
     "Interval[1, 10] properly includes Interval[2, 3]", true},
    {"ProperlyIncludedIn", held, properly_included_in, "Is held, and there is more.",
     "Interval[2, 3] properly included in Interval[1, 10]", true},
    {"Overlaps", relation, overlaps, "Whether both share a point.",
     "E.period overlaps Interval[@2019-01-01, @2019-12-31]"},
    {"OverlapsBefore", relation, overlaps_before, "Overlaps, and starts earlier.",
     "Interval[1, 5] overlaps before Interval[3, 8]"},
    {"OverlapsAfter", relation, overlaps_after, "Overlaps, and ends later.",
     "Interval[3, 8] overlaps after Interval[1, 5]"},
    {"Meets", relation, meets, "Whether one ends right before the other starts.",
     "Interval[1, 2] meets Interval[3, 4]"},
    {"MeetsBefore", relation, meets_before,
     "Whether the first ends right before the second starts.",
     "Interval[1, 2] meets before Interval[3, 4]"},
    {"MeetsAfter", relation, meets_after, "Whether the first starts right after the second ends.",
     "Interval[3, 4] meets after Interval[1, 2]"},
    {"Starts", relation, starts, "Whether both start together and the first ends no later.",
     "Interval[1, 2] starts Interval[1, 4]"},
    {"Ends", relation, ends, "Whether both end together and the first starts no earlier.",
     "Interval[3, 4] ends Interval[1, 4]"},
});

}  // namespace

FunctionGroup interval_functions() {
    return table;
}

}  // namespace parcours::cql
