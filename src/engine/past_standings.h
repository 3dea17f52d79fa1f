#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/standings.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {

/// Everybody's standings at moments that were asked for lately. Several who ask for the same moment
/// at once wait for one fold. For any thread.
class PastStandings {
  public:
    /// Told of those of an earlier record at the same moment, where they are known; null: they are
    /// not.
    using Make =
        std::function<std::shared_ptr<const position::Standings>(const EarlierStandings* earlier)>;

    /// Those of this index at this moment by a practice's map, made where they are not kept: after
    /// those of an earlier index where there are such, so that only what was written since is
    /// folded. Another practice makes forget all. What `make` throws all get who wait for it, and
    /// nothing is kept.
    std::shared_ptr<const position::Standings> find_or_make(
        const std::shared_ptr<const population::LiveIndex>& index,
        const std::shared_ptr<const Clinic>& clinic, Instant as_of, const Make& make);

    static constexpr std::size_t kept_max = 6;

  private:
    using Future = std::shared_future<std::shared_ptr<const position::Standings>>;
    struct Kept {
        Instant as_of;
        std::shared_ptr<const population::LiveIndex> index;
        Future standings;
    };
    Future find_or_keep(const Kept& asked, const std::shared_ptr<const Clinic>& clinic,
                        Kept& earlier);
    void forget(const population::LiveIndex* index, Instant as_of);

    std::mutex mutex_;
    std::shared_ptr<const Clinic> clinic_;  ///< of all that are kept
    std::vector<Kept> kept_;                ///< the newest asked for last
};

}  // namespace parcours::engine
