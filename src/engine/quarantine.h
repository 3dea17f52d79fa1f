#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "record/identity.h"

namespace parcours::engine {

/// A piece of input that could not be read, kept with its reason until it can.
struct QuarantineEntry {
    Digest id;           ///< named_hash("quarantine", source, file, line, content)
    std::string source;  ///< the feed
    Location where;      ///< file, line and column in it
    std::string reason;
    ErrorCode code = ErrorCode::InvalidInput;
    /// The piece itself, where it is valid UTF-8 and at most `content_bytes_max`; else empty, and a
    /// retry reads the file again.
    std::string content;
    Instant at;  ///< when it was met
    bool resolved = false;
};

/// Stands for the resource in the `version_hash` of an entry's id.
inline constexpr Key quarantine_key = 1;

inline constexpr std::size_t quarantine_content_bytes_max = 256U << 10U;

/// The payload of its log record, as JSON.
[[nodiscard]] std::string write_quarantine(const QuarantineEntry& entry);
Result<QuarantineEntry> read_quarantine(std::string_view json);

/// All entries in the order they were met, each once; resolved ones only where asked for.
Result<std::vector<QuarantineEntry>> list_quarantine(const DataFolder& folder,
                                                     bool with_resolved = false);

/// What a retry did.
struct RetryReport {
    std::uint64_t tried = 0;
    std::uint64_t resolved = 0;
};

/// Reads every open entry again: its kept content, else the line of its file as it is now.
Result<RetryReport> retry_quarantine(DataFolder& folder, const Files& files, const Clock& clock);

}  // namespace parcours::engine
