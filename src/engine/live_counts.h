#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "engine/cohort_watch.h"

namespace parcours::engine {

/// How many patients are in each cohort that is kept live. For any thread.
class LiveCounts {
  public:
    void set(const CohortWatch& cohorts) {
        auto counts = cohorts.counts();
        const std::scoped_lock lock(mutex_);
        counts_ = std::move(counts);
    }
    /// Nothing where it is not known for certain at this moment.
    [[nodiscard]] std::optional<std::size_t> find(const std::string& cohort) const {
        const std::scoped_lock lock(mutex_);
        const auto found = counts_.find(cohort);
        return found == counts_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::size_t> counts_;
};

}  // namespace parcours::engine
