#pragma once

#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "quality/measure.h"

namespace parcours::engine {

/// Whether the libraries of a practice compile, each with values for the parameters it asks for.
void check_libraries(const practice::Folder& folder, std::vector<Error>& errors);

/// The measures of a practice whose criteria compile; the mistakes of the others.
std::vector<quality::Measure> read_measures(const practice::Folder& folder,
                                            std::vector<Error>& errors);

}  // namespace parcours::engine
