#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/store.h"

namespace parcours::store {

/// A record as a store keeps it: `meta.payload` is not used; `blob` is header and stored bytes.
struct Row {
    LogRecord meta;
    std::string_view blob;
    std::uint64_t checksum = 0;
    std::uint32_t dictionary = 0;  ///< the one that `blob` needs; only set by `make_row`
};

/// Prepares a record for storing; seals its payload into `scratch` where that was not yet done.
/// Errors: Internal (sealed by another store's codec or changed since), Limit.
[[nodiscard]] Result<Row> make_row(const Append& append, BlobCodec& codec, std::string& scratch);

/// Checks a stored row and opens its content into `buffer`. Errors: Damaged, naming the position;
/// NewerFormat; Unavailable.
[[nodiscard]] Result<LogRecord> open_row(const Row& row, const BlobCodec& codec,
                                         std::string& buffer);

/// Moves the topic of a record whose payload is `buffer` into the buffer, behind the payload, so
/// that all its views live there.
void move_views_into(LogRecord& record, std::string& buffer);

/// Refuses names of blobs that a store cannot keep: empty or longer than 80 bytes.
/// Errors: InvalidInput.
[[nodiscard]] Result<> check_blob_name(std::string_view name);

/// What a scan says of a position that has no record although later ones exist.
[[nodiscard]] Error missing_record(LogPosition position);

/// Refuses positions that do not follow each other from `end`. Errors: Conflict.
[[nodiscard]] Result<> check_positions(std::span<const Append> records, LogPosition end);

/// Refuses an append under an epoch that is not the lease's. Errors: Conflict.
[[nodiscard]] Result<> check_epoch(std::uint64_t given, std::uint64_t current);

}  // namespace parcours::store
