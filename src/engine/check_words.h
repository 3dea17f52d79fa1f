#pragma once

#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "position/journey_map.h"

namespace parcours::engine {

/// Finds words with which an expression compares what the program knows itself, and which that
/// never is: a concern that the journey map does not have, a stage or a status that there is not.
/// Such an expression is right CQL and finds nobody. `origin`: where the text begins in its file;
/// line 0: it stands for itself.
std::vector<Error> check_words(const cql::Expression& expression, const position::JourneyMap& map,
                               const Location& origin = {});

}  // namespace parcours::engine
