#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::cql {

/// The libraries that an expression may `include`. Asked while it is compiled.
class LibrarySource {
  public:
    virtual ~LibrarySource() = default;

    /// The text of a library by its name ("Common.Cohorts") and version; an empty `version` means
    /// any. Nothing where there is none such.
    [[nodiscard]] virtual std::optional<std::string> find_library(
        std::string_view name, std::string_view version) const = 0;
    /// All names, for "did you mean".
    [[nodiscard]] virtual std::vector<std::string> library_names() const = 0;
    /// What errors in a library name as its file.
    [[nodiscard]] virtual std::string library_file(std::string_view name) const {
        return std::string(name);
    }
};

}  // namespace parcours::cql
