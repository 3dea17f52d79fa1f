#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "cql/call_watcher.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/time_shape.h"

namespace parcours::population {

/// Changes that lie further ahead than this are not looked for: whoever relies on a horizon asks
/// again before.
inline constexpr std::chrono::days horizon_max{400};
/// As a horizon: it cannot be told.
inline constexpr Instant no_telling = Instant::min();

/// Finds, while an expression is evaluated, the first later moment at which one of its timed calls
/// may give something else: until then passing time changes nothing. Never too late; now and then
/// too early by a neighbouring value.
class HorizonFinder final : public cql::CallWatcher {
  public:
    HorizonFinder(const TimeShape& shape, Instant now) : shape_(shape), now_(now) {}

    void called(const cql::Node& node, std::span<const cql::Value> arguments,
                const cql::Probe& probe) override;

    /// Instant::max() where nothing changes within `horizon_max`.
    [[nodiscard]] Instant horizon() const { return horizon_; }

  private:
    void called_on_grid(const cql::Node& node, std::int64_t grid, const cql::Probe& probe);
    void note(Instant moment) { horizon_ = std::min(horizon_, moment); }

    const TimeShape& shape_;
    Instant now_;
    Instant horizon_ = Instant::max();
};

}  // namespace parcours::population
