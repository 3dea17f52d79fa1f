#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "practice/folder.h"

namespace parcours::engine {

/// The files of a practice folder as a release keeps them: one JSON object, path → text.
[[nodiscard]] std::string write_release_files(const practice::FileMap& files);
/// Errors: Damaged.
Result<practice::FileMap> read_release_files(std::string_view json);

}  // namespace parcours::engine
