// Comparisons of a date or quantity with constants. Their truth depends only on where the row's
// value lies between the constants: evaluated once for each gap, and singly for rows whose value
// lies so near to a constant that precision, offsets or rounding could matter.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/exact_columns.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/row_shape.h"
#include "population/table.h"
#include "population/truth.h"
#include "record/dictionary.h"
#include "record/fact.h"
#include "values/decimal.h"
#include "values/temporal.h"
#include "values/units.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;
using cql::Value;

constexpr std::size_t constants_max = 6;
constexpr std::int64_t day = 86'400'000;  // milliseconds
constexpr std::size_t lot = 256;          // rows whose columns are read together

/// Calls `use(begin, rows)` for each lot of `rows`.
template <class Use>
void each_lot(std::span<const std::uint32_t> rows, Use use) {
    for (std::size_t begin = 0; begin < rows.size(); begin += lot) {
        use(begin, rows.subspan(begin, std::min(lot, rows.size() - begin)));
    }
}

constexpr std::array comparisons = {"After",
                                    "Before",
                                    "Contains",
                                    "Equal",
                                    "Greater",
                                    "GreaterOrEqual",
                                    "In",
                                    "IncludedIn",
                                    "Includes",
                                    "IsNull",
                                    "Less",
                                    "LessOrEqual",
                                    "OverlapsAfter",
                                    "OverlapsBefore",
                                    "Overlaps",
                                    "ProperlyIncludedIn",
                                    "ProperlyIncludes",
                                    "SameAs",
                                    "SameOrAfter",
                                    "SameOrBefore"};

bool is_comparison(const Node& node) {
    return node.kind == NodeKind::Call &&
           std::ranges::find(comparisons, node.function->name) != comparisons.end();
}

/// The property below what does not change the order of dates.
const Node* bare_property(const Node& node) {
    const bool wrapped = node.kind == NodeKind::As ||
                         (node.kind == NodeKind::Call &&
                          (node.function->name == "Start" || node.function->name == "End" ||
                           node.function->name == "DateFrom" || node.function->name == "ToDate" ||
                           node.function->name == "ToDateTime"));
    if (wrapped) {
        return bare_property(*node.children[0]);
    }
    return node.kind == NodeKind::Property ? &node : nullptr;
}

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

/// The constants a comparison compares its one property with; nothing for another shape.
std::optional<std::vector<Value>> find_constants(const Query& query, const Node& node,
                                                 std::uint32_t alias) {
    std::vector<Value> constants;
    for (const cql::NodePtr& child : node.children) {
        if (bare_property(*child) != nullptr) {
            continue;
        }
        const bool constant = find_reads(query.expression, *child, alias).nothing();
        auto value = constant ? constant_value(query, *child) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        constants.push_back(std::move(*value));
    }
    return constants;
}

/// The single values of constants: ends of intervals taken apart, nulls left out.
void take_apart(const Value& value, std::vector<Value>& out) {
    if (value.kind() == Value::Kind::Interval) {
        take_apart(value.interval().low, out);
        take_apart(value.interval().high, out);
    } else if (!value.is_null()) {
        out.push_back(value);
    }
}

