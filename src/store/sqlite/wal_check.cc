#include "store/sqlite/wal_check.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

#include "base/error.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/folder_lock.h"

namespace parcours::store {
namespace {

constexpr std::size_t header_size = 32;
constexpr std::size_t frame_header_size = 24;
constexpr std::uint32_t magic = 0x377F0682;  // its last bit: checksums over big-endian words

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

// The running checksum of the log; `bytes` come in multiples of eight.
struct Checksum {
    bool big_endian_words = false;
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    void add(std::string_view bytes) {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            first += word(bytes, at) + second;
            second += word(bytes, at + 4) + first;
        }
    }

    [[nodiscard]] std::uint32_t word(std::string_view bytes, std::size_t at) const {
        const std::uint32_t value = big_endian(bytes, at);
        return big_endian_words ? value : __builtin_bswap32(value);
    }

    [[nodiscard]] bool matches(std::string_view bytes, std::size_t at) const {
        return first == big_endian(bytes, at) && second == big_endian(bytes, at + 4);
    }
};

bool is_page_size(std::uint32_t size) {
    return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

// Whether `size` bytes could be read at an offset into `buffer`.
Result<bool> read_at(const Descriptor& file, std::uint64_t offset, std::size_t size,
                     std::string& buffer, const std::filesystem::path& path) {
    buffer.resize(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = pread(file.number(), buffer.data() + done, size - done,
                                    static_cast<off_t>(offset + done));
        if (count < 0 && errno != EINTR) {
            return std::unexpected(system_error(errno, "reading", path));
        }
        if (count == 0) {
            return false;
        }
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

std::unexpected<Error> broken(const std::filesystem::path& path, std::string_view where) {
    return fail(ErrorCode::Damaged,
                fmt::format("{} is damaged {}: acknowledged records behind it cannot be read. "
                            "Restore the data folder from a backup; or, to go on without these "
                            "records, move the file away",
                            path.string(), where));
}

}  // namespace

Result<> check_write_ahead_log(const std::filesystem::path& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
        return errno == ENOENT ? Result<>() : std::unexpected(system_error(errno, "opening", path));
    }
    std::string header;
    const auto has_header = read_at(file, 0, header_size, header, path);
    if (!has_header || !*has_header) {
        return has_header ? Result<>() : pass_on(has_header);
    }
    Checksum checksum{.big_endian_words = (big_endian(header, 0) & 1U) != 0};
    checksum.add(std::string_view(header).substr(0, 24));
    const std::uint32_t page_size = big_endian(header, 8);
    std::string frame;
    const std::size_t frame_size =
        frame_header_size + (is_page_size(page_size) ? page_size : std::size_t{4096});
    std::uint64_t offset = header_size;
    auto more = read_at(file, offset, frame_size, frame, path);
    // The header is made durable before the first frame is written.
    if (more && *more &&
        ((big_endian(header, 0) & ~1U) != magic || !checksum.matches(header, 24))) {
        return broken(path, "in its header");
    }
    const std::string_view salts = std::string_view(header).substr(16, 8);
    std::uint64_t broken_frame = 0;
    std::uint64_t commits_behind = 0;
    for (std::uint64_t number = 1; more && *more; ++number) {
        const std::string_view bytes = frame;
        const bool current = bytes.substr(8, 8) == salts;
        if (broken_frame == 0) {
            checksum.add(bytes.substr(0, 8));
            checksum.add(bytes.substr(frame_header_size));
            broken_frame = current && checksum.matches(bytes, 16) ? 0 : number;
        }
        const bool commits = big_endian(bytes, 4) != 0;
        commits_behind += broken_frame != 0 && current && commits ? 1 : 0;
        offset += frame_size;
        more = read_at(file, offset, frame_size, frame, path);
    }
    if (!more) {
        return pass_on(more);
    }
    if (commits_behind >= 2) {
        return broken(path, fmt::format("in frame {}, before {} later commits", broken_frame,
                                        commits_behind));
    }
    return {};
}

}  // namespace parcours::store
