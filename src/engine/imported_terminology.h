#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "population/live_index.h"
#include "record/log.h"

namespace parcours::engine {

/// Where the ValueSets and CodeSystems of an index stand in the log: other places, other versions.
[[nodiscard]] std::vector<LogPosition> terminology_places(const population::LiveIndex& index);

/// The ValueSets and CodeSystems among the records of a data folder, as the index has them now: of
/// several with one URL the newest. Null where there are none. What cannot be read is passed over:
/// the log's damages are told elsewhere.
[[nodiscard]] ImportedTerminology imported_terminology(const DataFolder& folder);

/// What is said of one of `practice::Folder::imported_flaws`.
[[nodiscard]] std::string flaw_warning(const Error& flaw);

}  // namespace parcours::engine
