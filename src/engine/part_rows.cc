#include "engine/part_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/time.h"
#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"

namespace parcours::engine {

PartRows::PartRows(const population::LiveIndex& index, fhir::ResourceType type,
                   std::span<const population::PatientNumber> patients) {
    const bool appointments = type == fhir::ResourceType::Appointment;
    for (const population::PatientNumber number : patients) {
        const population::PatientPlace place = index.place_of(number);
        const population::Table* const table = place.index().find_table(type);
        if (table == nullptr) {
            continue;
        }
        const auto [begin, end] = table->rows_of(place.own);
        for (std::uint32_t row = begin; row < end; ++row) {
            later_.push_back({place.layer,
                              row,
                              later_.size(),
                              table->occurred[row],
                              appointments ? table->start[row] : Instant::max(),
                              {}});
        }
    }
    std::ranges::sort(later_, std::greater<>(), &Row::from);
}

std::vector<PartRows::Row>& PartRows::at_look(Instant now) {
    std::erase_if(rows_, [now](const Row& row) { return row.until <= now; });
    const std::size_t before = rows_.size();
    for (; !later_.empty() && later_.back().from <= now; later_.pop_back()) {
        if (later_.back().until > now) {
            rows_.push_back(later_.back());
        }
    }
    if (rows_.size() > before) {
        std::ranges::sort(rows_, {}, &Row::order);
    }
    return rows_;
}

}  // namespace parcours::engine
