#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "population/index.h"
#include "population/truth.h"

namespace parcours::population {

/// What one part of a cohort's expression did while it was evaluated.
struct CohortStep {
    std::string text;         ///< the part as it was written (`keep_words`), else as compiled
    cql::Place place;         ///< of its operator in the text
    std::uint32_t depth = 0;  ///< how many of the others it is inside of
    /// How a combination joins the parts below it: "and", "or", "xor", "implies"; else empty.
    std::string_view join;
    /// How it is judged: "combination" of the parts below it, "constant", "patient" (columns of the
    /// patient), "codes" (an index by code), "column" (a column of all rows), "rows" (unfiltered),
    /// "no-feed" (no such record has come), "record" (columns do not say it: whoever it is left
    /// open for is judged singly, by the stored JSON).
    std::string_view way;
    std::uint64_t asked = 0;    ///< patients whom the parts before it had not settled
    std::uint64_t held = 0;     ///< for whom it is true
    std::uint64_t open = 0;     ///< for whom columns leave it open
    std::uint64_t time_us = 0;  ///< of all threads together, parts below it included
};

/// Watches an evaluation: what `evaluate` really does, part by part, in the order in which it asks.
class CohortTrace {
  public:
    /// Borrows the clock.
    explicit CohortTrace(const Clock& clock) : clock_(clock) {}

    /// After the evaluation. `A and B and C` has three parts below one, and what `not` denies is no
    /// part of its own.
    [[nodiscard]] std::vector<CohortStep> steps() const;
    std::atomic<std::uint64_t> singly_us{0};  ///< judging patients singly, of all threads

    // For the evaluation.
    class Counter;
    /// The same expression is planned once more, for other patients: its parts are known.
    void begin_again() { next_ = 0; }
    /// Begins a part; those that follow until `leave` are below it.
    Counter& enter(const cql::Expression& expression, const cql::Node& node);
    void leave();
    [[nodiscard]] const Clock& clock() const { return clock_; }

    class Counter {
      public:
        void count(const Index& index, Instant as_of, PatientNumber first, Asked asked,
                   std::span<const Truth> truths);
        void took(Duration time);
        std::string_view way;

      private:
        friend class CohortTrace;
        std::string text_;
        cql::Place place_;
        cql::NodeKind kind_{};
        bool merged_ = false;  ///< into the one it is inside of
        std::uint32_t depth_ = 0;
        std::atomic<std::uint64_t> asked_{0};
        std::atomic<std::uint64_t> held_{0};
        std::atomic<std::uint64_t> open_{0};
        std::atomic<std::uint64_t> time_us_{0};
    };

  private:
    const Clock& clock_;
    std::deque<Counter> counters_;
    std::vector<const Counter*> inside_;  ///< those not left yet, the outermost first
    std::size_t next_ = 0;                ///< the part that is begun next
    std::uint32_t depth_ = 0;
};

}  // namespace parcours::population
