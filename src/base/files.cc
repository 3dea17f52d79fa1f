#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours {
namespace {

class MappedFile final : public FileView {
  public:
    MappedFile(void* start, std::size_t size) : start_(start), size_(size) {}
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile() override {
        if (size_ != 0) {
            ::munmap(start_, size_);
        }
    }
    [[nodiscard]] std::string_view bytes() const override {
        return {static_cast<const char*>(start_), size_};
    }
    void forget(std::size_t count) const override {
        // Whole pages; they are read from the file again where somebody still asks for them.
        constexpr std::size_t page = 65'536;
        const std::size_t whole = std::min(count, size_) / page * page;
        if (whole != 0) {
            ::madvise(start_, whole, MADV_DONTNEED);
        }
    }

  private:
    void* start_;
    std::size_t size_;
};

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Error file_error(int error_number, std::string_view doing, const std::string& path) {
    const auto make = [&](ErrorCode code, std::string_view cure) {
        return Error{
            code,
            fmt::format("cannot {} \"{}\": {}; {}", doing, path, std::strerror(error_number), cure),
            {}};
    };
    switch (error_number) {
        case ENOENT:
        case ENOTDIR:
            return make(ErrorCode::NotFound, "check the path");
        case ENOSPC:
        case EDQUOT:
            return make(ErrorCode::NoSpace, "free some space and run the command again");
        case EROFS:
        case EACCES:
        case EPERM:
            return make(ErrorCode::ReadOnly, "choose a place this user may use");
        default:
            return make(ErrorCode::Unavailable, "look at the disk or the file system");
    }
}

Files::Kind SystemFiles::kind(const std::string& path) const {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return errno == EACCES || errno == EPERM ? Kind::Denied : Kind::Missing;
    }
    return S_ISREG(status.st_mode)   ? Kind::File
           : S_ISDIR(status.st_mode) ? Kind::Folder
                                     : Kind::Other;
}

Result<std::vector<std::string>> SystemFiles::list(const std::string& folder) const {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, error);
    while (!error && at != fs::recursive_directory_iterator()) {
        const bool hidden = at->path().filename().string().starts_with('.');
        if (hidden && at->is_directory(error)) {
            at.disable_recursion_pending();
        } else if (!hidden && at->is_regular_file(error)) {
            found.push_back(at->path().string());
        }
        at.increment(error);
    }
    if (error) {
        return std::unexpected(file_error(error.value(), "read the folder", folder));
    }
    std::ranges::sort(found);
    return found;
}

Result<std::unique_ptr<FileView>> SystemFiles::view(const std::string& path) const {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return std::unexpected(file_error(errno, "read", path));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {
        return std::make_unique<MappedFile>(nullptr, 0);
    }
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (start == MAP_FAILED) {
        return std::unexpected(file_error(errno, "read", path));
    }
    ::madvise(start, size, MADV_SEQUENTIAL);
    return std::make_unique<MappedFile>(start, size);
}

Result<> SystemFiles::write(const std::string& path, std::string_view bytes) const {
    const std::string temporary = path + ".new";
    {
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.number() < 0 || !write_all(file.number(), bytes) || ::fsync(file.number()) != 0) {
            const int error_number = errno;
            ::unlink(temporary.c_str());
            return std::unexpected(file_error(error_number, "write", path));
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return std::unexpected(file_error(errno, "write", path));
    }
    return {};
}

}  // namespace parcours
