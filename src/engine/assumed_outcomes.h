#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"

namespace parcours::engine {

/// The share of tasks that people close with an outcome, of those that offer it: 0 to 1. What the
/// shares of a task's outcomes leave over stays open.
using OutcomeRates = std::map<std::string, double, std::less<>>;

/// What a rehearsal assumes to come of tasks, at stated rates: of which tasks is decided by a hash
/// of the task, so that it is the same on every run. One thread.
class AssumedOutcomes {
  public:
    explicit AssumedOutcomes(OutcomeRates rates) : rates_(std::move(rates)) {}

    /// Who is said to have closed it.
    static constexpr std::string_view by = "an assumption";
    /// How long after a task was opened somebody closes it.
    static constexpr std::chrono::hours delay{24};

    /// A task that is opened may be closed.
    void see(const Event& event);
    /// When the next one is closed.
    [[nodiscard]] std::optional<Instant> next() const;
    struct Closing {
        Instant at;
        Digest task;
        std::string outcome;
        auto operator<=>(const Closing&) const = default;
    };
    /// Takes the first that is closed by now; it may have been closed otherwise meanwhile.
    std::optional<Closing> take(Instant now);
    /// A new part begins.
    void clear() { waiting_ = {}; }

  private:
    void open(const Task& task);

    OutcomeRates rates_;
    std::priority_queue<Closing, std::vector<Closing>, std::greater<>> waiting_;
};

}  // namespace parcours::engine
