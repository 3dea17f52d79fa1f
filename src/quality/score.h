#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cql/value.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::quality {

/// The score of a group by the counts of its populations, in their order, and its observations: of
/// a proportion and a ratio what is left of the numerator over what is left of the denominator, of
/// a continuous variable the aggregate of its observations. Nothing for a cohort, and where there
/// is nothing to divide by or to aggregate.
[[nodiscard]] std::optional<double> score_of(const Group& group,
                                             std::span<const std::uint64_t> counts,
                                             std::vector<double> observations);

/// The numbers in a value: itself, or those of its list; quantities without their units.
void append_numbers(const cql::Value& value, std::vector<double>& out);

}  // namespace parcours::quality
