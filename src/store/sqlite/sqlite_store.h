#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "store/store.h"

namespace parcours::store {

/// What lies in the folder of a store.
inline constexpr std::string_view database_name = "parcours.db";
inline constexpr std::string_view blobs_name = "blobs";

/// Whether a store is opened for writing (one process at a time) or only for reading.
enum class Access : std::uint8_t { Write, Read };

struct SqliteOptions {
    Access access = Access::Write;
    /// Writing: make the folder and an empty database where there is none.
    bool create = false;
};

/// Opens the store in a data folder: the database `parcours.db`, the folder `blobs/` and the file
/// `lock`, which a writer holds and which names its process. Readers take no lock, work beside a
/// writer, and on a read-only disk.
/// Errors, each one sentence with its cure: NotFound (no such folder or no database in it),
/// InvalidInput (a file that is not ours), NewerFormat, Locked, ReadOnly, NoSpace, Damaged,
/// Unavailable.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder,
                                                               const SqliteOptions& options);

}  // namespace parcours::store
