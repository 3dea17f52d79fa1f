#pragma once

#include <filesystem>
#include <string>

namespace parcours::http::testing {

/// A folder of its own under the system's temporary one; removed with all it holds.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A self-signed certificate for 127.0.0.1, valid now, with its key, as PEM files.
struct Certificate {
    std::string certificate_file;
    std::string key_file;
};
[[nodiscard]] Certificate make_certificate(const std::filesystem::path& folder);

}  // namespace parcours::http::testing
