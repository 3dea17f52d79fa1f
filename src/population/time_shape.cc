#include "population/time_shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "population/everybody.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

/// What time does to the value of a node.
struct Motion {
    enum class Kind : std::uint8_t {
        Still,    ///< nothing
        Settled,  ///< it jumps, but only where a timed call does
        Moving,   ///< it moves in one direction
        Wild      ///< anything
    };
    struct End {
        const Node* node = nullptr;  ///< null: it stays
        bool grows = true;
    };

    Kind kind = Kind::Still;
    bool interval = false;
    End low;  ///< of what is no interval: itself
    End high;
    /// Of what moves or is wild: it changes only at multiples of so many milliseconds.
    std::int64_t grid = 1;
    /// Of what changes all the time: it is away from the moment by a multiple of so many, in whole
    /// days, months or years besides.
    std::int64_t shift = 1;

    [[nodiscard]] bool is(Kind other) const { return kind == other; }
    [[nodiscard]] bool changes() const { return is(Kind::Moving) || is(Kind::Wild); }
};

constexpr std::int64_t hour = 3'600'000;  // milliseconds
constexpr std::int64_t day = 24 * hour;

Motion settled() {
    return {Motion::Kind::Settled, false, {}, {}, 1, 1};
}
Motion wild(std::int64_t grid) {
    return {Motion::Kind::Wild, false, {}, {}, grid, 1};
}
Motion moving(const Node& node, bool grows, std::int64_t grid, std::int64_t shift = 1) {
    return {Motion::Kind::Moving, false, {&node, grows}, {}, grid, shift};
}

/// The finest grid of those that change.
std::int64_t grid_of(const std::vector<Motion>& parts) {
    std::int64_t grid = day;
    for (const Motion& part : parts) {
        grid = part.changes() ? std::min(grid, part.grid) : grid;
    }
    return grid;
}

/// The grid that a unit of time keeps to.
std::int64_t grid_of(values::Precision unit) {
    return unit <= values::Precision::Day ? day : unit == values::Precision::Hour ? hour : 1;
}

/// By how much an amount of time shifts a moment off the grid of days; 1 where that is not known.
std::int64_t shift_of(const Node& amount) {
    if (amount.kind != NodeKind::Literal || amount.value.kind() != cql::Value::Kind::Quantity) {
        return 1;
    }
    const std::string& unit = amount.value.quantity().unit;
    const auto is_unit = [&unit](std::string_view name) {
        return unit == name || unit == std::string(name) + "s";
    };
    if (!amount.value.quantity().value.is_whole()) {
        return 1;
    }
    return is_unit("day") || is_unit("week") || is_unit("month") || is_unit("year") ? day
           : is_unit("hour")                                                        ? hour
                                                                                    : 1;
}

constexpr std::array compared = {"After",
                                 "Before",
                                 "Contains",
                                 "Ends",
                                 "Equal",
                                 "Equivalent",
                                 "Greater",
                                 "GreaterOrEqual",
                                 "In",
                                 "IncludedIn",
                                 "Includes",
                                 "Less",
                                 "LessOrEqual",
                                 "Meets",
                                 "MeetsAfter",
                                 "MeetsBefore",
                                 "Overlaps",
                                 "OverlapsAfter",
                                 "OverlapsBefore",
                                 "ProperlyIncludedIn",
                                 "ProperlyIncludes",
                                 "SameAs",
                                 "SameOrAfter",
                                 "SameOrBefore",
                                 "Starts"};
constexpr std::array kept = {"DateFrom", "ToDate", "ToDateTime", "ToDecimal", "ToLong"};

template <std::size_t count>
bool is_one_of(std::string_view name, const std::array<const char*, count>& names) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

/// Walks through an expression, once.
class TimeReader {
  public:
    TimeReader(const cql::Expression& expression, TimeShape& out)
        : expression_(expression),
          out_(out),
          slots_(expression.slot_count),
          defines_(expression.defines.size()) {}

    Motion visit(const Node& node) {
        Motion motion = read(node);
        if (!motion.is(Motion::Kind::Still)) {
            out_.timed_.insert(&node);
        }
        return motion;
    }

