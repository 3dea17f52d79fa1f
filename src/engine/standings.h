#pragma once

#include <memory>

#include "base/executor.h"
#include "base/time.h"
#include "population/index.h"
#include "position/compiled_map.h"
#include "position/standings.h"

namespace parcours::engine {

/// Folds everybody's facts at `as_of`, in parts handed to `executor`.
std::shared_ptr<const position::Standings> make_standings(const population::Index& index,
                                                          const position::CompiledMap& map,
                                                          Instant as_of, Executor& executor);

}  // namespace parcours::engine
