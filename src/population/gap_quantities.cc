#include <algorithm>
#include <array>
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
#include "cql/tree.h"
#include "cql/value.h"
#include "population/gap_leaf.h"
#include "population/gaps.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/row_shape.h"
#include "population/table.h"
#include "population/truth.h"
#include "record/dictionary.h"
#include "values/decimal.h"
#include "values/units.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::Value;

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
        if (gaps_.count() == 1) {  // asked is only whether there is one, and a Decimal holds it
            return std::abs(number) < 1e15 ? std::optional<std::size_t>(0) : std::nullopt;
        }
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

}  // namespace

RowConditionPtr plan_quantity_gaps(const Query& query, const Node& node, const Table& table,
                                   std::uint32_t alias, const std::vector<Value>& constants) {
    std::vector<double> numbers;
    for (const Value& constant : constants) {
        if (constant.kind() != Value::Kind::Quantity ||
            constant.quantity().unit != constants.front().quantity().unit) {
            return nullptr;
        }
        numbers.push_back(constant.quantity().value.to_double());
    }
    if (numbers.empty() && node.function->name != "IsNull") {
        return nullptr;
    }
    const std::string unit = constants.empty() ? "" : constants.front().quantity().unit;
    return std::make_unique<QuantityCondition>(query, node, table, alias, unit, std::move(numbers));
}

}  // namespace parcours::population
