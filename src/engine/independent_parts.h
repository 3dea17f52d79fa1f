#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "engine/clinic.h"
#include "engine/kept_profiles.h"
#include "population/column.h"
#include "population/live_index.h"

namespace parcours::engine {

/// Patients by number, each in one part; ascending in each.
using PatientParts = std::vector<std::vector<population::PatientNumber>>;

/// All patients in the order in which their records lie in the log: neighbours are read together.
[[nodiscard]] std::vector<population::PatientNumber> list_by_record(
    const population::LiveIndex& index);

/// Parts of a population such that what is said to a patient of one keeps nobody of another
/// waiting by the household rule: who may be spoken to at one address are in one part, as are the
/// records of one person. Who are neighbours in `order`, which names everybody, stay together. Of
/// `size` patients or a few more, but where so many share. Whose profile is not kept shares
/// nothing: nothing is said to them. The same for any executor.
[[nodiscard]] PatientParts part_by_address(const KeptProfiles& profiles, const Clinic& clinic,
                                           const population::LiveIndex& index,
                                           std::span<const population::PatientNumber> order,
                                           population::PatientNumber size, Executor& executor);

/// Parts of `size`, in the order of the numbers: for where nobody waits for others.
[[nodiscard]] PatientParts part_by_number(const population::LiveIndex& index,
                                          population::PatientNumber size);

}  // namespace parcours::engine
