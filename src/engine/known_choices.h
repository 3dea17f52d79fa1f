#pragma once

#include <vector>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/events.h"

namespace parcours::engine {

/// What patients chose and which addresses must not be used, as events in the order of their times:
/// what a rehearsal knows of the log beside the record. Those of a virtual run that another one
/// followed are not among them. Errors: those of reading the log.
Result<std::vector<Event>> find_known_choices(const DataFolder& folder);

}  // namespace parcours::engine
