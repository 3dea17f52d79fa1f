#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/library_source.h"

namespace parcours::practice {

/// A CQL library of the practice, as its file says.
struct Library {
    std::string name;  ///< "Common.Diabetes"
    std::string version;
    std::string path;  ///< "libraries/Diabetes.cql"
    std::string text;
};

/// The CQL libraries of a practice: what cohorts, campaigns and measures may `include`. Immutable
/// once filled; shared by threads.
class Libraries final : public cql::LibrarySource {
  public:
    /// Reads a file of the folder libraries/. Every mistake is appended to `errors`: text that does
    /// not parse, no line `library NAME`, a name that another file has. Whether it compiles is for
    /// others to say. `FHIRHelpers` is built in: a file of that name is passed over.
    void add(const std::string& path, const std::string& text, std::vector<Error>& errors);

    [[nodiscard]] const Library* find(std::string_view name) const;
    /// By the path of its file.
    [[nodiscard]] const Library* find_file(std::string_view path) const;
    [[nodiscard]] const std::vector<Library>& all() const { return all_; }

    [[nodiscard]] std::optional<std::string> find_library(std::string_view name,
                                                          std::string_view version) const override;
    [[nodiscard]] std::vector<std::string> library_names() const override;
    [[nodiscard]] std::string library_file(std::string_view name) const override;

  private:
    std::vector<Library> all_;
};

}  // namespace parcours::practice