/// Sorted constants, and the gap between them that a number lies in.
template <class Number>
class Gaps {
  public:
    Gaps() = default;
    explicit Gaps(std::vector<Number> constants) : constants_(std::move(constants)) {
        std::ranges::sort(constants_);
        const auto doubles = std::ranges::unique(constants_);
        constants_.erase(doubles.begin(), doubles.end());
    }
    [[nodiscard]] std::size_t count() const { return constants_.size() + 1; }
    /// Nothing when a constant is within `margin`.
    [[nodiscard]] std::optional<std::size_t> find(Number number, Number margin) const {
        std::size_t gap = 0;
        for (const Number constant : constants_) {
            if (std::abs(number - constant) <= margin) {
                return std::nullopt;
            }
            gap += constant < number ? 1U : 0U;
        }
        return gap;
    }
    /// The place of each of these in the order of all.
    [[nodiscard]] std::vector<std::size_t> ranks(const std::vector<Number>& numbers) const {
        std::vector<std::size_t> out;
        out.reserve(numbers.size());
        for (const Number number : numbers) {
            out.push_back(static_cast<std::size_t>(std::ranges::lower_bound(constants_, number) -
                                                   constants_.begin()));
        }
        return out;
    }
    [[nodiscard]] std::optional<std::size_t> find_equal(Number number) const {
        const auto found = std::ranges::find(constants_, number);
        return found == constants_.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - constants_.begin()));
    }

  private:
    std::vector<Number> constants_;
};

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
            out.moving_from = std::min(out.moving_from.value_or(INT64_MAX), low);
        }
    }
    if (abatement) {
        out.all.push_back(milliseconds(query.context.as_of));
    }
    return out;
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
        auto ranks = gaps_.ranks(moments.all);
        if (ranks != ranks_) {
            ranks_ = std::move(ranks);
            memo_.forget();
        }
    }

    void find_untils(std::span<const std::uint32_t> rows, Untils untils) const {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            untils[i] = moving_from_ && says_all(RowShape{table_.shape[rows[i]]}) &&
                                !(fits_ && is_passed(rows[i]))
                            ? row_held(query_, node_, alias_,
                                       {static_cast<std::uint32_t>(table_.type), rows[i]})
                                  .until
                            : Instant::max();
        }
    }

    /// Whether all that moves lies behind the row's dates already: it never comes back.
    [[nodiscard]] bool is_passed(std::uint32_t row) const {
        const auto is_behind = [this](Instant date, Precision precision) {
            return date == no_time ||
                   milliseconds(date) + margin_ + margin_of(precision) < *moving_from_;
        };
        const bool period = !abatement_ && RowShape{table_.shape[row]}.date() == DateShape::Period;
        return (abatement_ || is_behind(table_.start[row], table_.precision[row])) &&
               ((!abatement_ && !period) || is_behind(table_.end[row], table_.end_precision[row]));
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
    std::vector<Value> constants_;
    bool fits_ = true;  ///< there are as many moments as there were
    Gaps<std::int64_t> gaps_;
    std::int64_t margin_;
    std::optional<std::int64_t> moving_from_;
    std::vector<std::size_t> ranks_;  ///< of the moments
    std::size_t gap_count_;
    std::size_t end_count_;
    mutable TruthMemo memo_;
};

