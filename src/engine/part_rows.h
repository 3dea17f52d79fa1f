#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/enrolment_view.h"
#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/live_index.h"

namespace parcours::engine {

/// What may take a rehearsed part's patients into a campaign by what happens to them: appointments,
/// referrals, at one look after another. One thread.
class PartRows {
  public:
    struct Row {
        const population::IndexLayer* layer = nullptr;
        std::uint32_t number = 0;  ///< in its layer's table
        std::size_t order = 0;     ///< by patient, then number
        Instant from;              ///< before it nothing is known of it
        Instant until;             ///< from then on it takes nobody in
        /// The last enrolment about it, where one is known.
        EnrolmentView inside;
    };

    PartRows(const population::LiveIndex& index, fhir::ResourceType type,
             std::span<const population::PatientNumber> patients);

    /// Those that may take somebody in at a look, in their order. Looks go on in time.
    std::vector<Row>& at_look(Instant now);

  private:
    std::vector<Row> later_;  ///< by when they begin, the last one first
    std::vector<Row> rows_;
};

}  // namespace parcours::engine
