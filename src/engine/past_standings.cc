#include "engine/past_standings.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/standings.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {
namespace {

using Future = std::shared_future<std::shared_ptr<const position::Standings>>;

/// Null where they are still being made, or could not be.
std::shared_ptr<const position::Standings> made_already(const Future& future) {
    if (!future.valid() || future.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
        return nullptr;
    }
    try {
        return future.get();
    } catch (const std::exception&) {
        return nullptr;  // whoever waited for them was told
    }
}

}  // namespace

std::shared_ptr<const position::Standings> PastStandings::find_or_make(
    const std::shared_ptr<const population::LiveIndex>& index,
    const std::shared_ptr<const Clinic>& clinic, Instant as_of, const Make& make) {
    std::promise<std::shared_ptr<const position::Standings>> promise;
    Kept earlier;
    const Future known =
        find_or_keep({as_of, index, promise.get_future().share()}, clinic, earlier);
    if (known.valid()) {
        return known.get();  // another thread may still be making them
    }
    try {
        const auto before = made_already(earlier.standings);
        std::optional<EarlierStandings> after;
        if (before != nullptr && earlier.index->covers() <= index->covers()) {
            after.emplace(*before, *earlier.index);
        }
        auto made = make(after ? &*after : nullptr);
        promise.set_value(made);
        return made;
    } catch (...) {
        forget(index.get(), as_of);
        promise.set_exception(std::current_exception());
        throw;
    }
}

/// Those that are kept; nothing where `asked` is kept now and is to be made, after `earlier`.
Future PastStandings::find_or_keep(const Kept& asked, const std::shared_ptr<const Clinic>& clinic,
                                   Kept& earlier) {
    const std::scoped_lock lock(mutex_);
    if (clinic_ != clinic) {
        kept_.clear();
        clinic_ = clinic;
    }
    const auto known = std::ranges::find(kept_, asked.as_of, &Kept::as_of);
    if (known != kept_.end() && known->index == asked.index) {
        std::rotate(known, known + 1, kept_.end());
        return kept_.back().standings;
    }
    if (known != kept_.end()) {
        earlier = std::move(*known);
        kept_.erase(known);
    }
    // An index whose first layer is another holds the memory of a whole population.
    std::erase_if(kept_,
                  [&asked](const Kept& kept) { return kept.index->base() != asked.index->base(); });
    if (kept_.size() >= kept_max) {
        kept_.erase(kept_.begin());
    }
    kept_.push_back(asked);
    return {};
}

void PastStandings::forget(const population::LiveIndex* index, Instant as_of) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(
        kept_, [&](const Kept& kept) { return kept.index.get() == index && kept.as_of == as_of; });
}

}  // namespace parcours::engine
