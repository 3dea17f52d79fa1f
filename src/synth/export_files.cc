#include "synth/export_files.h"

#include <array>
#include <asm-generic/errno.h>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <zconf.h>
#include <zlib.h>

#include "base/error.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> disk_error(int number, const std::string& path, std::string_view doing) {
    const std::string what = std::string(doing) + " " + path + ": " + std::strerror(number);
    switch (number) {
        case ENOSPC:
        case EDQUOT:
            return fail(ErrorCode::NoSpace,
                        what +
                            ". Free some space or choose another folder with --out; a million "
                            "patients need about 15 GB.");
        case EACCES:
        case EROFS:
        case EPERM:
            return fail(ErrorCode::ReadOnly,
                        what + ". Choose a folder you may write to with --out.");
        default:
            return fail(ErrorCode::Unavailable, what + ". Choose another folder with --out.");
    }
}

/// The ten bytes before a deflate stream: no name, no time, so that the same lines give the same
/// bytes.
std::string gzip_header() {
    return {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};
}

std::string gzip_trailer(std::uint32_t crc, std::uint64_t plain_bytes) {
    std::string bytes("\x03\x00", 2);  // an empty last block
    const auto add = [&](std::uint32_t value) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>((value >> shift) & 0xFFU);
        }
    };
    add(crc);
    add(static_cast<std::uint32_t>(plain_bytes));
    return bytes;
}

std::string deflated(const std::string& lines) {
    z_stream stream{};
    const int opened = deflateInit2(&stream, 4, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    check(opened == Z_OK, "zlib starts");
    std::string out(deflateBound(&stream, static_cast<uLong>(lines.size())) + 64, '\0');
    // zlib wants a pointer to what it does not change.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(lines.data()));
    stream.avail_in = static_cast<uInt>(lines.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int done = deflate(&stream, Z_SYNC_FLUSH);
    check(done == Z_OK && stream.avail_in == 0, "zlib took all of a piece");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace

void ExportFiles::Closer::operator()(std::FILE* file) const {
    std::fclose(file);
}

Result<ExportFiles> ExportFiles::open(const std::string& folder, bool gzip) {
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (fs::exists(status) && !fs::is_directory(status)) {
        return fail(ErrorCode::Conflict, folder + " is a file. Name a folder with --out.");
    }
    fs::create_directories(folder, error);
    if (error) {
        return disk_error(error.value(), folder, "Cannot make the folder");
    }
    const bool empty = fs::is_empty(folder, error);
    if (error) {
        return disk_error(error.value(), folder, "Cannot read the folder");
    }
    if (!empty) {
        return fail(ErrorCode::Conflict,
                    folder + " holds files already. Name a new or empty folder with --out.");
    }
    return ExportFiles(folder, gzip);
}

Result<> ExportFiles::make(Entry& entry, Type type) {
    entry.path = folder_ + "/" + std::string(type_name(type)) + (gzip_ ? ".ndjson.gz" : ".ndjson");
    entry.file.reset(std::fopen(entry.path.c_str(), "wb"));
    if (!entry.file) {
        return disk_error(errno, entry.path, "Cannot make");
    }
    return gzip_ ? write(entry, gzip_header()) : Result<>();
}

Result<> ExportFiles::write(Entry& entry, const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), entry.file.get()) != bytes.size()) {
        return disk_error(errno, entry.path, "Cannot write");
    }
    bytes_ += bytes.size();
    return {};
}

Result<> ExportFiles::append(Type type, const Piece& piece) {
    if (piece.plain_bytes == 0) {
        return {};
    }
    Entry& entry = entries_[static_cast<std::size_t>(type)];
    if (!entry.file) {
        if (const auto made = make(entry, type); !made) {
            return made;
        }
    }
    if (gzip_) {
        entry.crc = static_cast<std::uint32_t>(
            crc32_combine(entry.crc, piece.crc, static_cast<z_off_t>(piece.plain_bytes)));
        entry.plain_bytes += piece.plain_bytes;
    }
    return write(entry, piece.bytes);
}

Result<> ExportFiles::close() {
    for (Entry& entry : entries_) {
        if (!entry.file) {
            continue;
        }
        if (gzip_) {
            if (const auto ended = write(entry, gzip_trailer(entry.crc, entry.plain_bytes));
                !ended) {
                return ended;
            }
        }
        // A full disk may show only when the last bytes are handed over.
        if (std::fclose(entry.file.release()) != 0) {
            return disk_error(errno, entry.path, "Cannot write");
        }
    }
    return {};
}

Piece make_piece(std::string lines, bool gzip) {
    Piece piece;
    piece.plain_bytes = lines.size();
    if (!gzip || lines.empty()) {
        piece.bytes = std::move(lines);
        return piece;
    }
    piece.crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(lines.data()), static_cast<uInt>(lines.size())));
    piece.bytes = deflated(lines);
    return piece;
}

}  // namespace parcours::synth
