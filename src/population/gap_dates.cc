#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/gap_leaf.h"
#include "population/gaps.h"
#include "population/horizon.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/row_shape.h"
#include "population/table.h"
#include "population/time_shape.h"
#include "population/truth.h"
#include "record/fact.h"
#include "values/temporal.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;
using cql::Value;

constexpr std::int64_t day = 86'400'000;  // milliseconds

/// Whether all that the comparison reads of the property is its start.
bool reads_only_start(const Node& node) {
    const auto is_start = [](const Node& child) {
        return child.kind == NodeKind::Call && child.function->name == "Start" &&
               bare_property(child) != nullptr;
    };
    return std::ranges::all_of(node.children, [&](const cql::NodePtr& child) {
        return bare_property(*child) == nullptr || is_start(*child);
    });
}

std::int64_t milliseconds(Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

/// How far from a constant a date of this precision is certain to be on its side of it. Seconds are
/// moments: only one that is equal to a constant is not on either side.
std::int64_t margin_of(Precision precision) {
    switch (precision) {
        case Precision::Year:
            return 368 * day;
        case Precision::Month:
            return 33 * day;
        case Precision::Second:
        case Precision::Millisecond:
            return 0;
        default:
            return 2 * day;
    }
}

/// The same for the precision that a comparison is made to.
std::int64_t margin_of(std::optional<values::Precision> precision) {
    if (!precision) {
        return 0;
    }
    switch (*precision) {
        case values::Precision::Year:
            return 368 * day;
        case values::Precision::Month:
            return 33 * day;
        case values::Precision::Week:
            return 8 * day;
        default:
            return 2 * day;
    }
}

/// Whether a day is made of the property: that of where the moment was, a day off in UTC at most.
bool takes_day(const Node& node) {
    const bool makes = node.kind == NodeKind::Call &&
                       (node.function->name == "DateFrom" || node.function->name == "ToDate");
    return bare_property(node) != nullptr && node.kind != NodeKind::Property &&
           (makes || takes_day(*node.children[0]));
}

/// How far from a constant a moment is certain to be on its side of it for this comparison.
std::int64_t margin_of_comparison(const Node& node) {
    const bool day_taken = std::ranges::any_of(
        node.children, [](const cql::NodePtr& child) { return takes_day(*child); });
    return std::max(margin_of(node.precision), day_taken ? 2 * day : std::int64_t{0});
}

constexpr std::size_t precision_count = 6;

/// The moments a comparison of a date compares it with.
struct Moments {
    std::vector<std::int64_t> all;
    std::optional<std::int64_t> moving_from;  ///< the earliest, where some move with time
    std::int64_t moving_to = 0;               ///< the latest of these
};

/// Nothing where they are no moments.
std::optional<Moments> find_moments(const Query& query, const Node& node,
                                    const std::vector<Value>& whole, bool abatement) {
    std::vector<Value> constants;
    for (const Value& value : whole) {
        take_apart(value, constants);
    }
    Moments out;
    const bool moves = query.times != nullptr && !query.times->is_still(node);
    for (const Value& constant : constants) {
        if (constant.kind() != Value::Kind::Temporal ||
            constant.temporal().kind == values::Temporal::Kind::Time) {
            return std::nullopt;
        }
        const std::int64_t low = constant.temporal().low_milliseconds();
        out.all.push_back(low);
        out.all.push_back(constant.temporal().high_milliseconds());
        if (moves) {
            out.moving_to = std::max(out.moving_from ? out.moving_to : INT64_MIN, out.all.back());
            out.moving_from = std::min(out.moving_from.value_or(INT64_MAX), low);
        }
    }
    if (abatement) {
        out.all.push_back(milliseconds(query.context.as_of));
    }
    return out;
}

bool is_away_from_now(const Node& node) {
    if (node.kind != NodeKind::Call) {
        return false;
    }
    const std::string_view name = node.function->name;
    if (name == "Now") {
        return true;
    }
    if ((name != "Subtract" && name != "Add") || node.children[1]->kind != NodeKind::Literal ||
        node.children[1]->value.kind() != Value::Kind::Quantity) {
        return false;
    }
    const cql::Quantity& amount = node.children[1]->value.quantity();
    return (amount.unit == "day" || amount.unit == "days") && amount.value.is_whole() &&
           is_away_from_now(*node.children[0]);
}

/// Whether a timed call stands anywhere below.
bool holds_timed_call(const Query& query, const Node& node) {
    const auto holds = [&query](const Node& part) {
        return query.times->find(part) != nullptr || holds_timed_call(query, part);
    };
    if (node.kind == NodeKind::Define) {
        return holds(*query.expression.defines[node.index].root);
    }
    return std::ranges::any_of(node.children,
                               [&holds](const cql::NodePtr& child) { return holds(*child); });
}

/// Whether all that moves in a comparison are moments that go on as time does.
bool moves_evenly(const Query& query, const Node& node) {
    const TimedCall* const call = query.times->find(node);
    return call != nullptr && call->grid_ms == 0 && !holds_timed_call(query, node) &&
           std::ranges::all_of(call->moving, [](const TimedCall::Moving& one) {
               return one.grows && one.node->type.kind >= cql::Type::Kind::Date &&
                      one.node->type.kind <= cql::Type::Kind::DateTime;
           });
}

/// Whether that is the present moment, or away from it by an amount that is always the same.
bool keeps_step(const TimeShape& times, const Node& node) {
    const TimedCall* const call = times.find(node);
    return call != nullptr && !call->steps && call->moving.size() == 1 &&
           is_away_from_now(*call->moving.front().node);
}

class DateCondition final : public RowCondition {
  public:
    /// `constants` are what `find_constants` gave.
    DateCondition(const Query& query, const Node& node, const Table& table, std::uint32_t alias,
                  bool abatement, std::vector<Value> constants, const Moments& moments)
        : query_(query),
          node_(node),
          table_(table),
          alias_(alias),
          abatement_(abatement),
          only_start_(reads_only_start(node)),
          evenly_(query.times != nullptr && moves_evenly(query, node)),
          keeps_step_(evenly_ && keeps_step(*query.times, node)),
          constants_(std::move(constants)),
          margin_(margin_of_comparison(node)),
          gap_count_(moments.all.size() + 1),
          end_count_((gap_count_ + 1) * precision_count),
          memo_((gap_count_ * precision_count + 1) * end_count_ + end_count_) {
        use(moments);
    }

    void retime() override {
        if (!abatement_ && !moving_from_) {
            return;
        }
        std::size_t at = 0;
        for (const cql::NodePtr& child : node_.children) {
            if (bare_property(*child) != nullptr) {
                continue;
            }
            if (query_.times != nullptr && !query_.times->is_still(*child)) {
                constants_[at] = constant_value(query_, *child).value_or(Value());
            }
            ++at;
        }
        const auto moments = find_moments(query_, node_, constants_, abatement_);
        fits_ = moments && moments->all.size() + 1 == gap_count_;
        if (fits_) {
            use(*moments);
        }
    }

    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        each_lot(rows, [&](std::size_t begin, std::span<const std::uint32_t> some) {
            judge_lot(some, out.subspan(begin, some.size()));
        });
        if (!untils.empty()) {
            find_untils(rows, untils);
        }
    }

  private:
    void judge_lot(std::span<const std::uint32_t> rows, std::span<Truth> out) const {
        std::array<std::uint8_t, lot> shapes;   // NOLINT(*-member-init): written by read()
        std::array<Instant, lot> starts;        // NOLINT(*-member-init)
        std::array<Precision, lot> precisions;  // NOLINT(*-member-init)
        table_.shape.read(rows, shapes);
        if (!abatement_) {
            table_.start.read(rows, starts);
            table_.precision.read(rows, precisions);
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const RowShape shape{shapes[i]};
            const auto single = [&] {
                return row_truth(query_, node_, alias_,
                                 {static_cast<std::uint32_t>(table_.type), rows[i]});
            };
            if (!says_all(shape)) {
                out[i] = Truth::Open;
                continue;
            }
            std::optional<std::size_t> place;
            if (fits_ && abatement_) {
                place = place_of_abatement(rows[i]);
            } else if (fits_) {
                place = place_of(rows[i], shape, starts[i], precisions[i]);
            }
            out[i] = place ? memo_.get(*place, single) : single();
        }
    }

    /// The memo knows gaps by their order alone.
    void use(const Moments& moments) {
        gaps_ = Gaps(moments.all);
        moving_from_ = moments.moving_from;
        moving_to_ = moments.moving_to;
        auto ranks = gaps_.ranks(moments.all);
        if (ranks != ranks_) {
            ranks_ = std::move(ranks);
            memo_.forget();
        }
    }

    void find_untils(std::span<const std::uint32_t> rows, Untils untils) const {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const bool moves = moving_from_ && says_all(RowShape{table_.shape[rows[i]]});
            const auto until = moves && fits_ ? crossing_of(rows[i]) : std::nullopt;
            untils[i] = !moves  ? Instant::max()
                        : until ? *until
                                : row_held(query_, node_, alias_,
                                           {static_cast<std::uint32_t>(table_.type), rows[i]})
                                      .until;
        }
    }

    /// When what moves crosses one of the row's dates; nothing where only the row itself tells.
    [[nodiscard]] std::optional<Instant> crossing_of(std::uint32_t row) const {
        const bool period = !abatement_ && RowShape{table_.shape[row]}.date() == DateShape::Period;
        const auto start = abatement_ ? std::optional(Instant::max())
                                      : crossing_of(table_.start[row], table_.precision[row]);
        const auto end = abatement_ || period
                             ? crossing_of(table_.end[row], table_.end_precision[row])
                             : std::optional(Instant::max());
        return start && end ? std::optional(std::min(*start, *end)) : std::nullopt;
    }

    /// The same of one date. Nothing crosses it within `horizon_max` where what moves lies behind
    /// it already and never comes back (at the end of a month it may fall back, to the beginning of
    /// its day), or too far ahead.
    [[nodiscard]] std::optional<Instant> crossing_of(Instant date, Precision precision) const {
        constexpr std::int64_t slack = 10 * day;  // months and leap years
        constexpr std::int64_t far = std::chrono::milliseconds(horizon_max).count() + slack;
        if (date == no_time) {
            return Instant::max();
        }
        const std::int64_t at = milliseconds(date);
        const std::int64_t margin = margin_ + margin_of(precision);
        if (evenly_ &&
            (at + margin + day < *moving_from_ || at - margin - day > moving_to_ + far)) {
            return Instant::max();
        }
        const bool one = moving_from_ == moving_to_;
        return keeps_step_ && one && margin == 0 && at > moving_to_
                   ? std::optional(Instant(std::chrono::milliseconds(
                         milliseconds(query_.context.as_of) + at - moving_to_)))
                   : std::nullopt;
    }

    [[nodiscard]] bool says_all(RowShape shape) const {
        return abatement_ ? (shape.bits & RowShape::exact_abatement) != 0
                          : shape.date() == DateShape::Point || shape.date() == DateShape::Period;
    }

    [[nodiscard]] std::optional<std::size_t> find_place(Instant date, Precision precision) const {
        const auto gap = gaps_.find(milliseconds(date), margin_ + margin_of(precision));
        return gap ? std::optional(*gap * precision_count + static_cast<std::size_t>(precision))
                   : std::nullopt;
    }

    [[nodiscard]] std::optional<std::size_t> end_place(std::uint32_t row) const {
        return table_.end[row] == no_time ? gap_count_ * precision_count
                                          : find_place(table_.end[row], table_.end_precision[row]);
    }

    // Points, periods and abatements have places of their own.

    [[nodiscard]] std::optional<std::size_t> place_of_abatement(std::uint32_t row) const {
        const auto end = end_place(row);
        return end ? std::optional(end_count_ + *end) : std::nullopt;
    }

    [[nodiscard]] std::optional<std::size_t> place_of(std::uint32_t row, RowShape shape,
                                                      Instant start, Precision precision) const {
        const auto place = find_place(start, precision);
        if (!place || shape.date() == DateShape::Point) {
            return place;
        }
        // Any end will do where nobody asks: that of one without.
        const auto end = only_start_ ? gap_count_ * precision_count : end_place(row);
        return end ? std::optional((*place + 1) * end_count_ + *end) : std::nullopt;
    }

    const Query& query_;
    const Node& node_;
    const Table& table_;
    std::uint32_t alias_;
    bool abatement_;
    bool only_start_;
    bool evenly_;      ///< goes on what moves
    bool keeps_step_;  ///< and that with the present moment
    std::vector<Value> constants_;
    bool fits_ = true;  ///< there are as many moments as there were
    Gaps<std::int64_t> gaps_;
    std::int64_t margin_;
    std::optional<std::int64_t> moving_from_;
    std::int64_t moving_to_ = 0;
    std::vector<std::size_t> ranks_;  ///< of the moments
    std::size_t gap_count_;
    std::size_t end_count_;
    mutable TruthMemo memo_;
};

}  // namespace

RowConditionPtr plan_date_gaps(const Query& query, const Node& node, const Table& table,
                               std::uint32_t alias, bool abatement, std::vector<Value> constants) {
    const auto moments = find_moments(query, node, constants, abatement);
    return moments ? std::make_unique<DateCondition>(query, node, table, alias, abatement,
                                                     std::move(constants), *moments)
                   : nullptr;
}

}  // namespace parcours::population
