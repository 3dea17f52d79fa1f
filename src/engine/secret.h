#pragma once

#include <string>

#include "base/error.h"
#include "base/random.h"
#include "engine/data_folder.h"

namespace parcours::engine {

/// The data folder's own secret, 32 bytes: it signs unsubscribe links. Made from `random` the first
/// time it is asked for. Write modes only.
Result<std::string> find_or_make_secret(DataFolder& folder, Random& random);

/// Of virtual runs, whose links lead nowhere: always the same, so that a run can be repeated.
[[nodiscard]] std::string virtual_secret();

}  // namespace parcours::engine
