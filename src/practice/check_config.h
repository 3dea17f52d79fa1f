#pragma once

#include <vector>

#include "base/error.h"
#include "practice/folder.h"

namespace parcours::practice {

/// What practice.yaml can say and nobody can mean: lengths of nothing and of half a life, ages by
/// which nobody is a minor or nobody is ever told. Not a part of `read_config`: a practice that is
/// at work already, and the releases that people are in, go on being read.
[[nodiscard]] std::vector<Error> check_config(const Folder& folder);

}  // namespace parcours::practice
