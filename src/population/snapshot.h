#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "population/index.h"
#include "record/log.h"

namespace parcours::population {

/// The log a snapshot was made from: one of another log, or of a log that has since lost its end,
/// must not be read.
struct SnapshotLog {
    std::uint64_t id = 0;  ///< of the data folder
    LogPosition last = 0;  ///< the log's last position now; not used in writing
};

/// Takes the next bytes of a snapshot.
using SnapshotSink = std::function<Result<>(std::string_view bytes)>;

/// Writes an index as one run of bytes: a header (format, log, covered position), a table of
/// sections with their checksums, and the columns as they lie in memory, aligned to 64 bytes. The
/// same index gives the same bytes. Errors: those of `sink`.
Result<> write_snapshot(const Index& index, const SnapshotLog& log, const SnapshotSink& sink);

/// The same as one string, for small ones.
[[nodiscard]] std::string snapshot_bytes(const Index& index, const SnapshotLog& log);

/// An index whose columns lie in `bytes`, usually a mapped file that `keep_alive` holds; only the
/// dictionary is copied. Every checksum is verified. `bytes` must be aligned to 8 bytes. What is
/// missing of the log is what comes after `covers()`. Errors, after each of which the caller
/// rebuilds from the log: Damaged (cut short, a checksum, an impossible length), NewerFormat,
/// Conflict (of another log, or ahead of this one).
Result<std::shared_ptr<const Index>> open_snapshot(std::span<const std::byte> bytes,
                                                   std::shared_ptr<const void> keep_alive,
                                                   const SnapshotLog& log);

}  // namespace parcours::population
