#include "store/tests/backend.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <sqlite3.h>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "record/log.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace parcours::store {
namespace {

class MemoryBackend final : public Backend {
  public:
    Result<std::unique_ptr<Store>> open(Access access) override {
        return open_memory_store(disk_, access == Access::Write);
    }
    void damage_content(LogPosition position) override {
        ASSERT_TRUE(disk_->flip_bit(position, false));
    }
    void damage_meta(LogPosition position) override {
        ASSERT_TRUE(disk_->flip_bit(position, true));
    }

  private:
    std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

class SqliteBackend final : public Backend {
  public:
    Result<std::unique_ptr<Store>> open(Access access) override {
        return open_sqlite_store(folder_.path(),
                                 {.access = access, .create = access == Access::Write});
    }
    void damage_content(LogPosition position) override {
        tamper(folder_.path(),
               fmt::format("UPDATE log SET content = CAST(substr(content, 1, length(content) - 1) "
                           "|| CASE hex(substr(content, -1)) WHEN '41' THEN x'42' ELSE x'41' END "
                           "AS BLOB) WHERE position = {}",
                           position));
    }
    void damage_meta(LogPosition position) override {
        tamper(folder_.path(),
               fmt::format("UPDATE log SET patient = patient + 1 WHERE position = {}", position));
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<Backend> make_memory_backend() {
    return std::make_unique<MemoryBackend>();
}

std::unique_ptr<Backend> make_sqlite_backend() {
    return std::make_unique<SqliteBackend>();
}

void tamper(const std::filesystem::path& folder, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder / "parcours.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
}

bool Collector::visit(const LogRecord& record) {
    records.push_back({record, std::string(record.topic), std::string(record.payload)});
    return records.size() < stop_after;
}

bool Collector::damaged(LogPosition position, const Error& error) {
    damaged_positions.push_back(position);
    errors.push_back(error);
    return damaged_positions.size() < stop_after;
}

LogRecord sample_record(LogPosition position, std::string_view payload) {
    LogRecord record;
    record.position = position;
    record.kind = static_cast<RecordKind>(1 + position % 4);
    record.shard = static_cast<std::uint16_t>(position % (shard_count + 1));
    record.patient = fast_hash("patient", position);
    record.previous = position / 2;
    record.topic = position % 3 == 0 ? "decision" : "main/Observation";
    record.occurred_at = Instant(std::chrono::microseconds(1'500'000'000'000'000 + position));
    record.recorded_at = record.occurred_at + std::chrono::hours(position % 2);
    record.ingested_at = record.recorded_at + std::chrono::hours(position % 5);
    record.payload = payload;
    return record;
}

std::string sample_payload(LogPosition position, std::size_t size) {
    std::string payload =
        fmt::format(R"({{"resourceType":"Observation","id":"{:016x}")", fast_hash("id", position));
    for (std::uint64_t i = 0; payload.size() < size; ++i) {
        payload += fmt::format(R"(,"value":{})", fast_hash("value", position + i) % 1000);
    }
    payload.resize(size);
    return payload;
}

Result<> append_samples(Store& store, std::uint64_t epoch, std::size_t count,
                        std::size_t payload_bytes) {
    const auto end = store.end();
    if (!end) {
        return pass_on(end);
    }
    std::vector<std::string> payloads;
    std::vector<Append> records;
    payloads.reserve(count);
    records.reserve(count);
    for (LogPosition position = *end; position < *end + count; ++position) {
        payloads.push_back(sample_payload(position, payload_bytes));
    }
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back({sample_record(*end + i, payloads[i]), {}});
    }
    return store.append(records, epoch);
}

bool is_sample(const LogRecord& record, std::size_t payload_bytes) {
    const std::string payload = sample_payload(record.position, payload_bytes);
    const LogRecord right = sample_record(record.position, payload);
    return record.kind == right.kind && record.shard == right.shard &&
           record.patient == right.patient && record.previous == right.previous &&
           record.topic == right.topic && record.occurred_at == right.occurred_at &&
           record.recorded_at == right.recorded_at && record.ingested_at == right.ingested_at &&
           record.payload == right.payload;
}

}  // namespace parcours::store