  private:
    Motion read(const Node& node) {
        switch (node.kind) {
            case NodeKind::Literal:
            case NodeKind::Parameter:
            case NodeKind::Patient:
            case NodeKind::PatientProperty:
            case NodeKind::Retrieve:
                return {};
            case NodeKind::Variable:
                return slots_[node.index];
            case NodeKind::Define:
                return define(node);
            case NodeKind::As:
                return visit(*node.children[0]);
            case NodeKind::Interval:
                return interval(node);
            case NodeKind::Call:
                return call(node);
            case NodeKind::Invoke:
                (void)visit_children(node);
                return wild(1);  // what the function's body does with the moment is not followed
            case NodeKind::Query:
                return query(*node.query);
            default:
                return join(node);
        }
    }

    Motion define(const Node& node) {
        auto& known = defines_[node.index];
        if (!known) {
            known = visit(*expression_.defines[node.index].root);
        }
        return *known;
    }

    /// Of parts that must not move.
    static Motion joined(const std::vector<Motion>& parts) {
        Motion out;
        for (const Motion& part : parts) {
            if (part.changes()) {
                return wild(grid_of(parts));
            }
            out = part.is(Motion::Kind::Settled) ? part : out;
        }
        return out;
    }

    std::vector<Motion> visit_children(const Node& node) {
        std::vector<Motion> parts;
        for (const cql::NodePtr& child : node.children) {
            parts.push_back(visit(*child));
        }
        return parts;
    }

    Motion join(const Node& node) { return joined(visit_children(node)); }

    Motion interval(const Node& node) {
        const std::vector<Motion> ends = visit_children(node);
        const auto is_moving = [](const Motion& end) { return end.is(Motion::Kind::Moving); };
        if (std::ranges::none_of(ends, is_moving) ||
            std::ranges::any_of(ends, [](const Motion& end) {
                return end.is(Motion::Kind::Wild) || end.interval;
            })) {
            return joined(ends);
        }
        return {Motion::Kind::Moving, true, ends[0].low, ends[1].low, grid_of(ends), 1};
    }

    Motion call(const Node& node) {
        const std::vector<Motion> in = visit_children(node);
        const auto count =
            std::ranges::count_if(in, [](const Motion& one) { return one.changes(); });
        if (node.function->reads_now) {
            return count == 0 ? of_now(node) : wild(std::min(grid_of(in), of_now(node).grid));
        }
        if (count == 0) {
            return joined(in);
        }
        const Motion out = count == 1 ? call_on_moving(node, in) : wild(grid_of(in));
        if (!out.is(Motion::Kind::Wild) || out.grid < hour) {
            return out;
        }
        // It may do anything, but only now and then: it is asked at each of these moments.
        out_.calls_[&node].grid_ms = out.grid;
        return settled();
    }

    /// A function that reads the moment itself.
    static Motion of_now(const Node& node) {
        const std::string_view name = node.function->name;
        if (name == "Now") {
            return moving(node, true, 1, day);
        }
        if (name == "Today") {
            return moving(node, true, day);
        }
        const bool age = name.starts_with("AgeIn");
        if (!age && !name.starts_with("CalculateAgeIn")) {
            return wild(1);
        }
        const bool of_days = name.ends_with("Years") || name.ends_with("Months") ||
                             name.ends_with("Weeks") || name.ends_with("Days");
        const bool of_date = age || node.children[0]->type.is(cql::Type::Kind::Date);
        return moving(node, true, of_days && of_date ? day : 1);
    }

    /// A call with one argument that moves, or is wild.
    Motion call_on_moving(const Node& node, const std::vector<Motion>& in) {
        const std::string_view name = node.function->name;
        const std::size_t at = static_cast<std::size_t>(
            std::ranges::find_if(in, [](const Motion& one) { return one.changes(); }) - in.begin());
        const Motion& one = in[at];
        if (one.is(Motion::Kind::Wild)) {
            return wild(one.grid);
        }
        if (is_one_of(name, compared)) {
            note(node, in);
            return settled();
        }
        if (name == "IsNull") {
            return settled();  // what moves is there or not, whatever the time
        }
        if (name == "Start" || name == "End") {
            const Motion::End& end = !one.interval || name == "Start" ? one.low : one.high;
            return end.node == nullptr ? settled() : moving(node, end.grows, one.grid);
        }
        if (one.interval || at > 1) {
            return wild(one.grid);
        }
        const bool grows = one.low.grows;
        if (name == "DateTimeComponentFrom") {
            const auto unit = node.precision.value_or(values::Precision::Year);
            const std::int64_t grid = std::max(one.grid, std::min(one.shift, grid_of(unit)));
            return unit == values::Precision::Year ? moving(node, grows, grid) : wild(grid);
        }
        if (is_one_of(name, kept)) {
            const bool to_date = name == "DateFrom" || name == "ToDate";
            return moving(node, grows, to_date ? std::max(one.grid, one.shift) : one.grid,
                          one.shift);
        }
        return call_on_single(node, in, at);
    }

