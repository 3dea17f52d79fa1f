#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "synth/sheet.h"

namespace parcours::synth {

/// Part of one file, ready to be appended: plain lines, or a piece of a deflate stream that ends
/// on a byte, with the checksum and length of what it holds.
struct Piece {
    std::string bytes;
    std::uint32_t crc = 0;
    std::uint64_t plain_bytes = 0;
};

/// The files of one export. Not for use by two threads.
class ExportFiles {
  public:
    /// Makes the folder, which has to be empty or missing. Errors: Conflict, ReadOnly, NoSpace,
    /// Unavailable.
    static Result<ExportFiles> open(const std::string& folder, bool gzip);

    /// Appends to the file of a type, making it first where it is new.
    Result<> append(Type type, const Piece& piece);
    /// Ends and closes all files; their bytes are then on their way to the disk.
    Result<> close();
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    struct Closer {
        void operator()(std::FILE* file) const;
    };
    struct Entry {
        std::unique_ptr<std::FILE, Closer> file;
        std::string path;
        std::uint32_t crc = 0;
        std::uint64_t plain_bytes = 0;
    };

    ExportFiles(std::string folder, bool gzip) : folder_(std::move(folder)), gzip_(gzip) {}
    Result<> make(Entry& entry, Type type);
    Result<> write(Entry& entry, const std::string& bytes);

    std::string folder_;
    bool gzip_ = false;
    std::uint64_t bytes_ = 0;
    std::array<Entry, type_count> entries_;
};

/// A piece of plain lines, or of a deflate stream where `gzip`. Pieces of one file may be made by
/// several threads and appended in order: together they are one gzip member (RFC 1952).
[[nodiscard]] Piece make_piece(std::string lines, bool gzip);

}  // namespace parcours::synth
