#pragma once

#include <filesystem>

#include "base/error.h"

namespace parcours::store {

/// Checks a write-ahead log that a killed writer left behind, before SQLite recovers it. SQLite
/// ends the log at the first frame whose checksum is wrong, which is right for a write torn by a
/// power cut but would silently drop every later commit after a bit rotted in the middle. At most
/// one commit can be under way in a power cut, so two or more commits behind a broken frame mean
/// damage. No file, or an empty one, is right. Call it under the folder's write lock. Source of the
/// format: sqlite.org/fileformat2.html §4. Errors: Damaged, Unavailable.
[[nodiscard]] Result<> check_write_ahead_log(const std::filesystem::path& file);

}  // namespace parcours::store
