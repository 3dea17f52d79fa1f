// Timing phrases, lowered to relations of points and intervals (CQL 1.5 §Timing phrases).

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "values/decimal.h"

namespace parcours::cql {

using Kind = Type::Kind;
using Relation = TimingSyntax::Relation;
using Boundary = TimingSyntax::Boundary;
using Offset = TimingSyntax::Offset;

namespace {

bool may_be_interval(const Type& type) {
    return type.is(Kind::Interval) ||
           (type.is(Kind::Choice) && std::ranges::any_of(type.arguments, may_be_interval));
}

std::vector<NodePtr> pair(NodePtr left, NodePtr right) {
    std::vector<NodePtr> out;
    out.push_back(std::move(left));
    out.push_back(std::move(right));
    return out;
}

std::vector<NodePtr> alone(NodePtr only) {
    std::vector<NodePtr> out;
    out.push_back(std::move(only));
    return out;
}

}  // namespace

// The operand, or the start or end of it where the phrase says so.
Analysed Analyser::operand(const Syntax& syntax, Boundary boundary) {
    auto node = analyse(syntax);
    if (!node || boundary == Boundary::None || boundary == Boundary::Occurs) {
        return node;
    }
    if (!may_be_interval((*node)->type) && (*node)->type.kind >= Kind::Date &&
        (*node)->type.kind <= Kind::Time) {
        return node;  // a point starts and ends at itself
    }
    return call(boundary == Boundary::Start ? "Start" : "End", alone(std::move(*node)),
                syntax.place, {}, boundary == Boundary::Start ? "starts" : "ends");
}

// A single moment: the stated boundary, else the start (`low`) or end of what may be an interval.
Analysed Analyser::edge(const Syntax& syntax, Boundary boundary, bool low) {
    auto node = operand(syntax, boundary);
    if (!node || !may_be_interval((*node)->type)) {
        return node;
    }
    return call(low ? "Start" : "End", alone(std::move(*node)), syntax.place);
}

Analysed Analyser::timing_amount(const TimingSyntax& timing, Place place) {
    const auto number = Decimal::parse(timing.amount);
    if (!number) {
        return error(place, fmt::format("the number {} does not fit a Decimal", timing.amount));
    }
    return literal(Quantity{*number, timing.unit}, Kind::Quantity, place);
}

// `A 3 days or less before B` and its kin: A against B moved by the amount. Without a word such as
// "or less" A must be on it (Author's Guide, §Timing phrases: the offset is then absolute), to the
// finest precision unless "before day of" names one: `1 month before @2024-03-15` is 15 February.
Analysed Analyser::offset_relation(const Syntax& syntax) {
    const TimingSyntax& timing = *syntax.timing;
    const bool before = timing.relation == Relation::Before;
    const auto left = [&] { return edge(*syntax.children[0], timing.left, !before); };
    const auto right = [&] { return edge(*syntax.children[1], timing.right, before); };
    auto point = left();
    auto anchor = right();
    auto amount = timing_amount(timing, syntax.place);
    if (!point || !anchor || !amount) {
        return !point ? std::move(point) : !anchor ? std::move(anchor) : std::move(amount);
    }
    auto moved = call(before ? "Subtract" : "Add", pair(std::move(*anchor), std::move(*amount)),
                      syntax.place, {}, before ? "before" : "after");
    if (!moved) {
        return moved;
    }
    if (timing.offset == Offset::Exactly) {
        return call("SameAs", pair(std::move(*point), std::move(*moved)), syntax.place,
                    timing.precision);
    }
    if (timing.offset == Offset::OrMore) {
        return call(before ? "SameOrBefore" : "SameOrAfter",
                    pair(std::move(*point), std::move(*moved)), syntax.place, timing.precision);
    }
    if (timing.offset == Offset::MoreThan) {
        return call(before ? "Before" : "After", pair(std::move(*point), std::move(*moved)),
                    syntax.place, timing.precision);
    }
    auto again = right();
    if (!again) {
        return again;
    }
    const bool far_closed = timing.offset == Offset::OrLess;
    auto within =
        before
            ? range(std::move(*moved), std::move(*again), far_closed, timing.or_on, syntax.place)
            : range(std::move(*again), std::move(*moved), timing.or_on, far_closed, syntax.place);
    if (!within) {
        return within;
    }
    return call("In", pair(std::move(*point), std::move(*within)), syntax.place, timing.precision);
}

Analysed Analyser::before_or_after(const Syntax& syntax) {
    const TimingSyntax& timing = *syntax.timing;
    if (timing.offset != Offset::None) {
        return offset_relation(syntax);
    }
    auto left = operand(*syntax.children[0], timing.left);
    auto right = operand(*syntax.children[1], timing.right);
    if (!left || !right) {
        return !left ? std::move(left) : std::move(right);
    }
    const bool before = timing.relation == Relation::Before;
    const std::string_view function = before ? (timing.or_on ? "SameOrBefore" : "Before")
                                             : (timing.or_on ? "SameOrAfter" : "After");
    return call(function, pair(std::move(*left), std::move(*right)), syntax.place, timing.precision,
                before ? "before" : "after");
}

// `A within 3 days of B` is `A in [B - 3 days, B + 3 days]`.
Analysed Analyser::within(const Syntax& syntax) {
    const TimingSyntax& timing = *syntax.timing;
    auto point = operand(*syntax.children[0], timing.left);
    if (!point) {
        return point;
    }
    std::vector<NodePtr> ends;
    for (const std::string_view move : {"Subtract", "Add"}) {
        auto anchor = edge(*syntax.children[1], timing.right, move == "Subtract");
        auto amount = timing_amount(timing, syntax.place);
        if (!anchor || !amount) {
            return !anchor ? std::move(anchor) : std::move(amount);
        }
        auto end =
            call(move, pair(std::move(*anchor), std::move(*amount)), syntax.place, {}, "within");
        if (!end) {
            return end;
        }
        ends.push_back(std::move(*end));
    }
    auto around = range(std::move(ends[0]), std::move(ends[1]), !timing.properly, !timing.properly,
                        syntax.place);
    if (!around) {
        return around;
    }
    const bool interval = may_be_interval((*point)->type);
    return call(interval ? "IncludedIn" : "In", pair(std::move(*point), std::move(*around)),
                syntax.place, timing.precision, "within");
}

Analysed Analyser::timing(const Syntax& syntax) {
    const TimingSyntax& timing = *syntax.timing;
    switch (timing.relation) {
        case Relation::Before:
        case Relation::After:
            return before_or_after(syntax);
        case Relation::Within:
            return within(syntax);
        default:
            break;
    }
    auto left = operand(*syntax.children[0], timing.left);
    auto right = operand(*syntax.children[1], timing.right);
    if (!left || !right) {
        return !left ? std::move(left) : std::move(right);
    }
    if (timing.relation == Relation::IncludedIn && (*right)->type.is(Kind::ValueSet)) {
        return in_value_set(std::move(*left), **right, syntax.place);
    }
    static constexpr auto functions = std::to_array<std::string_view>(
        {"SameAs", "Includes", "IncludedIn", "Before", "After", "", "Meets", "MeetsBefore",
         "MeetsAfter", "Overlaps", "OverlapsBefore", "OverlapsAfter", "Starts", "Ends"});
    std::string_view function = functions[static_cast<std::size_t>(timing.relation)];
    if (timing.relation == Relation::Same && timing.same != TimingSyntax::Same::As) {
        function = timing.same == TimingSyntax::Same::OrBefore ? "SameOrBefore" : "SameOrAfter";
    }
    if (timing.properly) {
        function =
            timing.relation == Relation::Includes ? "ProperlyIncludes" : "ProperlyIncludedIn";
    }
    return call(function, pair(std::move(*left), std::move(*right)), syntax.place,
                timing.precision);
}

}  // namespace parcours::cql
