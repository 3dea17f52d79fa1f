#include "store/sqlite/blob_files.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <expected>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "store/row.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/folder_lock.h"
#include "store/store.h"

namespace parcours::store {
namespace {

constexpr std::string_view temporary_suffix = ".part";
constexpr std::uint64_t file_magic = 0x31424F4C42434150U;  // "PACBLOB1" as it lies in the file
constexpr std::uint32_t file_version = 1;
constexpr std::size_t write_bytes_max = 8U << 20U;

// The beginning of a file. `checksum_header` is over all that precedes it.
struct FileHeader {
    std::uint64_t magic = file_magic;
    std::uint32_t version = file_version;
    std::uint32_t reserved = 0;
    std::uint64_t size = 0;
    std::uint64_t checksum = 0;
    std::uint64_t name_hash = 0;
    std::uint64_t key = 0;  // 0: not sealed
    std::uint64_t reserved_too = 0;
    std::uint64_t checksum_header = 0;
};
static_assert(sizeof(FileHeader) == 64, "the content is aligned to 64 bytes");

std::uint64_t header_checksum(const FileHeader& header) {
    return fast_hash(
        {reinterpret_cast<const char*>(&header), offsetof(FileHeader, checksum_header)});
}

Result<> write_all(int file, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = write(file, bytes.data(), std::min(bytes.size(), write_bytes_max));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return std::unexpected(system_error(written < 0 ? errno : ENOSPC, "writing", path));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> write_file(const std::filesystem::path& path, std::string_view header,
                    std::string_view bytes) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
    if (file.number() < 0) {
        return std::unexpected(system_error(errno, "opening", path));
    }
    for (const std::string_view part : {header, bytes}) {
        const auto written = write_all(file.number(), part, path);
        if (!written) {
            return written;
        }
    }
    if (fsync(file.number()) != 0) {
        return std::unexpected(system_error(errno, "making durable", path));
    }
    return {};
}

Result<> check_header(const FileHeader& header, std::uint64_t file_size, std::string_view name,
                      const std::filesystem::path& path) {
    if (header.magic == file_magic && header.version > file_version) {
        return fail(ErrorCode::NewerFormat,
                    fmt::format("{} has format {}; this program knows formats up to {}: use the "
                                "newer program that wrote it",
                                path.string(), header.version, file_version));
    }
    if (header.magic != file_magic || header.checksum_header != header_checksum(header) ||
        header.name_hash != fast_hash(name) || header.size != file_size - sizeof(FileHeader)) {
        return fail(ErrorCode::Damaged,
                    fmt::format("{} is damaged: its header or its size is wrong; delete it, so "
                                "that it is made anew from the log",
                                path.string()));
    }
    return {};
}

struct Unmap {
    std::size_t size;
    void operator()(void* data) const { munmap(data, size); }
};

}  // namespace

Result<std::string> blob_file_name(std::string_view name) {
    static constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const auto valid = check_blob_name(name);
    if (!valid) {
        return pass_on(valid);
    }
    std::string file;
    for (const char c : name) {
        // A dot first would hide the file, and ".." would leave the folder.
        if (plain.contains(c) || (c == '.' && !file.empty())) {
            file += c;
        } else {
            file += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return file + ".blob";
}

BlobFiles::BlobFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

Result<> BlobFiles::prepare_writing() const {
    std::error_code error;
    if (std::filesystem::create_directory(folder_, error)) {
        return sync_folder(folder_.parent_path());
    }
    if (error) {
        return std::unexpected(system_error(error.value(), "making", folder_));
    }
    for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().native().ends_with(temporary_suffix)) {
            std::error_code ignored;  // it is overwritten by the next blob of this name
            std::filesystem::remove(entry->path(), ignored);
        }
    }
    return error ? Result<>(std::unexpected(system_error(error.value(), "reading", folder_)))
                 : Result<>();
}

Result<> BlobFiles::put(std::string_view name, std::string_view bytes) {
    const auto file = blob_file_name(name);
    if (!file) {
        return pass_on(file);
    }
    FileHeader header;
    header.size = bytes.size();
    header.checksum = fast_hash(bytes);
    header.name_hash = fast_hash(name);
    header.checksum_header = header_checksum(header);
    const std::filesystem::path path = folder_ / *file;
    const std::filesystem::path temporary = path.string().append(temporary_suffix);

    const std::lock_guard lock(mutex_);
    const auto written =
        write_file(temporary, {reinterpret_cast<const char*>(&header), sizeof header}, bytes);
    if (!written) {
        std::error_code ignored;  // the first failure is the one to tell
        std::filesystem::remove(temporary, ignored);
        return written;
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        return std::unexpected(system_error(errno, "replacing", path));
    }
    return sync_folder(folder_);
}

Result<std::optional<BlobMapping>> BlobFiles::map(std::string_view name) const {
    const auto file_name = blob_file_name(name);
    if (!file_name) {
        return pass_on(file_name);
    }
    const std::filesystem::path path = folder_ / *file_name;
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        return errno == ENOENT ? Result<std::optional<BlobMapping>>(std::nullopt)
                               : std::unexpected(system_error(errno, "opening", path));
    }
    struct stat status{};
    if (fstat(file.number(), &status) != 0) {
        return std::unexpected(system_error(errno, "reading", path));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    FileHeader header;
    if (pread(file.number(), &header, sizeof header, 0) != sizeof header) {
        header = {.magic = 0};
    }
    const auto right = check_header(header, size, name, path);
    if (!right) {
        return pass_on(right);
    }
    void* const data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number(), 0);
    if (data == MAP_FAILED) {
        return std::unexpected(system_error(errno, "mapping", path));
    }
    return BlobMapping{
        .owner = std::shared_ptr<const void>(data, [size](void* at) { Unmap{size}(at); }),
        .bytes = {static_cast<const char*>(data) + sizeof header, size - sizeof header},
        .checksum = header.checksum};
}

}  // namespace parcours::store
