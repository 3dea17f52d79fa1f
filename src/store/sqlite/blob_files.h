#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/store.h"

namespace parcours::store {

/// The file name of a named blob: other characters than letters, digits, dot, hyphen and underscore
/// become %XX, so that no name leaves the folder. Errors: InvalidInput for an empty or overlong
/// name.
[[nodiscard]] Result<std::string> blob_file_name(std::string_view name);

/// Named blobs as files of one folder, each with a header of 64 bytes that holds the size and the
/// checksum of the content. Threads: any.
class BlobFiles {
  public:
    explicit BlobFiles(std::filesystem::path folder);

    /// Makes the folder and removes what a killed writer left half-written.
    [[nodiscard]] Result<> prepare_writing() const;

    /// Writes beside the old blob, synchronises, and renames: either the old or the new one is
    /// there after a crash. Errors: NoSpace, ReadOnly, Unavailable, InvalidInput (the name).
    [[nodiscard]] Result<> put(std::string_view name, std::string_view bytes);

    /// Errors: Damaged (the header or the size is wrong), NewerFormat, Unavailable.
    [[nodiscard]] Result<std::optional<BlobMapping>> map(std::string_view name) const;

  private:
    std::filesystem::path folder_;
    std::mutex mutex_;  // one writer at a time, since temporary names are fixed
};

}  // namespace parcours::store
