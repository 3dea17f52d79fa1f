#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {

/// Everybody's standings at moments that were asked for lately. Several who ask for the same moment
/// at once wait for one fold. For any thread.
class PastStandings {
  public:
    using Make = std::function<std::shared_ptr<const position::Standings>()>;

    /// Those of this index at this moment, made where they are not kept. With another index those
    /// of the one before are forgotten. What `make` throws all get who wait for it, and nothing is
    /// kept.
    std::shared_ptr<const position::Standings> find_or_make(
        const std::shared_ptr<const population::LiveIndex>& index, Instant as_of, const Make& make);

    static constexpr std::size_t kept_max = 6;

  private:
    using Future = std::shared_future<std::shared_ptr<const position::Standings>>;
    struct Kept {
        Instant as_of;
        Future standings;
    };
    void forget(const population::LiveIndex* index, Instant as_of);

    std::mutex mutex_;
    std::shared_ptr<const population::LiveIndex> index_;  ///< of all that are kept
    std::vector<Kept> kept_;                          ///< the newest asked for last
};

}  // namespace parcours::engine
