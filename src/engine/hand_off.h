#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "channel/channel.h"
#include "engine/channel_health.h"
#include "engine/channels.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/leaving.h"
#include "engine/ledger.h"

namespace parcours::engine {

/// What is said of a hand-off whose result a stop of the program swallowed: it tells nothing of the
/// provider.
inline constexpr std::string_view stopped_before_answer =
    "the program stopped before the provider's answer came";

/// Hands messages over to providers and writes down how that ended. Promises P2 and P4: what the
/// caller hands in was committed as an attempt, and an attempt without a result is never repeated
/// blindly. One thread.
class HandOff {
  public:
    HandOff(Ledger& ledger, Journal& journal, Channels& channels)
        : ledger_(ledger), journal_(journal), channels_(channels) {}

    void hand_over(const Leaving& leaving, Instant now);
    /// After a restart: attempts that have no result may or may not have been taken.
    void recover(Instant now);

    /// Whether providers could be reached, as the last hand-offs showed.
    [[nodiscard]] const ChannelHealths& health() const { return health_; }
    /// From now on knows what another one has seen of providers.
    void take_health(HandOff& other) { health_ = std::move(other.health_); }

  private:
    void note_health(const std::string& channel, const channel::AttemptResult& result, Instant now);
    void match_receipts(const Leaving& leaving, const std::string& provider_id, Instant now);

    Ledger& ledger_;
    Journal& journal_;
    Channels& channels_;
    ChannelHealths health_;
};

}  // namespace parcours::engine
