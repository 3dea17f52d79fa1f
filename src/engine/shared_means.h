#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/traffic.h"

namespace parcours::engine {

/// What a rehearsal's parts took of the means that all patients share: the rate and the daily
/// number of a channel, the calls that a queue takes. Each part was rehearsed as if it had them
/// alone. Where nobody would have waited for them had all parts gone together, that is what all of
/// them together do; where somebody would, they must go together. One thread.
class SharedMeans {
  public:
    /// Borrows the clinic.
    explicit SharedMeans(const Clinic& clinic) : clinic_(&clinic) {}

    /// An event of one part that the ledger knows already.
    void see(const Event& event);
    /// That part is over: its sums are kept, what its flows were used is not.
    void end_part() { flows_ = Traffic(); }
    void add(SharedMeans&& more);

    /// Whether somebody had to wait already, within one part.
    [[nodiscard]] bool did_wait() const { return waited_; }
    /// Whether all means suffice for all together; when in doubt they do not.
    [[nodiscard]] bool suffice() const;

  private:
    void see(const Decided& event);
    [[nodiscard]] bool suffices(std::string_view flow) const;
    [[nodiscard]] bool suffice_by_day() const;

    const Clinic* clinic_;
    bool waited_ = false;
    Traffic flows_;  ///< of the present part
    /// By flow: when it was used, and how long each use takes.
    std::map<std::string, std::vector<std::pair<Instant, Duration>>, std::less<>> uses_;
    /// By channel and hour: hand-offs.
    std::map<std::string, std::map<Instant, std::uint64_t>, std::less<>> hours_;
};

}  // namespace parcours::engine
