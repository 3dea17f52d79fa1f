#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace parcours::http {

/// A file inside the program. All text lives as long as the program.
struct StaticFile {
    std::string_view path;  ///< "/assets/index-3f2a91bc.js"
    std::string_view media_type;
    std::string_view etag;  ///< with its quotes
    std::string_view bytes;
    std::string_view gzip;   ///< empty where it would not be shorter
    bool immutable = false;  ///< its name changes with its content
};

/// The files of a web page. A path is looked up in the table and nowhere else: there is no disk
/// behind it that a path could lead out of.
class StaticFiles {
  public:
    /// `files` sorted by path.
    explicit StaticFiles(std::span<const StaticFile> files) : files_(files) {}

    [[nodiscard]] const StaticFile* find(std::string_view path) const;

    /// The answer to GET and HEAD: the file; "/index.html" for "/" and for places inside the page
    /// (paths whose last part has no dot). Nothing for other methods and for what does not exist,
    /// such as anything below /api and /fhir.
    [[nodiscard]] std::optional<Response> answer(const Request& request) const;

  private:
    std::span<const StaticFile> files_;
};

/// The console as it was built into this program.
[[nodiscard]] std::span<const StaticFile> console_files();

}  // namespace parcours::http
