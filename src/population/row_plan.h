#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/tree.h"
#include "population/leaf.h"
#include "population/truth.h"

namespace parcours::population {

/// A condition on the rows of one table: truth per row, from columns. Built once for a query and
/// shared by its threads.
class RowCondition {
  public:
    /// What a row costs, least first: a byte, some columns, an evaluation of its own.
    enum class Cost : std::uint8_t { Byte, Columns, Evaluation };

    virtual ~RowCondition() = default;
    [[nodiscard]] virtual Cost cost() const { return Cost::Columns; }
    /// The truth for each of `rows`, into `out` of the same size. Who asks until when they hold
    /// (`untils` is then of that size too, else empty) asks a query that knows its times.
    virtual void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
                       Untils untils) const = 0;
    /// The moment of the query is another one. Not while others judge.
    virtual void retime() {}
};
using RowConditionPtr = std::unique_ptr<RowCondition>;

/// Makes the condition `node` on rows of `table` under the alias in slot `alias`. `positive`: null
/// and false mean the same to whoever asks.
[[nodiscard]] RowConditionPtr plan_row_condition(const Query& query, const cql::Node& node,
                                                 const Table& table, std::uint32_t alias,
                                                 bool positive);

/// Leaves of it: over one concept column, one status column, a state of Conditions, the clinical
/// date, the value; null where the node is none of these.
[[nodiscard]] RowConditionPtr plan_memo_leaf(const Query& query, const cql::Node& node,
                                             const Table& table, std::uint32_t alias,
                                             const Reads& reads, bool positive);

/// Leaves that compare a date or a quantity with constants: decided by where the row's value lies
/// between them. Null where the node is no such comparison.
[[nodiscard]] RowConditionPtr plan_gap_leaf(const Query& query, const cql::Node& node,
                                            const Table& table, std::uint32_t alias,
                                            const Reads& reads);

}  // namespace parcours::population
