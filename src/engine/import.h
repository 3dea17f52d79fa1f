#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/input.h"
#include "engine/writer_steps.h"

namespace parcours::engine {

struct ReadyChunk;

struct ImportOptions {
    std::vector<std::string> paths;
    std::string source = "main";  ///< the feed's name: part of every resource's identity
    unsigned worker_count = 2;
    std::uint64_t document_bytes_max = ChunkReader::document_bytes_max;
    /// Index entries that are merged into the index together, at least: what bounds memory.
    std::size_t merge_entries_min = 1'000'000;
    /// Told of each chunk in the order of the input, from the calling thread. What it holds is
    /// durable once the import has returned without an error.
    std::function<void(const ReadyChunk&)> watch;
    bool keeps_refusals = true;  ///< whether what cannot be read goes into quarantine
    /// Whether a resource goes back to a former version that the input gives again (see
    /// docs/decisions/0005). A retry of the quarantine only adds what is missing.
    bool brings_back = true;
    /// Where the import runs beside the one that writes. Stopped, it ends as Unavailable, and the
    /// next one goes on.
    WriterSteps steps;
};

/// What an import did. Resources count once per distinct type and id.
struct ImportReport {
    std::uint64_t resources = 0;    ///< distinct resources met in the input
    std::uint64_t stored = 0;       ///< versions appended
    std::uint64_t unchanged = 0;    ///< versions that were there already
    std::uint64_t quarantined = 0;  ///< pieces of input that could not be read
    std::uint64_t patients = 0;     ///< persons in the data folder afterwards
    /// What came and cannot be used as it is, one sentence each: value sets. Filled by who puts
    /// them to use, after the import.
    std::vector<std::string> warnings = {};
};

struct ImportProgress {
    std::uint64_t input_bytes_done = 0;
    std::uint64_t input_bytes_total = 0;
    std::uint64_t resources = 0;
};

/// Reads FHIR R4 files into the data folder: every version kept, nothing twice, what cannot be read
/// quarantined, durable when it returns. Killed in the middle, the next run goes on and ends the
/// same. `progress` is called from the calling thread, a few times a second of work. Nobody else
/// may take records in meanwhile.
/// Errors: those of the input files as a whole, and of the store.
Result<ImportReport> import_files(DataFolder& folder, const Files& files, const Clock& clock,
                                  const ImportOptions& options,
                                  const std::function<void(const ImportProgress&)>& progress);

}  // namespace parcours::engine
