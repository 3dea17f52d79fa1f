#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace parcours::synth {

/// What population to invent and where to put it.
struct Options {
    std::uint64_t patients = 1000;  ///< Patient resources written, duplicates included
    std::uint64_t seed = 1;         ///< the same seed gives the same bytes, whatever `threads`
    /// The last day of history; appointments reach up to six months beyond it.
    CivilDate until{std::chrono::year{2026} / 1 / 1};
    double density = 30;   ///< resources a patient on average, from 10 to 100
    bool gzip = false;     ///< write .ndjson.gz instead of .ndjson
    std::string out;       ///< a folder that is empty or does not exist yet
    unsigned threads = 2;  ///< workers that invent families, 1 to 64; one more thread writes
};

/// What was written. `bytes` are those of the files, compressed where `gzip`.
struct Summary {
    std::uint64_t patients = 0;
    std::uint64_t resources = 0;
    std::uint64_t bytes = 0;
    std::map<std::string, std::uint64_t> by_type;
};

/// Writes a FHIR R4 bulk export of invented people: one NDJSON file per resource type, with ten
/// years of history up to `until`. Memory stays bounded whatever `patients` is. `progress` is
/// called from the calling thread with the number of patients written so far; it may be empty.
/// Errors: Usage (an option out of range), Conflict (the folder holds files), ReadOnly, NoSpace,
/// Unavailable (the folder or a file cannot be made or written). After an error the folder holds
/// the part that was written.
Result<Summary> write_population(const Options& options,
                                 const std::function<void(std::uint64_t patients_done)>& progress);

}  // namespace parcours::synth
