#pragma once

#include <compare>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/identity.h"

namespace parcours::engine {

/// A fact becoming visible on a virtual clock: when it has happened and its source has written it
/// down.
struct Arrival {
    Instant at;
    Key patient = 0;
    bool may_start = false;  ///< it may take its patient into a campaign

    auto operator<=>(const Arrival&) const = default;
};

/// What becomes visible after `from` and not after `until` of these patients, each moment of a
/// patient once, in order. A death or a move is one too.
[[nodiscard]] std::vector<Arrival> find_arrivals(
    const population::LiveIndex& index, const Clinic& clinic, Instant from, Instant until,
    std::span<const population::PatientNumber> patients);

/// Numbers 0 … count - 1.
[[nodiscard]] std::vector<population::PatientNumber> all_patients(
    const population::LiveIndex& index);

}  // namespace parcours::engine
