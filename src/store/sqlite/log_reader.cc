#include "store/sqlite/log_reader.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/row.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"
#include "store/store.h"

namespace parcours::store {
namespace {

// A scan over so many unreachable records in a row gives up: the file's tree itself is broken.
constexpr LogPosition broken_run_max = 100'000;

enum Column : int {
    Position,
    Kind,
    Shard,
    Patient,
    Previous,
    Topic,
    Occurred,
    Recorded,
    Ingested,
    Checksum,
    Content
};

Instant instant(std::int64_t micros) {
    return Instant(std::chrono::microseconds(micros));
}

std::unexpected<Error> damaged(LogPosition position, std::string_view why) {
    return fail(ErrorCode::Damaged,
                fmt::format("log record {} is damaged: {}: restore it from a backup, or import "
                            "its source again",
                            position, why));
}

// SQLite needs to write a file beside the database even to read it, which a read-only disk refuses.
Connection::Mode frozen_mode(const std::filesystem::path& file) {
    std::error_code missing;
    const auto log_size = std::filesystem::file_size(file.string() + "-wal", missing);
    return missing || log_size == 0 ? Connection::Mode::ReadFrozen
                                    : Connection::Mode::ReadFrozenLog;
}

Result<std::unique_ptr<Connection>> open_inspected(const std::filesystem::path& file,
                                                   Connection::Mode mode) {
    auto connection = Connection::open(file, mode);
    if (!connection) {
        return connection;
    }
    const auto state = inspect_database(**connection, file);
    if (!state) {
        return pass_on(state);
    }
    if (*state == DatabaseState::Empty) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("{} is empty: import records into this data folder first", file.string()));
    }
    return connection;
}

}  // namespace

LogReader::LogReader(std::unique_ptr<Connection> connection, bool holds)
    : connection_(std::move(connection)), holds_(holds) {}

Result<std::unique_ptr<LogReader>> LogReader::open(const std::filesystem::path& file, bool holds) {
    auto connection = open_inspected(file, Connection::Mode::Read);
    if (!connection && (connection.error().code == ErrorCode::ReadOnly ||
                        connection.error().code == ErrorCode::Unavailable)) {
        auto frozen = open_inspected(file, frozen_mode(file));
        if (frozen) {
            connection = std::move(frozen);
        }
    }
    if (!connection) {
        return pass_on(connection);
    }
    std::unique_ptr<LogReader> reader(new LogReader(std::move(*connection), holds));
    const auto prepared = reader->prepare();
    if (!prepared) {
        return pass_on(prepared);
    }
    return reader;
}

Result<> LogReader::prepare() {
    auto end = connection_->prepare("SELECT max(position) FROM log");
    auto rows = connection_->prepare(
        "SELECT position, kind, shard, patient, previous, topic, occurred_at, recorded_at, "
        "ingested_at, checksum, content FROM log WHERE position >= ? AND position < ? "
        "ORDER BY position");
    auto topic = connection_->prepare("SELECT name FROM topics WHERE id = ?");
    if (!end || !rows || !topic) {
        return pass_on(!end ? end : !rows ? rows : topic);
    }
    end_ = std::move(*end);
    rows_ = std::move(*rows);
    topic_ = std::move(*topic);
    return {};
}

Result<> LogReader::hold() {
    if (!holds_ || holding_) {
        return {};
    }
    const auto begun = connection_->run("BEGIN");
    holding_ = begun.has_value();
    return begun;
}

Result<> LogReader::let_go() {
    const bool held = std::exchange(holding_, false);
    return held && connection_->in_transaction() ? connection_->run("ROLLBACK") : Result<>{};
}

Result<LogPosition> LogReader::end() {
    if (const auto let = let_go(); !let) {
        return pass_on(let);
    }
    const auto row = end_.step();
    const LogPosition last = row && *row ? static_cast<LogPosition>(end_.number(0)) : 0;
    end_.reset();
    if (!row) {
        return pass_on(row);
    }
    return last + 1;
}

Result<> LogReader::scan(LogPosition from, LogPosition to, ScanVisitor& visitor, BlobCodec& codec) {
    if (const auto let = let_go(); !let) {
        return let;
    }
    // One snapshot for all seeks of this scan.
    const auto begun = connection_->run("BEGIN");
    if (!begun) {
        return begun;
    }
    auto scanned = scan_snapshot(from, to, visitor, codec);
    rows_.reset();
    const auto ended = connection_->run("ROLLBACK");
    return scanned ? ended : scanned;
}

Result<> LogReader::scan_snapshot(LogPosition from, LogPosition to, ScanVisitor& visitor,
                                  BlobCodec& codec) {
    const auto last = end();
    if (!last) {
        return pass_on(last);
    }
    to = std::min(to, *last);
    LogPosition broken_run = 0;
    std::string buffer;
    bool seek = true;
    for (LogPosition next = std::max<LogPosition>(from, 1); next < to; ++next) {
        if (seek) {
            rows_.reset();
            rows_.bind(1, static_cast<std::int64_t>(next));
            rows_.bind(2, static_cast<std::int64_t>(to));
        }
        const auto row = rows_.step();
        if (!row && row.error().code != ErrorCode::Damaged) {
            return pass_on(row);
        }
        // After a page or a row that is not what it should be, look for the next one anew.
        seek = !row || !*row || rows_.number(Position) != static_cast<std::int64_t>(next);
        bool more = true;
        if (seek) {
            more = visitor.damaged(
                next, row ? missing_record(next) : damaged(next, row.error().message).error());
            if (++broken_run > broken_run_max) {
                return fail(ErrorCode::Damaged,
                            fmt::format("log records {} to {} cannot be reached: restore the "
                                        "database from a backup",
                                        next - broken_run + 1, to - 1));
            }
        } else {
            broken_run = 0;
            const auto visited = visit_current(next, visitor, codec, buffer);
            if (!visited) {
                return pass_on(visited);
            }
            more = *visited;
        }
        if (!more) {
            break;
        }
    }
    return {};
}

