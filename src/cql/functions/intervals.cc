// Relations of points, intervals and lists (CQL 1.5 Appendix B §Interval). A point counts as the
// interval of itself, so that an element which may be either works in both shapes.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cql/functions/element_set.h"
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
    return range_of(in[0]).low.point();
}
Value end(Arguments in, CallContext& /*context*/) {
    return range_of(in[0]).high.point();
}

Value before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return edge_less(pair.left.high, pair.right.low, context.precision);
}

Value after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return edge_less(pair.right.high, pair.left.low, context.precision);
}

Value same_or_before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return edge_less_or_equal(pair.left.high, pair.right.low, context.precision);
}

Value same_or_after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return edge_less_or_equal(pair.right.high, pair.left.low, context.precision);
}

Truth same_ends(const Pair& pair, std::optional<Precision> precision) {
    return truth_and(edge_equal(pair.left.low, pair.right.low, precision),
                     edge_equal(pair.left.high, pair.right.high, precision));
}

Value same_as(Arguments in, CallContext& context) {
    return same_ends(pair_of(in), context.precision);
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

// With a list or interval on both sides nothing is known of null; a single element may be null.
bool is_whole(const CallContext& context, std::size_t parameter) {
    return context.overload != nullptr && !context.overload->parameters[parameter].variable;
}

Truth includes_value(const Value& outer, const Value& inner, bool inner_whole,
                     const CallContext& context) {
    if (outer.is_null()) {
        return inner_whole || inner.is_null() ? std::nullopt : Truth(false);
    }
    if (inner.is_null() && (inner_whole || outer.kind() != Kind::List)) {
        return std::nullopt;
    }
    if (outer.kind() == Kind::List) {
        return inner_whole && inner.kind() == Kind::List
                   ? list_includes(outer.elements(), inner.elements())
                   : list_contains(outer.elements(), inner);
    }
    if (outer.kind() == Kind::Interval && inner.kind() != Kind::Interval) {
        return point_in(inner, outer.interval(), context.precision);
    }
    const Value like = point_like(outer, inner);
    return range_includes(range_of(outer, like), range_of(inner, like), context.precision);
}

bool is_work(Arguments in, CallContext& context) {
    const auto size = [](const Value& value) {
        return value.kind() == Kind::List ? value.elements().size() : 1;
    };
    return compares_too_much(size(in[0]) * size(in[1]), context);
}

Value includes(Arguments in, CallContext& context) {
    if (is_work(in, context)) {
        return {};
    }
    return includes_value(in[0], in[1], is_whole(context, 1), context);
}
Value included_in(Arguments in, CallContext& context) {
    if (is_work(in, context)) {
        return {};
    }
    return includes_value(in[1], in[0], is_whole(context, 0), context);
}

// Whether a list holds anything else than the element.
Truth holds_other(const std::vector<Value>& elements, const Value& element) {
    Truth out = false;
    for (const Value& candidate : elements) {
        const bool both_null = candidate.is_null() && element.is_null();
        const Truth same = both_null           ? Truth(true)
                           : element.is_null() ? Truth(false)
                                               : equal(candidate, element);
        out = truth_or(out, truth_not(same));
    }
    return out;
}

Truth properly_includes_value(const Value& outer, const Value& inner, bool inner_whole,
                              const CallContext& context) {
    if (outer.is_null()) {
        return inner_whole ? std::nullopt : Truth(false);
    }
    const Truth holds = includes_value(outer, inner, inner_whole, context);
    if (outer.kind() == Kind::List) {
        if (!inner_whole || inner.kind() != Kind::List) {
            return inner_whole ? holds : truth_and(holds, holds_other(outer.elements(), inner));
        }
        return truth_and(holds, outer.elements().size() > inner.elements().size());
    }
    if (inner.is_null()) {
        return std::nullopt;
    }
    const Value like = point_like(outer, inner);
    const Pair pair{range_of(outer, like), range_of(inner, like)};
    if (inner.kind() != Kind::Interval) {  // a point must lie strictly inside
        return truth_and(edge_less(pair.left.low, pair.right.low, context.precision),
                         edge_less(pair.right.low, pair.left.high, context.precision));
    }
    return truth_and(holds, truth_not(same_ends(pair, context.precision)));
}

Value properly_includes(Arguments in, CallContext& context) {
    if (is_work(in, context)) {
        return {};
    }
    return properly_includes_value(in[0], in[1], is_whole(context, 1), context);
}
Value properly_included_in(Arguments in, CallContext& context) {
    if (is_work(in, context)) {
        return {};
    }
    return properly_includes_value(in[1], in[0], is_whole(context, 0), context);
}

Value overlaps(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return ranges_overlap(pair.left, pair.right, context.precision);
}

Value overlaps_before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(ranges_overlap(pair.left, pair.right, context.precision),
                     edge_less(pair.left.low, pair.right.low, context.precision));
}

Value overlaps_after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(ranges_overlap(pair.left, pair.right, context.precision),
                     edge_less(pair.right.high, pair.left.high, context.precision));
}

Value meets_before(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return range_meets(pair.left, pair.right, context.precision);
}
Value meets_after(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return range_meets(pair.right, pair.left, context.precision);
}
Value meets(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_or(range_meets(pair.left, pair.right, context.precision),
                    range_meets(pair.right, pair.left, context.precision));
}

Value starts(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(edge_equal(pair.left.low, pair.right.low, context.precision),
                     edge_less_or_equal(pair.left.high, pair.right.high, context.precision));
}

Value ends(Arguments in, CallContext& context) {
    const Pair pair = pair_of(in);
    return truth_and(edge_equal(pair.left.high, pair.right.high, context.precision),
                     edge_less_or_equal(pair.right.low, pair.left.low, context.precision));
}

constexpr std::string_view relation =
    "Interval<T>, Interval<T> -> Boolean; T, Interval<T> -> Boolean; Interval<T>, T -> Boolean; T, "
    "T -> Boolean";
constexpr std::string_view holding =
    "Interval<T>, Interval<T> -> Boolean; Interval<T>, T -> Boolean; List<T>, List<T> -> Boolean; "
    "List<T>, T -> Boolean";
// A null that stands alone is taken for an element here, for a list above.
constexpr std::string_view properly_holding =
    "Interval<T>, Interval<T> -> Boolean; Interval<T>, T -> Boolean; List<T>, T -> Boolean; "
    "List<T>, List<T> -> Boolean";
constexpr std::string_view properly_held =
    "Interval<T>, Interval<T> -> Boolean; T, Interval<T> -> Boolean; T, List<T> -> Boolean; "
    "List<T>, List<T> -> Boolean";
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
    {"ProperlyIncludes", properly_holding, properly_includes, "Includes it, and more.",
     "Interval[1, 10] properly includes Interval[2, 3]", true},
    {"ProperlyIncludedIn", properly_held, properly_included_in, "Is held, and there is more.",
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
