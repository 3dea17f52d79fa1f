#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours {

/// A read-only view of a whole file; the bytes live as long as it does.
class FileView {
  public:
    virtual ~FileView() = default;
    [[nodiscard]] virtual std::string_view bytes() const = 0;
    /// The first `count` bytes are not needed for now: their memory may be given back. They stay
    /// readable.
    virtual void forget(std::size_t /*count*/) const {}
};

/// Hands in the disk. Nobody below `app/` opens files in any other way, except the store's own.
/// Safe for use by several threads. Every error names the path and what to do.
class Files {
  public:
    virtual ~Files() = default;

    /// `Denied`: this user may not look; `Other`: a pipe, a socket, a device.
    enum class Kind : std::uint8_t { Missing, File, Folder, Other, Denied };
    [[nodiscard]] virtual Kind kind(const std::string& path) const = 0;
    /// The files of a folder and of those below it, sorted by path. Names that begin with a dot
    /// are passed over. Errors: NotFound, Unavailable.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(
        const std::string& folder) const = 0;
    /// Errors: NotFound, Unavailable.
    [[nodiscard]] virtual Result<std::unique_ptr<FileView>> view(const std::string& path) const = 0;
    /// Replaces a file: it is whole or as before, never half. Errors: NoSpace, ReadOnly,
    /// Unavailable.
    [[nodiscard]] virtual Result<> write(const std::string& path, std::string_view bytes) const = 0;
};

/// The computer's own disk.
class SystemFiles final : public Files {
  public:
    [[nodiscard]] Kind kind(const std::string& path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) const override;
    [[nodiscard]] Result<std::unique_ptr<FileView>> view(const std::string& path) const override;
    [[nodiscard]] Result<> write(const std::string& path, std::string_view bytes) const override;
};

/// The error of a failed system call on a path: its code from errno, and one plain sentence.
[[nodiscard]] Error file_error(int error_number, std::string_view doing, const std::string& path);

}  // namespace parcours