    /// Of those, what adds to a value or counts from it.
    Motion call_on_single(const Node& node, const std::vector<Motion>& in, std::size_t at) {
        const std::string_view name = node.function->name;
        const Motion& one = in[at];
        const bool grows = one.low.grows;
        if (name == "Add" || (name == "Subtract" && at == 0)) {
            const std::int64_t shift = node.children.size() == 2 && at == 0
                                           ? std::min(one.shift, shift_of(*node.children[1]))
                                           : 1;
            return moving(node, grows, one.grid, shift);
        }
        if (name == "Subtract" || name == "DurationBetween" || name == "DifferenceBetween") {
            return moving(node, name == "Subtract" || at == 0 ? !grows : grows, one.grid);
        }
        if (name.starts_with("AgeIn") || (name.starts_with("CalculateAgeIn") && at == 1)) {
            return moving(node, grows, one.grid);
        }
        return wild(one.grid);
    }

    void note(const Node& node, const std::vector<Motion>& in) {
        using Part = TimedCall::Part;
        TimedCall& out = out_.calls_[&node];
        out.steps = node.function->name.starts_with("Meets");
        for (std::uint8_t i = 0; i < in.size(); ++i) {
            const Motion& one = in[i];
            if (!one.is(Motion::Kind::Moving)) {
                out.still.push_back({i, Part::Whole});
                continue;
            }
            out.steps = out.steps || one.interval;
            const Part low = one.interval ? Part::Low : Part::Whole;
            add_end(out, one.low, {i, low});
            if (one.interval) {
                add_end(out, one.high, {i, Part::High});
            }
        }
    }

    static void add_end(TimedCall& out, const Motion::End& end, TimedCall::Place place) {
        if (end.node == nullptr) {
            out.still.push_back(place);
        } else {
            out.moving.push_back({end.node, place, end.grows});
        }
    }

    /// What a source gives must not move; a `let` may.
    Motion query(const cql::Query& query) {
        std::vector<Motion> parts;
        for (const cql::Query::Source& source : query.sources) {
            parts.push_back(visit(*source.expression));
        }
        for (const cql::Query::Let& let : query.lets) {
            const Motion value = visit(*let.expression);
            slots_[let.slot] = value;
            const bool followed = value.is(Motion::Kind::Moving) ||
                                  (value.is(Motion::Kind::Wild) && value.grid >= hour);
            parts.push_back(followed ? settled() : value);
        }
        for (const cql::Query::Relationship& related : query.relationships) {
            parts.push_back(visit(*related.source.expression));
            parts.push_back(visit(*related.condition));
        }
        const auto add = [&](const cql::NodePtr& part) {
            if (part) {
                parts.push_back(visit(*part));
            }
        };
        add(query.where);
        add(query.returns);
        for (const cql::Query::SortItem& item : query.sort) {
            add(item.expression);
        }
        if (query.aggregate) {
            add(query.aggregate->start);
            add(query.aggregate->expression);
        }
        return joined(parts);
    }

    const cql::Expression& expression_;
    TimeShape& out_;
    std::vector<Motion> slots_;
    std::vector<std::optional<Motion>> defines_;
};

TimeShape::TimeShape(const cql::Expression& expression) {
    if (knows_others(expression)) {
        tracked_ = false;  // anybody's record may change it
        return;
    }
    if (!expression.uses_now) {
        return;
    }
    const Motion answer = TimeReader(expression, *this).visit(expression.root());
    tracked_ = answer.is(Motion::Kind::Still) || answer.is(Motion::Kind::Settled);
}

}  // namespace parcours::population
