#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/row.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace parcours::store {

/// The one writing connection of a data folder, for the holder of its lock. Threads: any; calls
/// wait for each other.
class LogWriter {
  public:
    /// Opens the database, or makes it where `create` allows and there is none.
    /// Errors as `open_sqlite_store`.
    [[nodiscard]] static Result<std::unique_ptr<LogWriter>> open(const std::filesystem::path& file,
                                                                 bool create, BlobCodec& codec);

    /// `Store::append`.
    [[nodiscard]] Result<> append(std::span<const Append> records, std::uint64_t epoch);
    /// `Store::acquire_lease`.
    [[nodiscard]] Result<std::uint64_t> acquire_lease(std::string_view owner);
    [[nodiscard]] LogPosition end() const { return end_; }

  private:
    LogWriter(std::unique_ptr<Connection> connection, BlobCodec& codec);
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] Result<> find_end();
    [[nodiscard]] Result<> append_in_transaction(std::span<const Append> records,
                                                 std::uint64_t epoch);
    [[nodiscard]] Result<> insert(const Row& row);
    [[nodiscard]] Result<> insert_dictionary(std::uint32_t id);
    [[nodiscard]] Result<std::int64_t> topic_id(std::string_view topic);
    [[nodiscard]] std::unexpected<Error> undo(const Error& error);
    [[nodiscard]] Result<> check_usable() const;

    std::unique_ptr<Connection> connection_;
    BlobCodec& codec_;
    std::mutex mutex_;  // guards what follows and the connection
    std::optional<Error> failure_;
    std::atomic<LogPosition> end_ = 1;
    Statement insert_;
    Statement select_epoch_;
    Statement find_topic_;
    Statement add_topic_;
    Statement add_dictionary_;
    std::unordered_map<std::string, std::int64_t> topics_;
    std::string topic_last_;
    std::int64_t topic_last_id_ = 0;
    std::set<std::uint32_t> dictionaries_;  // those in the database
    std::string scratch_;
};

}  // namespace parcours::store
