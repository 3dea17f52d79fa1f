#include "store/sqlite/log_writer.h"

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
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

std::int64_t micros(Instant instant) {
    return instant.time_since_epoch().count();
}

// Faults of the caller that wrote nothing: the store stays usable after them.
bool is_refusal(ErrorCode code) {
    return code == ErrorCode::Conflict || code == ErrorCode::Limit || code == ErrorCode::Internal;
}

}  // namespace

LogWriter::LogWriter(std::unique_ptr<Connection> connection, BlobCodec& codec)
    : connection_(std::move(connection)), codec_(codec) {}

Result<std::unique_ptr<LogWriter>> LogWriter::open(const std::filesystem::path& file, bool create,
                                                   BlobCodec& codec) {
    auto connection = Connection::open(file, Connection::Mode::Write);
    if (!connection) {
        return pass_on(connection);
    }
    const auto state = inspect_database(**connection, file);
    if (!state) {
        return pass_on(state);
    }
    if (*state == DatabaseState::Empty && !create) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("{} is empty: import records into this data folder first", file.string()));
    }
    std::unique_ptr<LogWriter> writer(new LogWriter(std::move(*connection), codec));
    auto ready = configure_writer(*writer->connection_);
    if (ready && *state == DatabaseState::Empty) {
        ready = create_tables(*writer->connection_);
    }
    if (ready && *state == DatabaseState::Ready) {
        ready = settle_write_ahead_log(*writer->connection_);
    }
    if (ready) {
        ready = writer->prepare();
    }
    if (ready) {
        ready = load_dictionaries(*writer->connection_, codec);
    }
    if (ready) {
        ready = writer->find_end();
    }
    if (!ready) {
        return pass_on(ready);
    }
    return writer;
}

