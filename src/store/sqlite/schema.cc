#include "store/sqlite/schema.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <string>

#include "base/error.h"
#include "store/blob.h"
#include "store/sqlite/connection.h"

namespace parcours::store {
namespace {

// recorded_at is null where it equals occurred_at, ingested_at where it equals recorded_at.
constexpr const char* tables = R"(
CREATE TABLE log(
    position INTEGER PRIMARY KEY, kind INTEGER NOT NULL, shard INTEGER NOT NULL,
    patient INTEGER NOT NULL, previous INTEGER NOT NULL, topic INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL, recorded_at INTEGER, ingested_at INTEGER,
    checksum INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE dictionaries(id INTEGER PRIMARY KEY, topic TEXT NOT NULL, hash INTEGER NOT NULL,
                          bytes BLOB NOT NULL);
CREATE TABLE lease(id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL,
                   owner TEXT NOT NULL);
INSERT INTO lease VALUES(1, 0, '');
)";

// Pages of 16 KiB held 1.4 times the rows per second of 4 KiB; a checkpoint of 16 MiB stays below
// 20 ms where one of 64 MiB held up single commits by 60 ms (bench/store_bench.cc). A log grows at
// its end: a writer needs the pages of one batch.
constexpr const char* writer_settings = R"(
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 1000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -4096;
PRAGMA temp_store = MEMORY;
)";

}  // namespace

Result<DatabaseState> inspect_database(const Connection& connection,
                                       const std::filesystem::path& file) {
    const auto application = connection.number("PRAGMA application_id");
    if (!application) {
        return pass_on(application);
    }
    const auto version = connection.number("PRAGMA user_version");
    const auto table_count = connection.number("SELECT count(*) FROM sqlite_schema");
    if (!version || !table_count) {
        return pass_on(version ? table_count : version);
    }
    if (*application == 0 && *version == 0 && *table_count == 0) {
        return DatabaseState::Empty;
    }
    if (*application != database_application_id) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("{} is a database of another program: choose another data folder",
                                file.string()));
    }
    if (*version > database_format) {
        return fail(ErrorCode::NewerFormat,
                    fmt::format("{} has format {}; this program knows formats up to {}: use the "
                                "newer program that wrote it",
                                file.string(), *version, database_format));
    }
    return DatabaseState::Ready;
}

Result<> create_tables(const Connection& connection) {
    return connection.run(fmt::format(
        "BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {}; {} COMMIT;",
        database_application_id, database_format, tables));
}

Result<> configure_writer(const Connection& connection) {
    return connection.run(writer_settings);
}

Result<> settle_write_ahead_log(const Connection& connection) {
    connection.set_busy_wait(std::chrono::milliseconds(0));
    auto settled = connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.set_busy_wait(busy_wait);
    return settled;
}

Result<> load_dictionaries(const Connection& connection, BlobCodec& codec) {
    auto statement =
        connection.prepare("SELECT id, topic, hash, bytes FROM dictionaries ORDER BY id");
    if (!statement) {
        return pass_on(statement);
    }
    auto row = statement->step();
    for (; row && *row; row = statement->step()) {
        const auto id = static_cast<std::uint32_t>(statement->number(0));
        if (codec.find_dictionary(id)) {
            continue;
        }
        const auto loaded = codec.load({.id = id,
                                        .topic = std::string(statement->bytes(1)),
                                        .bytes = std::string(statement->bytes(3)),
                                        .hash = static_cast<std::uint64_t>(statement->number(2))});
        // Where one is damaged, the records that need it say so when they are read.
        if (!loaded && loaded.error().code != ErrorCode::Damaged) {
            return loaded;
        }
    }
    return row ? Result<>() : pass_on(row);
}

}  // namespace parcours::store
