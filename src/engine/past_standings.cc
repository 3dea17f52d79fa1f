#include "engine/past_standings.h"

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {

std::shared_ptr<const position::Standings> PastStandings::find_or_make(
    const std::shared_ptr<const population::LiveIndex>& index, Instant as_of, const Make& make) {
    std::promise<std::shared_ptr<const position::Standings>> promise;
    Future future;
    {
        const std::scoped_lock lock(mutex_);
        if (index_ != index) {
            kept_.clear();
            index_ = index;
        }
        const auto known = std::ranges::find(kept_, as_of, &Kept::as_of);
        if (known != kept_.end()) {
            std::rotate(known, known + 1, kept_.end());
            future = kept_.back().standings;
        } else {
            if (kept_.size() >= kept_max) {
                kept_.erase(kept_.begin());
            }
            kept_.push_back({as_of, promise.get_future().share()});
        }
    }
    if (future.valid()) {
        return future.get();  // another thread may still be making them
    }
    try {
        auto made = make();
        promise.set_value(made);
        return made;
    } catch (...) {
        forget(index.get(), as_of);
        promise.set_exception(std::current_exception());
        throw;
    }
}

void PastStandings::forget(const population::LiveIndex* index, Instant as_of) {
    const std::scoped_lock lock(mutex_);
    if (index_.get() == index) {
        std::erase_if(kept_, [&](const Kept& kept) { return kept.as_of == as_of; });
    }
}

}  // namespace parcours::engine
