#include "engine/index_growth.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "population/builder.h"
#include "population/live_index.h"

namespace parcours::engine {
namespace {

/// Layers are folded from such a share of the first layer on: each costs every cohort a little.
constexpr std::size_t fold_share = 100;
constexpr std::size_t fold_min = 5'000;
constexpr std::size_t fold_max = 100'000;
/// So many times as much is not made a layer of any more: that would take longer than folding.
constexpr std::size_t layer_times = 3;

std::size_t fold_size(const population::LiveIndex& index) {
    return std::clamp(index.base()->fact_count() / fold_share, fold_min, fold_max);
}

}  // namespace

Result<std::shared_ptr<const population::LiveIndex>> add_to_index(
    const population::LiveIndex& index, population::LiveIndex::Parts parts, Executor& executor) {
    std::size_t entries = index.unfolded_count();
    for (const auto& part : parts) {
        entries += part->size();
    }
    // A first record is no layer over nothing.
    const bool first = index.patient_count() == 0 && index.fact_count() == 0;
    if (!first && entries <= layer_times * fold_size(index)) {
        return population::LiveIndex::add(index, std::move(parts));
    }
    std::vector<const population::IndexPart*> all;
    for (const auto& part : index.parts()) {
        all.push_back(part.get());
    }
    for (const auto& part : parts) {
        all.push_back(part.get());
    }
    auto merged = population::merge(all, index.base().get(), &executor);
    if (!merged) {
        return pass_on(merged);
    }
    return std::make_shared<const population::LiveIndex>(std::move(*merged));
}

bool should_fold(const population::LiveIndex& index) {
    return index.unfolded_count() > fold_size(index);
}

}  // namespace parcours::engine
