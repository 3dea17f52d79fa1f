#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/data_folder.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/patient_profile.h"

namespace parcours::engine {

/// Everybody's profile at hand, packed in about 190 bytes: for whoever asks about all patients, and
/// about each more than once. Any number of threads may ask.
class KeptProfiles {
  public:
    /// Reads those of `order` who count, best in the order of the log. Whose Patient resource is
    /// not there or cannot be read is left out.
    static KeptProfiles read(const DataFolder& folder, const population::LiveIndex& index,
                             std::span<const population::PatientNumber> order, Executor& executor);

    /// Nothing for whoever was left out.
    [[nodiscard]] std::optional<PatientProfile> find(population::PatientNumber number) const;

  private:
    struct Place {
        std::uint32_t part = UINT32_MAX;
        std::uint32_t from = 0;
    };

    std::vector<Place> places_;  ///< by number
    std::vector<std::string> parts_;
};

}  // namespace parcours::engine
