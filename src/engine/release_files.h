#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/data_folder.h"
#include "practice/folder.h"

namespace parcours::engine {

/// The files of a practice folder as a release keeps them: one JSON object, path → text.
[[nodiscard]] std::string write_release_files(const practice::FileMap& files);
/// The files of a release that was launched here, by the beginning of its digest in hexadecimal
/// digits. Errors: NotFound, Usage (several begin so), Damaged, those of the store.
Result<practice::FileMap> find_release_files(const DataFolder& folder, std::string_view beginning);
/// Errors: Damaged.
Result<practice::FileMap> read_release_files(std::string_view json);

}  // namespace parcours::engine
