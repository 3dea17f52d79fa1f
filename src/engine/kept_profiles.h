#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "engine/data_folder.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/patient_profile.h"

namespace parcours::engine {

/// All patients in the order in which their records lie in the log: neighbours are read together.
[[nodiscard]] std::vector<population::PatientNumber> list_by_record(
    const population::LiveIndex& index);

/// Everybody's profile at hand, packed in about 190 bytes: for whoever asks about all patients, and
/// about each more than once. Any number of threads may ask.
class KeptProfiles {
  public:
    /// Reads those who count. Whose Patient resource is not there or cannot be read is left out.
    static KeptProfiles read(const DataFolder& folder, const population::LiveIndex& index,
                             Executor& executor);

    /// Nothing for whoever was left out.
    [[nodiscard]] std::optional<PatientProfile> find(population::PatientNumber number) const;
    /// What they take, without the table of their places.
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Place {
        std::uint32_t part = UINT32_MAX;
        std::uint32_t from = 0;
    };

    std::vector<Place> places_;  ///< by number
    std::vector<std::string> parts_;
};

}  // namespace parcours::engine
