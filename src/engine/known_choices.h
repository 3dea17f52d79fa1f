#pragma once

#include <vector>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "record/log.h"

namespace parcours::engine {

/// What a rehearsal knows of the log beside the record.
struct KnownChoices {
    /// What patients chose and which addresses must not be used, in the order of their times. Those
    /// of a virtual run that another one followed are not among them.
    std::vector<Event> events;
    LogPosition run_from = 0;  ///< where that run began; 0: there was none
};

/// Errors: those of reading the log.
Result<KnownChoices> find_known_choices(const DataFolder& folder);

}  // namespace parcours::engine
