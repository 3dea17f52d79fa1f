#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "population/bitmap.h"
#include "population/index.h"
#include "population/table.h"

namespace parcours::population {

/// One of the indexes that a live index is made of, and what of it counts: patients that a later
/// layer has are no more in this one, nor are resources of nobody that a later one has.
struct IndexLayer {
    std::shared_ptr<const Index> index;
    /// By its own numbers, those of the live index; empty for the first layer, where they are the
    /// same.
    std::vector<PatientNumber> numbers;
    /// The other way round, sorted.
    std::vector<std::pair<PatientNumber, PatientNumber>> own_numbers;
    std::shared_ptr<const Bitmap> moved;  ///< patients that a later layer has; null: none
    /// Rows of nobody that a later layer has, sorted.
    std::vector<std::pair<fhir::ResourceType, std::uint32_t>> hidden;

    [[nodiscard]] PatientNumber number_of(PatientNumber own) const {
        return numbers.empty() || own == no_patient ? own : numbers[own];
    }
    [[nodiscard]] bool has(PatientNumber own) const { return moved == nullptr || !moved->test(own); }
    /// Whether a row of it counts.
    [[nodiscard]] bool shows(const Table& table, std::uint32_t row) const {
        const PatientNumber patient = table.patient[row];
        if (patient != no_patient) {
            return has(patient);
        }
        return hidden.empty() ||
               !std::ranges::binary_search(hidden, std::pair(table.type, row));
    }
    /// Calls `use(row)` for each row of a table of it that counts, in their order.
    template <class Use>
    void each_row(const Table& table, Use use) const {
        for (std::uint32_t row = 0; row < table.row_count; ++row) {
            if ((moved == nullptr && hidden.empty()) || shows(table, row)) {
                use(row);
            }
        }
    }
};

}  // namespace parcours::population
