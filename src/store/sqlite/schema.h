#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"
#include "store/blob.h"
#include "store/sqlite/connection.h"

namespace parcours::store {

/// The version of the tables that this program writes, kept as the database's user_version.
inline constexpr std::int64_t database_format = 1;

/// Marks a database as ours: the application id "PARC".
inline constexpr std::int64_t database_application_id = 0x50415243;

enum class DatabaseState : std::uint8_t { Empty, Ready };

/// Whether the database is ours and has its tables. A file that a kill left behind in creation
/// counts as empty. Errors: InvalidInput, NewerFormat, Damaged, Unavailable.
[[nodiscard]] Result<DatabaseState> inspect_database(const Connection& connection,
                                                     const std::filesystem::path& file);

/// Makes the tables in an empty database, durably and all or nothing.
[[nodiscard]] Result<> create_tables(const Connection& connection);

/// The settings of a writing connection: write-ahead log, every commit synchronised.
[[nodiscard]] Result<> configure_writer(const Connection& connection);

/// Brings the write-ahead log that a killed writer left into the database and empties it, so that
/// no torn commit stays behind the end of the next log (`check_write_ahead_log` would count it).
/// Left for later where a reader holds the log. Errors: NoSpace, Damaged, Unavailable.
[[nodiscard]] Result<> settle_write_ahead_log(const Connection& connection);

/// Hands all stored dictionaries that it does not have yet to the codec.
/// Errors: Damaged, Unavailable.
[[nodiscard]] Result<> load_dictionaries(const Connection& connection, BlobCodec& codec);

}  // namespace parcours::store
