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
#include "engine/writer_steps.h"

namespace parcours::engine {

/// A piece of input that could not be read, kept with its reason until it can.
struct QuarantineEntry {
    Digest id;           ///< named_hash("quarantine", source, file, line, column, the piece)
    std::string source;  ///< the feed
    Location where;      ///< file, line and column in it
    std::string reason;
    ErrorCode code = ErrorCode::InvalidInput;
    /// The piece itself, where it is valid UTF-8 and at most `quarantine_content_bytes_max`; else
    /// empty, as for what is wrong with a whole file: then a retry has only the file.
    std::string content;
    /// A file as a whole could not be read (to its end): cut off, not to be opened, too long.
    bool whole_file = false;
    Instant at;  ///< when it was met
    bool resolved = false;
};

/// Tells the refusal of an entry from every other in `IdentityState::versions`.
[[nodiscard]] std::uint64_t refusal_hash(const Digest& id);

inline constexpr std::size_t quarantine_content_bytes_max = 256U << 10U;

/// The payload of its log record, as JSON.
[[nodiscard]] std::string write_quarantine(const QuarantineEntry& entry);
Result<QuarantineEntry> read_quarantine(std::string_view json);

/// All entries in the order they were met, each once; resolved ones only where asked for.
Result<std::vector<QuarantineEntry>> list_quarantine(const DataFolder& folder,
                                                     bool with_resolved = false);

/// Whether anything of the quarantine was written down from that position on.
Result<bool> has_quarantined(const DataFolder& folder, LogPosition from);

/// What a retry did.
struct RetryReport {
    std::uint64_t tried = 0;
    std::uint64_t resolved = 0;
};

/// Reads every open entry again. First its kept content, which a newer version of this program may
/// understand; then, once for all entries of a file, the whole file as it is now, as an import
/// would: what is new in it is stored, what cannot be read in it is quarantined.
/// An entry is resolved when everything that was read in its stead is durable in the log:
/// - for what is wrong with a whole file: the file gave resources and is whole now;
/// - for a line of NDJSON: that line gave a resource, and nothing in it was refused;
/// - for a place in a document: the document gave a resource, and nothing in that line was refused.
/// All others stay open. Errors: those of the store; what was resolved before stays so.
Result<RetryReport> retry_quarantine(DataFolder& folder, const Files& files, const Clock& clock,
                                     const WriterSteps& steps = {});

}  // namespace parcours::engine
