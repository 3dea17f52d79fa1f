#pragma once

#include <memory>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/published.h"
#include "engine/surroundings.h"
#include "position/standings.h"

namespace parcours::engine {

// What others see of a record is made beside the one that writes: in any thread, while nobody takes
// records in.

/// Of the folder's present index. `before` (null: none) spares reading the names it knows. Errors:
/// a journey map that names an unknown value set, and those of the store.
Result<std::shared_ptr<const Published>> make_published(const DataFolder& folder,
                                                        std::shared_ptr<const Clinic> clinic,
                                                        const Published* before,
                                                        const Surroundings& around);
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
