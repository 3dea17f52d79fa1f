// Expanding intervals into partitions, and collapsing them (CQL 1.5 Appendix B §Interval).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/functions/function.h"
#include "cql/functions/numbers.h"
#include "cql/functions/partitions.h"
#include "cql/functions/ranges.h"
#include "cql/operations.h"
#include "cql/value.h"

namespace parcours::cql {
namespace {

using Arguments = std::span<const Value>;
using Kind = Value::Kind;

constexpr std::size_t expanded_max = 100'000;

// The intervals whose ends are known, each closed.
std::vector<Value> known_intervals(const Value& list) {
    std::vector<Value> out;
    const std::vector<Value> single{list};
    for (const Value& element : list.kind() == Kind::List ? list.elements() : single) {
        if (element.kind() != Kind::Interval) {
            continue;
        }
        const Range range = range_of(element);
        Value low = range.low.point();
        Value high = range.high.point();
        if (!low.is_null() && !high.is_null()) {
            out.emplace_back(IntervalValue{std::move(low), std::move(high), true, true});
        }
    }
    return out;
}

std::optional<Step> step_for(const Value& per, const std::vector<Value>& intervals,
                             CallContext& context) {
    if (per.is_null()) {
        return default_step(intervals);
    }
    auto step = step_of(per);
    if (!step) {
        context.fail_with("'per' needs a quantity above zero, not " + per.to_text());
    }
    return step;
}

bool is_above(const Value& left, const Value& right) {
    return order(left, right) == std::optional(1);
}

// Appends the partitions from `low` to `high`; false where they are too many.
bool expand_one(const Value& interval, const Step& step, std::vector<Value>& out) {
    const Value low = aligned(interval.interval().low, step);
    const Value high = aligned_end(interval.interval().high, step);
    if (low.is_null() || high.is_null()) {
        return true;
    }
    for (std::int64_t count = 0;; ++count) {
        Value begin = moved_by(low, step, count);
        Value end = begin.is_null() ? Value() : last_of_step(begin, step);
        const bool wrapped = count > 0 && !begin.is_null() && !is_above(begin, low);
        if (begin.is_null() || end.is_null() || wrapped || order(end, high).value_or(1) > 0) {
            return true;
        }
        if (out.size() == expanded_max) {
            return false;
        }
        out.emplace_back(IntervalValue{std::move(begin), std::move(end), true, true});
    }
}

// Partitions by where they begin, each once.
void make_set(std::vector<Value>& parts) {
    const auto place = [](const Value& left, const Value& right) {
        return sort_order(left.interval().low, right.interval().low);
    };
    std::ranges::sort(
        parts, [&](const Value& left, const Value& right) { return place(left, right) < 0; });
    const auto doubles = std::ranges::unique(
        parts, [&](const Value& left, const Value& right) { return place(left, right) == 0; });
    parts.erase(doubles.begin(), doubles.end());
}

Value expand(Arguments in, CallContext& context) {
    if (in[0].is_null()) {
        return {};
    }
    const std::vector<Value> intervals = known_intervals(in[0]);
    const auto step = step_for(in[1], intervals, context);
    if (!step) {
        return ListValue{};
    }
    ListValue out;
    for (const Value& interval : intervals) {
        std::vector<Value> parts;
        if (!expand_one(interval, *step, parts) ||
            parts.size() + out.elements.size() > expanded_max) {
            return context.fail_with("'expand' of " + interval.to_text() + " gives more than " +
                                         std::to_string(expanded_max) +
                                         " parts; choose a longer 'per' or a shorter interval",
                                     ErrorCode::Limit);
        }
        for (Value& part : parts) {
            out.elements.push_back(in[0].kind() == Kind::List ? std::move(part)
                                                              : part.interval().low);
        }
    }
    if (intervals.size() > 1) {
        make_set(out.elements);
    }
    return out;
}

// Whether `next`, which starts no earlier, overlaps or meets, or lies within the step after it.
bool joins(const Value& last, const Value& next, const std::optional<Step>& step) {
    const Range one = range_of(last);
    const Range other = range_of(next);
    if (truth_or(ranges_overlap(one, other, {}), range_meets(one, other, {})) == Truth(true)) {
        return true;
    }
    if (!step) {
        return false;
    }
    Value end = last.interval().high;
    Value begin = next.interval().low;
    if (end.kind() == Kind::Temporal) {
        end = aligned(end, *step);
        begin = aligned(begin, *step);
    }
    const Value reach = end.is_null() ? Value() : moved_by(end, *step, 1);
    return !begin.is_null() && order(begin, reach).value_or(1) <= 0;
}

// Those with an end that nobody knows: they join no other, and stay.
std::vector<Value> unknown_intervals(const Value& list) {
    std::vector<Value> out;
    for (const Value& element : list.elements()) {
        if (element.kind() == Kind::Interval) {
            const Range range = range_of(element);
            if (range.low.point().is_null() || range.high.point().is_null()) {
                out.push_back(element);
            }
        }
    }
    return out;
}

Value collapse(Arguments in, CallContext& context) {
    if (in[0].is_null()) {
        return {};
    }
    std::vector<Value> intervals = known_intervals(in[0]);
    std::optional<Step> step;
    if (in.size() > 1 && !in[1].is_null()) {
        step = step_for(in[1], intervals, context);
    }
    std::ranges::sort(intervals, [](const Value& left, const Value& right) {
        return sort_order(left.interval().low, right.interval().low) < 0;
    });
    ListValue out;
    for (Value& next : intervals) {
        if (out.elements.empty() || !joins(out.elements.back(), next, step)) {
            out.elements.push_back(std::move(next));
            continue;
        }
        const IntervalValue& last = out.elements.back().interval();
        const Value high =
            is_above(next.interval().high, last.high) ? next.interval().high : last.high;
        out.elements.back() = IntervalValue{last.low, high, true, true};
    }
    for (Value& unknown : unknown_intervals(in[0])) {
        out.elements.push_back(std::move(unknown));
    }
    std::ranges::sort(out.elements, [](const Value& left, const Value& right) {
        return sort_order(left.interval().low, right.interval().low) < 0;
    });
    return out;
}

const auto table = std::to_array<Function>({
    {"Expand", "List<Interval<T>>, Quantity -> List<Interval<T>>; Interval<T>, Quantity -> List<T>",
     expand, "The partitions of intervals, or the points of one, as far apart as 'per' says.",
     "expand Interval[1, 10] per 3", true},
    {"Collapse",
     "List<Interval<T>> -> List<Interval<T>>; List<Interval<T>>, Quantity -> List<Interval<T>>",
     collapse, "Joins intervals that overlap or meet, or are no further apart than 'per' says.",
     "collapse {Interval[1, 2], Interval[3, 4]}", true},
});

}  // namespace

FunctionGroup expand_functions() {
    return table;
}

}  // namespace parcours::cql
