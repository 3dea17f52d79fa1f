#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/row.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace parcours::store {

/// Reads the log through a connection of its own: sees what was committed when a call begins.
/// One thread at a time.
class LogReader {
  public:
    /// Opens the database beside a writer, or on a read-only disk. Errors as `inspect_database`;
    /// NotFound where it has no tables yet. One that `holds` reads single records from one state of
    /// the log, at no cost of locks, until it is asked for more than that state has; meanwhile a
    /// writer beside it cannot begin its log anew.
    [[nodiscard]] static Result<std::unique_ptr<LogReader>> open(const std::filesystem::path& file,
                                                                 bool holds = false);

    [[nodiscard]] Result<LogPosition> end();
    [[nodiscard]] Result<> scan(LogPosition from, LogPosition to, ScanVisitor& visitor,
                                BlobCodec& codec);
    [[nodiscard]] Result<LogRecord> read(LogPosition position, BlobCodec& codec,
                                         std::string& buffer);
    [[nodiscard]] const Connection& connection() const { return *connection_; }

  private:
    LogReader(std::unique_ptr<Connection> connection, bool holds);
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] Result<> hold();
    [[nodiscard]] Result<> let_go();
    /// Whether there is such a record: then the statement stands on it.
    [[nodiscard]] Result<bool> seek(LogPosition position);
    [[nodiscard]] Result<> scan_snapshot(LogPosition from, LogPosition to, ScanVisitor& visitor,
                                         BlobCodec& codec);
    [[nodiscard]] Result<Row> current_row();
    [[nodiscard]] Result<bool> visit_current(LogPosition position, ScanVisitor& visitor,
                                             BlobCodec& codec, std::string& buffer);
    [[nodiscard]] Result<LogRecord> current_record(BlobCodec& codec, std::string& buffer);
    [[nodiscard]] Result<LogRecord> open_current(const Row& row, BlobCodec& codec,
                                                 std::string& buffer);
    [[nodiscard]] Result<std::string_view> topic(std::int64_t id);

    std::unique_ptr<Connection> connection_;
    bool holds_;
    bool holding_ = false;
    Statement end_;
    Statement rows_;
    Statement topic_;
    std::unordered_map<std::int64_t, std::string> topics_;
    std::int64_t topic_last_ = 0;
    std::string_view topic_last_name_;
};

/// Hands out readers to any number of threads, and keeps them for the next.
class ReaderPool {
  public:
    ReaderPool(std::filesystem::path file, bool hold);

    using Borrowed = std::unique_ptr<LogReader, std::function<void(LogReader*)>>;
    [[nodiscard]] Result<Borrowed> borrow();

  private:
    std::filesystem::path file_;
    bool hold_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<LogReader>> idle_;
};

}  // namespace parcours::store
