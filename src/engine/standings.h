#pragma once

#include <memory>

#include "base/executor.h"
#include "base/time.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/standings.h"

namespace parcours::engine {

/// Standings of an earlier moment, and what has become of the record since.
struct EarlierStandings {
    const position::Standings& standings;
    const population::LiveIndex& index;
};

/// Folds everybody's facts at `as_of`, in parts handed to `executor`. Whose record is as it was
/// `before` (may be null), and whom no date touches since then, is not folded again.
std::shared_ptr<const position::Standings> make_standings(const population::LiveIndex& index,
                                                          const position::CompiledMap& map,
                                                          Instant as_of, Executor& executor,
                                                          const EarlierStandings* before = nullptr);

}  // namespace parcours::engine
