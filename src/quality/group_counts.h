#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "population/bitmap.h"
#include "population/column.h"
#include "quality/asking.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::quality {

/// Who is in which population of a group, and what each of them adds to it.
struct GroupCounts {
    /// How many elements of each population are of a patient, where criteria give lists.
    struct Elements {
        population::PatientNumber patient = 0;
        std::vector<std::uint64_t> counts;
    };
    /// What was observed of a patient for the measure-observation at a place.
    struct Observed {
        population::PatientNumber patient = 0;
        std::size_t population = 0;
        std::vector<double> numbers;
    };

    const Group* group = nullptr;
    std::vector<PopulationResult> populations;  ///< in the order of the measure
    bool lists = false;
    std::vector<Elements> elements;
    std::vector<Observed> observed;

    /// By population; of those in `within`, or of all where it is null.
    [[nodiscard]] std::vector<std::uint64_t> counts_within(const population::Bitmap* within) const;
    [[nodiscard]] std::optional<double> score_within(const population::Bitmap* within) const;
    /// Everybody of an initial population.
    [[nodiscard]] population::Bitmap initial() const;
};

/// Errors: those of `evaluate`.
Result<GroupCounts> count_group(const Group& group, const Asking& asking);

}  // namespace parcours::quality
