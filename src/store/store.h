#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"

namespace parcours::store {

/// A record to be appended. Where `sealed` is not empty, it is what the `codec()` of the same store
/// made of the content ahead of time, so that threads can share that work, and `record.payload` is
/// ignored.
struct Append {
    LogRecord record;
    std::string_view sealed;
};

/// A named blob in memory, mapped from its file where there is one. Valid for as long as `owner`
/// lives, also after the blob was replaced or the store closed.
struct BlobMapping {
    std::shared_ptr<const void> owner;
    std::string_view bytes;      ///< begins on a boundary of 64 bytes
    std::uint64_t checksum = 0;  ///< XXH3-64 of the bytes when they were written

    /// Reads all bytes and compares them with the checksum. Errors: Damaged.
    [[nodiscard]] Result<> verify() const;
};

/// What a scan meets: a good record, or the place and nature of a damaged one.
class ScanVisitor {
  public:
    virtual ~ScanVisitor() = default;
    /// Whether a record is of interest, judged by all but its payload, which is empty here. What is
    /// not wanted is passed over without reading its content, so without checking it either.
    [[nodiscard]] virtual bool wants(const LogRecord& /*head*/) const { return true; }
    /// Returns whether the scan goes on.
    virtual bool visit(const LogRecord& record) = 0;
    /// A record whose checksum or header is wrong. Its content is never handed out.
    virtual bool damaged(LogPosition position, const Error& error) = 0;
};

/// The durable truth: an append-only log and named blobs (snapshots, dictionaries, definitions).
/// One writer process; any number of readers in other threads and processes beside it. Every
/// failure of the disk is an error of the call that met it; after an `append` that failed on the
/// disk the store refuses further appends until it is opened again (an fsync that failed once is
/// never retried as good). An append refused as Conflict, Limit or Internal wrote nothing and may
/// be followed by a right one.
/// Threads: every function may be called from any thread; writing calls wait for each other.
class Store {
  public:
    virtual ~Store() = default;

    /// Appends all or nothing and returns when it is durable. Positions must follow each other
    /// from `end()`. Errors: Conflict (positions, or an epoch older than the lease's), NoSpace,
    /// ReadOnly, Unavailable.
    virtual Result<> append(std::span<const Append> records, std::uint64_t epoch) = 0;

    /// The position after the last record; 1 for an empty log.
    [[nodiscard]] virtual Result<LogPosition> end() const = 0;

    /// Visits the records with from <= position < to in order. Damaged and missing ones are told
    /// to the visitor one by one and skipped; where the file is so broken that the rest cannot be
    /// reached, ends with Damaged.
    virtual Result<> scan(LogPosition from, LogPosition to, ScanVisitor& visitor) const = 0;

    /// Reads one record; its views live in `buffer`. Errors: NotFound, Damaged (names the
    /// position).
    virtual Result<LogRecord> read(LogPosition position, std::string& buffer) const = 0;

    /// Replaces a named blob durably and atomically.
    virtual Result<> put_blob(std::string_view name, std::string_view bytes) = 0;

    /// The blob, or nothing where none has that name. Errors: Damaged.
    [[nodiscard]] virtual Result<std::optional<std::string>> get_blob(
        std::string_view name) const = 0;

    /// The blob as a mapping: opening costs no time however large it is. Only the blob's header is
    /// checked; call `verify` where the content does not carry checksums of its own.
    /// Errors: Damaged.
    [[nodiscard]] virtual Result<std::optional<BlobMapping>> map_blob(
        std::string_view name) const = 0;

    /// Becomes the owner of the log: returns the epoch that `append` must carry, greater than any
    /// before. A former owner's appends fail from then on.
    virtual Result<std::uint64_t> acquire_lease(std::string_view owner) = 0;

    /// Seals contents for this store's appends ahead of time, in any thread.
    [[nodiscard]] virtual BlobCodec& codec() = 0;
};

}  // namespace parcours::store
