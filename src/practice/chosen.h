#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// Leaves only the campaigns that `campaigns: [NAME, …]` of practice.yaml names; all of them where
/// it names none. Names that none of the files has are appended to `errors` with their place.
void keep_chosen(const Node& practice, const FileMap& files, std::vector<Document>& campaigns,
                 std::vector<Error>& errors);

/// The campaigns whose files are there but were not chosen, by name.
[[nodiscard]] std::vector<std::string> resting_campaigns(const Folder& folder);

}  // namespace parcours::practice
