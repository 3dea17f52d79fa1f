#pragma once

#include <cstdint>
#include <vector>

#include "cql/tree.h"
#include "cql/value.h"
#include "population/leaf.h"
#include "population/row_plan.h"
#include "population/table.h"

namespace parcours::population {

// Comparisons of a date or quantity of a row with constants. Their truth depends only on where the
// row's value lies between the constants: evaluated once for each gap, and singly for rows whose
// value lies so near to a constant that precision, offsets or rounding could matter.

/// The property below what does not change the order of dates; null for other nodes.
[[nodiscard]] const cql::Node* bare_property(const cql::Node& node);

/// The single values of constants: ends of intervals taken apart, nulls left out.
void take_apart(const cql::Value& value, std::vector<cql::Value>& out);

/// A comparison of the row's date, or of its abatement. Null where the constants are no moments.
[[nodiscard]] RowConditionPtr plan_date_gaps(const Query& query, const cql::Node& node,
                                             const Table& table, std::uint32_t alias,
                                             bool abatement, std::vector<cql::Value> constants);

/// A comparison of the row's quantity, or whether there is one; `constants` are taken apart. Null
/// where they are no quantities of one unit.
[[nodiscard]] RowConditionPtr plan_quantity_gaps(const Query& query, const cql::Node& node,
                                                 const Table& table, std::uint32_t alias,
                                                 const std::vector<cql::Value>& constants);

}  // namespace parcours::population
