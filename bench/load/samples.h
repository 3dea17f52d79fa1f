#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parcours::bench {

/// Every latency of a run, kept whole: percentiles are those of the samples, not of buckets.
class Samples {
  public:
    void reserve(std::size_t count) { values_.reserve(count); }
    void add(std::int64_t nanoseconds) {
        values_.push_back(nanoseconds);
        sorted_ = false;
    }
    [[nodiscard]] std::size_t count() const { return values_.size(); }
    /// The smallest value that at least this share of all (0 to 1) do not exceed, in ms; 0 of none.
    [[nodiscard]] double percentile_ms(double share);
    [[nodiscard]] double mean_ms() const;

  private:
    std::vector<std::int64_t> values_;
    bool sorted_ = false;
};

}  // namespace parcours::bench
