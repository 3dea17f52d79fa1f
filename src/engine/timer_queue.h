#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_map.h"

namespace parcours::engine {

/// When things are due: at most one timer for each id, in the order of due time and id, whatever
/// the order they were set in. Only the nearest hours are kept sorted; what lies further ahead
/// waits in a bucket for its hour, where a timer that was moved stays behind as an empty mark until
/// its bucket is read or tidied. So moving a timer among a million costs no search among them. One
/// thread.
class TimerQueue {
  public:
    using Timer = std::pair<Instant, Digest>;

    /// Sets or moves the timer of an id.
    void set(const Digest& id, Instant due);
    void clear(const Digest& id);

    [[nodiscard]] std::optional<Instant> find(const Digest& id) const;
    [[nodiscard]] bool empty() const { return due_.size() == 0; }
    [[nodiscard]] std::size_t size() const { return due_.size(); }
    /// When the first is due.
    [[nodiscard]] std::optional<Instant> next() const;
    /// Visits what is due at `now`, in order, until `visit` says no. It must not change the queue.
    void visit_due(Instant now, const std::function<bool(const Timer&)>& visit) const;
    /// All timers, in order.
    [[nodiscard]] std::vector<Timer> all() const;

  private:
    using Hour = std::chrono::sys_time<std::chrono::hours>;
    struct Bucket {
        std::vector<Timer> timers;  // as they came; some were moved or cleared since
        std::size_t stale = 0;      // how many of them
    };

    void place(const Timer& timer);
    void drop(const Timer& timer);
    void split();
    void refill();
    [[nodiscard]] bool is_live(const Timer& timer) const;
    [[nodiscard]] std::vector<Timer> sorted_live(const Bucket& bucket) const;

    DigestMap<Instant> due_;  // the truth
    std::set<Timer> near_;    // all up to `near_hour_`; empty only where there is no timer at all
    Hour near_hour_;
    std::size_t near_max_ = 0;    // grown beyond this, its later hours go back to their buckets
    std::map<Hour, Bucket> far_;  // all later ones
};

}  // namespace parcours::engine