class QuantityCondition final : public RowCondition {
  public:
    QuantityCondition(const Query& query, const Node& node, const Table& table, std::uint32_t alias,
                      const std::string& unit, std::vector<double> numbers)
        : query_(query),
          node_(node),
          table_(table),
          alias_(alias),
          gaps_(std::move(numbers)),
          memo_(2 * gaps_.count() + 2) {
        const Dictionary& dictionary = query.index.dictionary();
        for (std::size_t id = 0; id < dictionary.unit_count(); ++id) {
            units_.push_back(fit_of(dictionary.unit(static_cast<UnitId>(id)), unit));
        }
    }

    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(untils, Instant::max());
        each_lot(rows, [&](std::size_t begin, std::span<const std::uint32_t> some) {
            judge_lot(some, out.subspan(begin, some.size()));
        });
    }

  private:
    void judge_lot(std::span<const std::uint32_t> rows, std::span<Truth> out) const {
        std::array<std::uint8_t, lot> shapes;  // NOLINT(*-member-init): written by read()
        std::array<double, lot> numbers;       // NOLINT(*-member-init)
        std::array<UnitId, lot> units;         // NOLINT(*-member-init)
        table_.shape.read(rows, shapes);
        table_.quantity.read(rows, numbers);
        table_.unit.read(rows, units);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto single = [&] {
                return row_truth(query_, node_, alias_,
                                 {static_cast<std::uint32_t>(table_.type), rows[i]});
            };
            switch (RowShape{shapes[i]}.value()) {
                case ValueShape::Quantity: {
                    const auto place = place_of(numbers[i], units_[units[i]]);
                    out[i] = place ? memo_.get(*place, single) : single();
                    break;
                }
                case ValueShape::None:
                    out[i] = memo_.get(memo_.size() - 1, single);
                    break;
                default:
                    out[i] = Truth::Open;
            }
        }
    }

    enum class Fit : std::uint8_t { Same, Convertible, Foreign };

    static Fit fit_of(std::string_view unit, const std::string& wanted) {
        if (values::same_unit(unit, wanted)) {
            return Fit::Same;
        }
        const auto one = values::Decimal::from_integer(1);
        const bool foreign =
            !values::convert_unit(one, unit, wanted) && !values::convert_unit(one, wanted, unit);
        return foreign ? Fit::Foreign : Fit::Convertible;
    }

    [[nodiscard]] std::optional<std::size_t> place_of(double number, Fit fit) const {
        if (fit == Fit::Foreign) {
            return memo_.size() - 2;
        }
        if (fit == Fit::Convertible || !std::isfinite(number)) {
            return std::nullopt;
        }
        if (const auto equal = gaps_.find_equal(number)) {
            return gaps_.count() + *equal;
        }
        return gaps_.find(number, 1e-6 * std::max(1.0, std::abs(number)));
    }

    const Query& query_;
    const Node& node_;
    const Table& table_;
    std::uint32_t alias_;
    Gaps<double> gaps_;
    std::vector<Fit> units_;
    mutable TruthMemo memo_;
};

RowConditionPtr plan_date(const Query& query, const Node& node, const Table& table,
                          std::uint32_t alias, bool abatement, std::vector<Value> constants) {
    const auto moments = find_moments(query, node, constants, abatement);
    return moments ? std::make_unique<DateCondition>(query, node, table, alias, abatement,
                                                     std::move(constants), *moments)
                   : nullptr;
}

RowConditionPtr plan_quantity(const Query& query, const Node& node, const Table& table,
                              std::uint32_t alias, const std::vector<Value>& constants) {
    std::vector<double> numbers;
    for (const Value& constant : constants) {
        if (constant.kind() != Value::Kind::Quantity ||
            constant.quantity().unit != constants.front().quantity().unit) {
            return nullptr;
        }
        numbers.push_back(constant.quantity().value.to_double());
    }
    if (numbers.empty()) {
        return nullptr;
    }
    return std::make_unique<QuantityCondition>(
        query, node, table, alias, constants.front().quantity().unit, std::move(numbers));
}

}  // namespace

RowConditionPtr plan_gap_leaf(const Query& query, const Node& node, const Table& table,
                              std::uint32_t alias, const Reads& reads) {
    const Node& property = *reads.row_properties.front();
    if (!is_comparison(node) || reads.row_properties.size() != 1) {
        return nullptr;
    }
    if (query.times != nullptr && !query.times->is_still(node) &&
        query.times->find(node) == nullptr) {
        return nullptr;  // its constants may move to and fro
    }
    const auto whole = find_constants(query, node, alias);
    if (!whole) {
        return nullptr;
    }
    std::vector<Value> constants;
    for (const Value& value : *whole) {
        take_apart(value, constants);
    }
    if (constants.size() > constants_max) {
        return nullptr;
    }
    const bool abatement = property.path.column == cql::model::Column::Abatement;
    if (abatement || is_date_element(property.path.of, property.path.steps.front())) {
        return plan_date(query, node, table, alias, abatement, *whole);
    }
    const bool whole_value =
        property.path.column == cql::model::Column::Value && property.path.steps.size() == 1;
    return whole_value ? plan_quantity(query, node, table, alias, constants) : nullptr;
}

}  // namespace parcours::population
