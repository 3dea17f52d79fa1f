#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace parcours::engine {

/// One file of an import.
struct InputFile {
    std::string path;
    std::uint64_t bytes = 0;  ///< on disk
    bool gzip = false;
    bool lines = true;  ///< NDJSON: a resource a line; else one JSON document
};

/// Finds what an import reads: named files, and in folders everything that ends in .ndjson, .json,
/// .ndjson.gz or .json.gz, sorted by path. Errors: NotFound for a path that does not exist, an
/// empty folder and a folder without FHIR files; InvalidInput for pipes and devices; ReadOnly for
/// what this user may not read: each says what was expected.
Result<std::vector<InputFile>> find_input(const Files& files,
                                          const std::vector<std::string>& paths);

/// A piece of input that is read by one thread: some lines, or one document.
struct Chunk {
    std::uint64_t number = 0;  ///< 0, 1, 2 … in the order of the input
    const InputFile* file = nullptr;
    std::uint64_t first_line = 1;   ///< line number of its first line
    std::string_view text;          ///< whole lines, or the whole document
    std::uint64_t input_bytes = 0;  ///< bytes of the disk it stands for, for progress
    /// Set where a piece could not be read: a line or document beyond the bound, a broken gzip,
    /// a file that cannot be opened.
    std::optional<Error> error;
    bool whole_file = false;  ///< the error is about the file as a whole, not about one line
    std::shared_ptr<const void> owner;  ///< keeps `text` alive
};

/// Cuts input files into chunks in order. Not thread-safe: callers take turns.
class ChunkReader {
  public:
    /// A line or document longer than this is quarantined, not read.
    static constexpr std::uint64_t document_bytes_max = 128U << 20U;
    static constexpr std::size_t chunk_bytes = 1U << 20U;

    ChunkReader(const Files& files, const std::vector<InputFile>& input,
                std::uint64_t document_limit = document_bytes_max);
    ~ChunkReader();

    /// The next chunk, or nothing at the end. A file that cannot be opened gives one chunk with its
    /// error: the others go on.
    Result<std::optional<Chunk>> next();

  private:
    class Source;
    class PlainSource;
    class GzipSource;

    Result<> open_next();

    const Files& files_;
    const std::vector<InputFile>& input_;
    std::uint64_t document_limit_;
    std::size_t next_file_ = 0;
    std::uint64_t next_number_ = 0;
    std::unique_ptr<Source> source_;
};

}  // namespace parcours::engine
