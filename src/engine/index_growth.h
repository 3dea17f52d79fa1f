#pragma once

#include <cstddef>
#include <memory>

#include "base/error.h"
#include "base/executor.h"
#include "population/live_index.h"

namespace parcours::engine {

/// Adds parts to an index: as a layer, or, where they are much beside what there is, by making all
/// of it anew. Errors: as `population::merge`.
Result<std::shared_ptr<const population::LiveIndex>> add_to_index(
    const population::LiveIndex& index, population::LiveIndex::Parts parts, Executor& executor);

/// Whether layers have grown so much that folding them is worth it.
[[nodiscard]] bool should_fold(const population::LiveIndex& index);

}  // namespace parcours::engine
