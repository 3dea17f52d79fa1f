#pragma once

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/journal.h"

namespace parcours::engine {

/// What the version of the time zone data is called in the log.
inline constexpr const char* zone_data_name = "time-zone-data";

/// At a start: writes down which version of the time zone data the system has, where it is another
/// than before. Whoever waits for a local time is looked at anew at each start, and waits for the
/// moment that the new data gives. Where the system does not say, nothing is written. Errors: those
/// of the store.
Result<> note_zone_data(const DataFolder& folder, Journal& journal, const Files& files,
                        Instant now);

}  // namespace parcours::engine
