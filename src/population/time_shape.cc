#include "population/time_shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/tree.h"

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

    [[nodiscard]] bool is(Kind other) const { return kind == other; }
};

Motion settled() {
    return {Motion::Kind::Settled, false, {}, {}};
}
Motion wild() {
    return {Motion::Kind::Wild, false, {}, {}};
}
Motion moving(const Node& node, bool grows) {
    return {Motion::Kind::Moving, false, {&node, grows}, {}};
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
                return wild();  // what the function's body does with the moment is not followed
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
            if (part.is(Motion::Kind::Moving) || part.is(Motion::Kind::Wild)) {
                return wild();
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
        Motion out{Motion::Kind::Moving, true, ends[0].low, ends[1].low};
        return out;
    }

    Motion call(const Node& node) {
        const std::vector<Motion> in = visit_children(node);
        const std::string_view name = node.function->name;
        const auto count = std::ranges::count_if(
            in, [](const Motion& one) { return one.is(Motion::Kind::Moving); });
        if (std::ranges::any_of(in, [](const Motion& one) { return one.is(Motion::Kind::Wild); })) {
            return wild();
        }
        if (node.function->reads_now) {
            const bool forward = name == "Now" || name == "Today" || name.starts_with("AgeIn") ||
                                 name.starts_with("CalculateAgeIn");
            return forward && count == 0 ? moving(node, true) : wild();
        }
        if (count == 0) {
            return joined(in);
        }
        return count == 1 ? call_on_moving(node, in) : wild();
    }

    /// A call with one argument that moves.
    Motion call_on_moving(const Node& node, const std::vector<Motion>& in) {
        const std::string_view name = node.function->name;
        const std::size_t at = in[0].is(Motion::Kind::Moving) ? 0 : 1;
        const Motion& one = in[at];
        if (is_one_of(name, compared)) {
            note(node, in);
            return settled();
        }
        if (name == "IsNull") {
            return settled();  // what moves is there or not, whatever the time
        }
        if (name == "Start" || name == "End") {
            const Motion::End& end = !one.interval || name == "Start" ? one.low : one.high;
            return end.node == nullptr ? settled() : moving(node, end.grows);
        }
        if (one.interval || at > 1) {
            return wild();
        }
        const bool grows = one.low.grows;
        if (is_one_of(name, kept) || name == "Add") {
            return moving(node, grows);
        }
        if (name == "Subtract" || name == "DurationBetween" || name == "DifferenceBetween") {
            return moving(node, (name == "Subtract") == (at == 0) ? grows : !grows);
        }
        if (name.starts_with("AgeIn") || (name.starts_with("CalculateAgeIn") && at == 1)) {
            return moving(node, grows);
        }
        const bool year =
            name == "DateTimeComponentFrom" &&
            node.precision.value_or(values::Precision::Year) == values::Precision::Year;
        return year ? moving(node, grows) : wild();
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
            parts.push_back(value.is(Motion::Kind::Moving) ? settled() : value);
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
    if (!expression.uses_now) {
        return;
    }
    const Motion answer = TimeReader(expression, *this).visit(expression.root());
    tracked_ = answer.is(Motion::Kind::Still) || answer.is(Motion::Kind::Settled);
}

}  // namespace parcours::population
