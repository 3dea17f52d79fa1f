#pragma once

#include <chrono>

#include "base/time.h"
#include "engine/changes.h"
#include "http/event_stream.h"

namespace parcours::app {

/// Tells pages what has changed, whoever changed it: the engine, a command, a provider. What comes
/// in a burst is told together, so that a sweep does not make every page ask a thousand times. One
/// thread.
class ChangeTeller {
  public:
    explicit ChangeTeller(http::EventHub& events) : events_(events) {}

    /// Takes up changes, and tells what has gathered unless it told just before. To be called again
    /// soon while `waiting`.
    void tell(const engine::Changes& changes, Instant now);
    [[nodiscard]] bool waiting() const { return gathered_.any(); }

    /// At least so long between two tellings.
    static constexpr std::chrono::milliseconds apart{250};

  private:
    http::EventHub& events_;
    engine::Changes gathered_;
    Instant told_at_;
};

}  // namespace parcours::app
