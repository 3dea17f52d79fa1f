#include "store/sqlite/folder_lock.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <expected>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace parcours::store {
namespace {

// The holder's process number as it wrote it; empty where it did not yet.
std::string read_holder(int file) {
    std::array<char, 20> text{};
    const ssize_t size = pread(file, text.data(), text.size(), 0);
    const std::string_view holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return std::string(holder.substr(0, holder.find_first_not_of("0123456789")));
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) {
        close(number_);
    }
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

Result<Descriptor> lock_folder(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "lock";
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (file.number() < 0) {
        return std::unexpected(system_error(errno, "opening", path));
    }
    if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return std::unexpected(system_error(errno, "locking", path));
        }
        const std::string holder = read_holder(file.number());
        return fail(
            ErrorCode::Locked,
            fmt::format("{} is being written by {}: wait until it has finished or stop it; "
                        "commands that only read work beside it",
                        folder.string(), holder.empty() ? "another process" : "process " + holder));
    }
    const std::string self = fmt::format("{}\n", getpid());
    if (ftruncate(file.number(), 0) != 0 ||
        pwrite(file.number(), self.data(), self.size(), 0) != static_cast<ssize_t>(self.size())) {
        return std::unexpected(system_error(errno != 0 ? errno : ENOSPC, "writing", path));
    }
    return file;
}

Result<> sync_folder(const std::filesystem::path& folder) {
    const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.number() < 0 || fsync(directory.number()) != 0) {
        return std::unexpected(system_error(errno, "making durable", folder));
    }
    return {};
}

}  // namespace parcours::store
