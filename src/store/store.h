#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/log.h"

namespace parcours::store {

/// A record whose content was compressed and given its header ahead of `append`, so that threads
/// can share that work (`BlobCodec`). `record.payload` is ignored where `sealed` is not empty.
struct Append {
    LogRecord record;
    std::string_view sealed;
};

/// What a scan meets: a good record, or the place and nature of a damaged one.
class ScanVisitor {
  public:
    virtual ~ScanVisitor() = default;
    /// Returns whether the scan goes on.
    virtual bool visit(const LogRecord& record) = 0;
    /// A record whose checksum or header is wrong. Its content is never handed out.
    virtual bool damaged(LogPosition position, const Error& error) = 0;
};

/// The durable truth: an append-only log and named blobs (snapshots, dictionaries, definitions).
/// One writer; any number of readers in other threads and processes beside it. Every failure of
/// the disk is an error of the call that met it; after a failed `append` the store refuses further
/// appends until it is opened again (an fsync that failed once is never retried as good).
class Store {
  public:
    virtual ~Store() = default;

    /// Appends all or nothing and returns when it is durable. Positions must follow each other
    /// from `end()`. Errors: Conflict (positions, or an epoch older than the lease's), NoSpace,
    /// ReadOnly, Unavailable.
    virtual Result<> append(std::span<const Append> records, std::uint64_t epoch) = 0;

    /// The position after the last record; 1 for an empty log.
    [[nodiscard]] virtual Result<LogPosition> end() const = 0;

    /// Visits the records with from <= position < to in order.
    virtual Result<> scan(LogPosition from, LogPosition to, ScanVisitor& visitor) const = 0;

    /// Reads one record; its views live in `buffer`. Errors: NotFound, Damaged (names the position).
    virtual Result<LogRecord> read(LogPosition position, std::string& buffer) const = 0;

    /// Replaces a named blob durably and atomically.
    virtual Result<> put_blob(std::string_view name, std::string_view bytes) = 0;

    /// The blob, or nothing where none has that name. Errors: Damaged.
    [[nodiscard]] virtual Result<std::optional<std::string>> get_blob(std::string_view name) const = 0;

    /// Becomes the owner of the log: returns the epoch that `append` must carry, greater than any
    /// before. A former owner's appends fail from then on.
    virtual Result<std::uint64_t> acquire_lease(std::string_view owner) = 0;
};

}  // namespace parcours::store
