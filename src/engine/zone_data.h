#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/journal.h"

namespace parcours::engine {

/// What the version of the time zone data is called in the log.
inline constexpr const char* zone_data_name = "time-zone-data";

/// At a start: which version of the time zone data the system has, where it is another than the one
/// by which waits were worked out; nothing where it is the same or the system does not say. The
/// first is written down by this. Errors: those of the store.
Result<std::optional<std::string>> find_new_zone_data(const DataFolder& folder, Journal& journal,
                                                      const Files& files, Instant now);

}  // namespace parcours::engine
