#pragma once

#include <memory>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/published.h"
#include "engine/surroundings.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/standings.h"

namespace parcours::engine {

// What others see of a record is made beside the one that writes: in any thread, while nobody takes
// records in.

/// The clinic's journey map, made ready for an index; that of `before` (may be null) where it
/// serves. Errors: a map that names an unknown value set.
Result<std::shared_ptr<const position::CompiledMap>> make_map(
    const std::shared_ptr<const Clinic>& clinic, const population::LiveIndex& index,
    const Published* before);
/// What `before` (null: none) knows already is not made anew: where it stands on the same first
/// layer of the index, only what was written since. Errors: as `make_map`, and those of the store.
Result<std::shared_ptr<const Published>> make_published(
    const DataFolder& folder, std::shared_ptr<const population::LiveIndex> index,
    std::shared_ptr<const Clinic> clinic, const Published* before, const Surroundings& around);
/// The same record with the quarantine as it is now.
Result<std::shared_ptr<const Published>> make_requarantined(const DataFolder& folder,
                                                            const Published& before);
/// Where everybody stands after another record of the same practice, or later.
[[nodiscard]] std::shared_ptr<const position::Standings> make_present_after(
    const Published& before, const Published& record, const Surroundings& around, Instant as_of);
/// Everybody's standings at a moment.
[[nodiscard]] std::shared_ptr<const position::Standings> make_present(const Published& record,
                                                                      const Surroundings& around,
                                                                      Instant as_of);
/// Writes what the next start need not make again.
Result<> keep_published(DataFolder& folder, const Published& record);

}  // namespace parcours::engine