Result<> LogWriter::prepare() {
    struct Wanted {
        Statement& statement;
        std::string_view sql;
    };
    const std::array<Wanted, 5> wanted = {{
        {insert_, "INSERT INTO log VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {select_epoch_, "SELECT epoch FROM lease WHERE id = 1"},
        {find_topic_, "SELECT id FROM topics WHERE name = ?"},
        {add_topic_, "INSERT INTO topics(name) VALUES(?) RETURNING id"},
        {add_dictionary_, "INSERT INTO dictionaries VALUES(?, ?, ?, ?)"},
    }};
    for (const Wanted& one : wanted) {
        auto prepared = connection_->prepare(one.sql);
        if (!prepared) {
            return pass_on(prepared);
        }
        one.statement = std::move(*prepared);
    }
    return {};
}

Result<> LogWriter::find_end() {
    const auto last = connection_->number("SELECT max(position) FROM log");
    if (!last) {
        return pass_on(last);
    }
    // A last position that does not continue the one before it would make every later one wrong.
    const auto before = connection_->number(
        "SELECT count(*) FROM log WHERE position = "
        "(SELECT max(position) FROM log) - 1");
    if (!before) {
        return pass_on(before);
    }
    if (*last < 0 || (*last > 1 && *before == 0)) {
        return fail(ErrorCode::Damaged,
                    fmt::format("the end of the log is damaged: record {} does not follow another: "
                                "restore the database from a backup",
                                *last));
    }
    end_ = static_cast<LogPosition>(*last) + 1;
    auto known = connection_->prepare("SELECT id FROM dictionaries");
    if (!known) {
        return pass_on(known);
    }
    dictionaries_.clear();
    auto row = known->step();
    for (; row && *row; row = known->step()) {
        dictionaries_.insert(static_cast<std::uint32_t>(known->number(0)));
    }
    return row ? Result<>() : pass_on(row);
}

Result<> LogWriter::check_usable() const {
    if (!failure_) {
        return {};
    }
    return fail(failure_->code,
                fmt::format("nothing more is written since a write failed: {}", failure_->message));
}

Result<> LogWriter::append(std::span<const Append> records, std::uint64_t epoch) {
    const std::lock_guard lock(mutex_);
    const auto usable = check_usable();
    if (!usable) {
        return usable;
    }
    const auto follows = check_positions(records, end_);
    if (!follows) {
        return follows;
    }
    auto done = connection_->run("BEGIN IMMEDIATE");
    if (done) {
        done = append_in_transaction(records, epoch);
    }
    if (done) {
        done = connection_->run("COMMIT");
    }
    if (!done) {
        return undo(done.error());
    }
    end_ += records.size();
    return {};
}

std::unexpected<Error> LogWriter::undo(const Error& error) {
    const auto undone = connection_->run("ROLLBACK");
    topics_.clear();
    topic_last_.clear();
    topic_last_id_ = 0;
    if (!is_refusal(error.code) || !undone || !find_end()) {
        failure_ = error;
    }
    return std::unexpected(error);
}

Result<> LogWriter::append_in_transaction(std::span<const Append> records, std::uint64_t epoch) {
    const auto found = select_epoch_.step();
    const auto current = found && *found ? static_cast<std::uint64_t>(select_epoch_.number(0)) : 0;
    select_epoch_.reset();
    if (!found) {
        return pass_on(found);
    }
    const auto owns = check_epoch(epoch, current);
    if (!owns) {
        return owns;
    }
    for (const Append& append : records) {
        const auto row = make_row(append, codec_, scratch_);
        if (!row) {
            return pass_on(row);
        }
        const auto inserted = insert(*row);
        if (!inserted) {
            return inserted;
        }
    }
    return {};
}

Result<> LogWriter::insert(const Row& row) {
    if (row.dictionary != 0 && !dictionaries_.contains(row.dictionary)) {
        const auto kept = insert_dictionary(row.dictionary);
        if (!kept) {
            return kept;
        }
    }
    const LogRecord& meta = row.meta;
    const auto topic = topic_id(meta.topic);
    if (!topic) {
        return pass_on(topic);
    }
    insert_.bind(1, static_cast<std::int64_t>(meta.position));
    insert_.bind(2, static_cast<std::int64_t>(meta.kind));
    insert_.bind(3, meta.shard);
    insert_.bind(4, static_cast<std::int64_t>(meta.patient));
    insert_.bind(5, static_cast<std::int64_t>(meta.previous));
    insert_.bind(6, *topic);
    insert_.bind(7, micros(meta.occurred_at));
    if (meta.recorded_at == meta.occurred_at) {
        insert_.bind_null(8);
    } else {
        insert_.bind(8, micros(meta.recorded_at));
    }
    if (meta.ingested_at == meta.recorded_at) {
        insert_.bind_null(9);
    } else {
        insert_.bind(9, micros(meta.ingested_at));
    }
    insert_.bind(10, static_cast<std::int64_t>(row.checksum));
    insert_.bind_bytes(11, row.blob);
    return insert_.run();
}

Result<> LogWriter::insert_dictionary(std::uint32_t id) {
    const auto dictionary = codec_.find_dictionary(id);
    check(dictionary != nullptr, "make_row accepts only known dictionaries");
    add_dictionary_.bind(1, id);
    add_dictionary_.bind_text(2, dictionary->topic);
    add_dictionary_.bind(3, static_cast<std::int64_t>(dictionary->hash));
    add_dictionary_.bind_bytes(4, dictionary->bytes);
    const auto added = add_dictionary_.run();
    if (added) {
        dictionaries_.insert(id);
    }
    return added;
}

Result<std::int64_t> LogWriter::topic_id(std::string_view topic) {
    if (topic_last_id_ != 0 && topic == topic_last_) {
        return topic_last_id_;
    }
    topic_last_ = topic;
    const auto known = topics_.find(topic_last_);
    if (known != topics_.end()) {
        topic_last_id_ = known->second;
        return topic_last_id_;
    }
    for (Statement* const statement : {&find_topic_, &add_topic_}) {
        statement->bind_text(1, topic);
        const auto row = statement->step();
        topic_last_id_ = row && *row ? statement->number(0) : 0;
        statement->reset();
        if (!row) {
            return pass_on(row);
        }
        if (topic_last_id_ != 0) {
            break;
        }
    }
    topics_.emplace(topic_last_, topic_last_id_);
    return topic_last_id_;
}

Result<std::uint64_t> LogWriter::acquire_lease(std::string_view owner) {
    const std::lock_guard lock(mutex_);
    const auto usable = check_usable();
    if (!usable) {
        return pass_on(usable);
    }
    auto statement = connection_->prepare(
        "UPDATE lease SET epoch = epoch + 1, owner = ? WHERE id = 1 RETURNING epoch");
    if (!statement) {
        return pass_on(statement);
    }
    auto begun = connection_->run("BEGIN IMMEDIATE");
    if (!begun) {
        return undo(begun.error());
    }
    statement->bind_text(1, owner);
    const auto row = statement->step();
    const std::int64_t epoch = row && *row ? statement->number(0) : 0;
    statement->reset();
    const auto committed = row ? connection_->run("COMMIT") : Result<>();
    if (!row || !committed) {
        return undo(row ? committed.error() : row.error());
    }
    if (epoch <= 0) {
        return fail(ErrorCode::Damaged,
                    "the lease of the database is missing: restore it from a backup");
    }
    return static_cast<std::uint64_t>(epoch);
}

}  // namespace parcours::store
