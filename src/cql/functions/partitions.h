#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cql/value.h"
#include "values/decimal.h"
#include "values/temporal.h"

namespace parcours::cql {

/// How far a partition of `expand` and `collapse` reaches: `amount` of the unit of numbers or of a
/// length of time (CQL 1.5 §Expand).
struct Step {
    Decimal amount;
    std::string unit = "1";
    std::optional<Precision> precision;  ///< of times: the unit, which boundaries are cut down to
};

/// The step of a quantity or number; nothing where it is not above zero.
[[nodiscard]] std::optional<Step> step_of(const Value& per);
/// The step of intervals where none was written: one of the coarsest precision of their ends.
[[nodiscard]] std::optional<Step> default_step(const std::vector<Value>& intervals);

/// The point `count` steps further; null beyond the range or where units do not fit.
[[nodiscard]] Value moved_by(const Value& point, const Step& step, std::int64_t count);
/// The last point of the partition that starts at `point`.
[[nodiscard]] Value last_of_step(const Value& point, const Step& step);
/// The point cut down to the precision of the step; null where it is known less precisely.
[[nodiscard]] Value aligned(const Value& point, const Step& step);
/// The last point that an end cut down to the precision of the step may mean.
[[nodiscard]] Value aligned_end(const Value& point, const Step& step);

}  // namespace parcours::cql