Result<bool> LogReader::visit_current(LogPosition position, ScanVisitor& visitor, BlobCodec& codec,
                                      std::string& buffer) {
    const auto row = current_row();
    if (row && !visitor.wants(row->meta)) {
        return true;
    }
    const auto record = row ? open_current(*row, codec, buffer) : Result<LogRecord>(pass_on(row));
    if (!record && record.error().code == ErrorCode::NewerFormat) {
        return pass_on(record);
    }
    return record ? visitor.visit(*record) : visitor.damaged(position, record.error());
}

Result<bool> LogReader::seek(LogPosition position) {
    rows_.reset();
    rows_.bind(1, static_cast<std::int64_t>(position));
    rows_.bind(2, static_cast<std::int64_t>(position + 1));
    return rows_.step();
}

Result<LogRecord> LogReader::read(LogPosition position, BlobCodec& codec, std::string& buffer) {
    if (const auto held = hold(); !held) {
        return pass_on(held);
    }
    auto row = seek(position);
    if (row && !*row && holding_) {
        rows_.reset();
        if (const auto let = let_go(); !let) {
            return pass_on(let);
        }
        row = seek(position);  // written since
    }
    if (!row) {
        rows_.reset();
        (void)let_go();  // what is told is the error of the record
        return row.error().code == ErrorCode::Damaged
                   ? Result<LogRecord>(damaged(position, row.error().message))
                   : pass_on(row);
    }
    if (!*row) {
        rows_.reset();
        const auto last = end();
        if (!last) {
            return pass_on(last);
        }
        if (position > 0 && position < *last) {
            return std::unexpected(missing_record(position));
        }
        return fail(
            ErrorCode::NotFound,
            fmt::format("there is no log record {}: the last one is {}", position, *last - 1));
    }
    auto record = current_record(codec, buffer);
    if (record) {
        move_views_into(*record, buffer);
    }
    rows_.reset();
    return record;
}

Result<LogRecord> LogReader::current_record(BlobCodec& codec, std::string& buffer) {
    const auto row = current_row();
    if (!row) {
        return pass_on(row);
    }
    return open_current(*row, codec, buffer);
}

Result<LogRecord> LogReader::open_current(const Row& row, BlobCodec& codec, std::string& buffer) {
    auto record = open_row(row, codec, buffer);
    if (record || row.dictionary == 0 || codec.find_dictionary(row.dictionary)) {
        return record;
    }
    // The writer trained it after this store was opened.
    const auto loaded = load_dictionaries(*connection_, codec);
    if (!loaded) {
        return pass_on(loaded);
    }
    return open_row(row, codec, buffer);
}

Result<Row> LogReader::current_row() {
    Row row;
    LogRecord& meta = row.meta;
    meta.position = static_cast<LogPosition>(rows_.number(Position));
    const std::int64_t kind = rows_.number(Kind);
    const std::int64_t shard = rows_.number(Shard);
    if (kind < 1 || kind > UINT8_MAX || shard < 0 || shard > shard_without_patient) {
        return damaged(meta.position, "its kind or shard is none that exists");
    }
    meta.kind = static_cast<RecordKind>(kind);
    meta.shard = static_cast<std::uint16_t>(shard);
    meta.patient = static_cast<std::uint64_t>(rows_.number(Patient));
    meta.previous = static_cast<LogPosition>(rows_.number(Previous));
    const auto name = topic(rows_.number(Topic));
    if (!name) {
        return name.error().code == ErrorCode::Damaged
                   ? Result<Row>(damaged(meta.position, name.error().message))
                   : pass_on(name);
    }
    meta.topic = *name;
    meta.occurred_at = instant(rows_.number(Occurred));
    meta.recorded_at = rows_.is_null(Recorded) ? meta.occurred_at : instant(rows_.number(Recorded));
    meta.ingested_at = rows_.is_null(Ingested) ? meta.recorded_at : instant(rows_.number(Ingested));
    row.checksum = static_cast<std::uint64_t>(rows_.number(Checksum));
    row.blob = rows_.bytes(Content);
    std::size_t stored_at = 0;
    const auto header = parse_blob_header(row.blob, stored_at);
    row.dictionary = header ? header->dictionary : 0;
    return row;
}

Result<std::string_view> LogReader::topic(std::int64_t id) {
    if (id == topic_last_ && !topic_last_name_.empty()) {
        return topic_last_name_;
    }
    auto known = topics_.find(id);
    if (known == topics_.end()) {
        topic_.bind(1, id);
        const auto row = topic_.step();
        if (row && *row) {
            known = topics_.emplace(id, topic_.bytes(0)).first;
        }
        topic_.reset();
        if (!row) {
            return pass_on(row);
        }
        if (known == topics_.end()) {
            return fail(ErrorCode::Damaged, fmt::format("its topic {} does not exist", id));
        }
    }
    topic_last_ = id;
    topic_last_name_ = known->second;
    return topic_last_name_;
}

ReaderPool::ReaderPool(std::filesystem::path file, bool hold)
    : file_(std::move(file)), hold_(hold) {}

Result<ReaderPool::Borrowed> ReaderPool::borrow() {
    std::unique_ptr<LogReader> reader;
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            reader = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!reader) {
        auto opened = LogReader::open(file_, hold_);
        if (!opened) {
            return pass_on(opened);
        }
        reader = std::move(*opened);
    }
    return Borrowed(reader.release(), [this](LogReader* used) {
        const std::lock_guard lock(mutex_);
        idle_.emplace_back(used);
    });
}

}  // namespace parcours::store
