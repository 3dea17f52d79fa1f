#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/channel_health.h"
#include "engine/channels.h"
#include "engine/conditions.h"
#include "engine/events.h"
#include "engine/find_by_address.h"
#include "engine/hand_off.h"
#include "engine/joiner.h"
#include "engine/journal.h"
#include "engine/leaving.h"
#include "engine/ledger.h"
#include "engine/message_look.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "record/engagement.h"

namespace parcours::engine {

/// Puts messages before the gate and hands over those that may leave. Promises P2–P4 live here: an
/// attempt is committed before its first byte leaves, and an attempt without a result is never
/// repeated blindly. One thread.
class Dispatcher {
  public:
    /// `secret` signs unsubscribe links.
    Dispatcher(PatientReader& patients, Conditions& conditions, Releases& releases, Ledger& ledger,
               Journal& journal, Channels& channels, std::string secret)
        : releases_(releases),
          ledger_(ledger),
          journal_(journal),
          channels_(channels),
          secret_(std::move(secret)),
          message_look_(patients, conditions, releases, ledger, channels),
          joiner_(message_look_, releases, ledger),
          hand_off_(ledger, journal, channels) {}

    /// Looks at messages that are due, at most `batch_max` and one per patient, and hands over what
    /// may leave. Gives how many it looked at. Of what became due after `until` nothing leaves yet.
    Result<std::size_t> dispatch(Instant now, Instant until);

    void use(FindByAddress find) { message_look_.use(std::move(find)); }
    [[nodiscard]] std::vector<Key> find_by_address(const std::string& channel,
                                                   const std::string& address) const {
        return message_look_.find_by_address(channel, address);
    }

    /// After a restart: attempts that have no result may or may not have been taken.
    void recover(Instant now) { hand_off_.recover(now); }

    /// Whether providers could be reached, as the last hand-offs showed.
    [[nodiscard]] const ChannelHealths& channel_health() const { return hand_off_.health(); }
    /// From now on knows what another one has seen of providers.
    void take_health(Dispatcher& other) { hand_off_.take_health(other.hand_off_); }

    /// Messages that one commit carries. Where bytes really leave it is one: a stop then leaves at
    /// most one result unknown, and a STOP waits for one hand-off at most.
    static constexpr std::size_t batch_max = 256;
    static constexpr std::size_t shared_batch_max = 32;  ///< others wait to read the ledger
    static constexpr std::size_t live_batch_max = 1;

  private:
    [[nodiscard]] std::vector<Digest> due(Instant now, Instant until) const;
    [[nodiscard]] Digest first_of_patient(const Digest& message, Instant now) const;
    Decided decide(Considered& considered, std::uint32_t rung, Instant now);
    Leaving send(Considered& considered, Decided& decided, Instant now);
    [[nodiscard]] bool is_failing(const std::string& channel) const;
    void tell_of_rest(const std::string& channel, bool rests, Instant now);
    void look(const MessagePointer& waiting, Instant now, std::vector<Leaving>& leaving);
    void give_up(const Message& message, std::uint32_t rung, std::string_view reason,
                 const std::string& detail, Instant now);

    Releases& releases_;
    Ledger& ledger_;
    Journal& journal_;
    Channels& channels_;
    std::string secret_;
    MessageLook message_look_;
    Joiner joiner_;
    HandOff hand_off_;
    std::set<std::string> trying_;  ///< channels that one message tries in this round, after a rest
};

}  // namespace parcours::engine
