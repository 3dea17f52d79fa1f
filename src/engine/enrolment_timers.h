#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/enrolment_row.h"
#include "engine/shared_rows.h"
#include "engine/timer_queue.h"

namespace parcours::engine {

/// When enrolments are due, in the order of due time and id, as `TimerQueue` keeps it for other
/// things; but what is due when stands in the rows of the enrolments, so that a timer that is hours
/// ahead is no more than a row's number in the bucket of its hour. One thread.
class EnrolmentTimers {
  public:
    using Timer = TimerQueue::Timer;

    /// The rows are borrowed and must not move.
    explicit EnrolmentTimers(const SharedRows<EnrolmentRow>& rows) : rows_(rows) {}

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// When the first is due.
    [[nodiscard]] std::optional<Instant> next() const;
    /// Visits what is due at `now`, in order, until `visit` says no. It must not change the queue.
    void visit_due(Instant now, const std::function<bool(const Timer&)>& visit) const;
    /// All timers, in order.
    [[nodiscard]] std::vector<Timer> all() const;

    /// A row's timer was `before` and is what the row says now.
    void changed(std::uint32_t row, std::optional<Instant> before);
    /// Takes in what all rows say; there was nothing before.
    void read_rows();

  private:
    using Hour = std::int64_t;
    struct Near {
        Instant due;
        Digest id;
        std::uint32_t row = 0;
        auto operator<=>(const Near&) const = default;
    };
    struct Bucket {
        std::vector<std::uint32_t> rows;  // as they came; some were moved or cleared since
        std::size_t stale = 0;            // how many of them
    };

    [[nodiscard]] std::optional<Instant> due_of(std::uint32_t row) const;
    [[nodiscard]] bool is_live(const Near& near) const;
    [[nodiscard]] std::vector<Near> sorted_live(Hour hour, const Bucket& bucket) const;
    void place(std::uint32_t row, Instant due);
    void drop(std::uint32_t row, Instant due);
    void settle_near();
    void split();

    const SharedRows<EnrolmentRow>& rows_;
    std::size_t size_ = 0;
    /// All up to `near_hour_`: those of a bucket in their order, of which some may be stale (but
    /// never the first), and those that came later.
    std::vector<Near> near_;
    std::size_t near_from_ = 0;
    std::set<Near> added_;
    std::size_t added_max_ = 0;  // grown beyond this, its later hours go back to their buckets
    Hour near_hour_ = 0;
    std::map<Hour, Bucket> far_;
};

}  // namespace parcours::engine
