#pragma once

#include "engine/clinic.h"
#include "engine/data_folder.h"

namespace parcours::engine {

/// The ValueSets and CodeSystems among the records of a data folder, as the index has them now: of
/// several with one URL the newest. Null where there are none. What cannot be read is passed over:
/// the log's damages are told elsewhere.
[[nodiscard]] ImportedTerminology imported_terminology(const DataFolder& folder);

}  // namespace parcours::engine
