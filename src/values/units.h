#pragma once

#include <optional>
#include <string_view>

#include "values/decimal.h"

namespace parcours::values {

/// Converts between commensurable units of UCUM (mg/dL → g/L, [lb_av] → kg, wk → d, Cel → [degF])
/// or calendar words (days → hours). Exact to the eighth digit after the point. Nothing where they
/// measure different things or are unknown. Calendar years and months are not a fixed number of
/// days, and are converted only among themselves; UCUM's `a` and `mo` (mean years and months) are
/// not calendar words.
[[nodiscard]] std::optional<Decimal> convert_unit(Decimal value, std::string_view from,
                                                  std::string_view to);

/// Whether both mean the same unit: "day" and "d", "mg/dL" and "mg/dL", "" and "1".
[[nodiscard]] bool same_unit(std::string_view left, std::string_view right);

/// Whether UCUM knows the unit.
[[nodiscard]] bool is_unit(std::string_view unit);
/// Whether it is no multiple of another unit: Cel, [degF], [pH], B. No arithmetic with these.
[[nodiscard]] bool is_special_unit(std::string_view unit);
/// -1, 0 or 1: whether one `left` is less than one `right`. Special units count as what they are
/// measured in. Nothing for units that are not commensurable.
[[nodiscard]] std::optional<int> compare_unit_sizes(std::string_view left, std::string_view right);
}  // namespace parcours::values
