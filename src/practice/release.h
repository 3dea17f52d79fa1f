#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "practice/content.h"
#include "practice/folder.h"

namespace parcours::practice {

/// One thing a release fixes: "cohort" "diabetes-due" and the hash of what it says.
struct ReleasePart {
    std::string kind;  ///< campaign, cohort, value-set, library, content, map
    std::string name;
    Digest digest;
    bool operator==(const ReleasePart&) const = default;
};

/// A published campaign with everything it names.
struct Release {
    Digest id;                       ///< of all parts; independent of their order
    std::vector<ReleasePart> parts;  ///< by kind and name
};

/// Gathers what a campaign names. Nothing but meaning counts: comments, quotes and white space of
/// YAML leave the id unchanged; any word of content changes it.
class ReleaseBuilder {
  public:
    explicit ReleaseBuilder(const Folder& folder) : folder_(&folder) {}

    /// The campaign or map itself, by its document.
    void add_document(std::string_view kind, std::string_view name, const Node& root);
    /// Errors, NotFound: no cohort, value set (with those it includes), library, form or
    /// content of that name.
    Result<> add_cohort(std::string_view name);
    Result<> add_value_set(std::string_view name);
    Result<> add_library(std::string_view name);
    Result<> add_form(std::string_view name);
    /// Also adds the cohorts its `not-for` names.
    Result<> add_content(std::string_view name);

    [[nodiscard]] Release build() const;

  private:
    bool add(std::string_view kind, std::string_view name, std::string_view canonical);

    const Folder* folder_;
    std::vector<ReleasePart> parts_;
};

}  // namespace parcours::practice
