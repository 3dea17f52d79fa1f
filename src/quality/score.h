#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cql/value.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::quality {

/// The score of a group by the counts and the observed numbers of its populations, in their order:
/// of a proportion and a ratio what is left of the numerator over what is left of the denominator
/// (of a ratio whose numerator or denominator is observed, the aggregate in its place), of a
/// continuous variable the aggregate of its first measure-observation. Nothing for a cohort, and
/// where there is nothing to divide by or to aggregate.
[[nodiscard]] std::optional<double> score_of(const Group& group,
                                             std::span<const std::uint64_t> counts,
                                             const std::vector<std::vector<double>>& observed);

/// Numbers as one. Nothing where there are none to aggregate.
[[nodiscard]] std::optional<double> aggregate(Aggregate how, std::vector<double> numbers);

/// The numbers in a value: itself, or those of its list; quantities without their units.
void append_numbers(const cql::Value& value, std::vector<double>& out);

}  // namespace parcours::quality
