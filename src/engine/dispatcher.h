#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/channel_health.h"
#include "engine/conditions.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/stepper.h"
#include "outreach/gate.h"
#include "outreach/recipient.h"
#include "record/engagement.h"

namespace parcours::engine {

/// The channels a clinic has, by name.
using Channels = std::map<std::string, std::unique_ptr<channel::Channel>, std::less<>>;

/// Puts messages before the gate and hands over those that may leave. Promises P2–P4 live here: an
/// attempt is committed before its first byte leaves, and an attempt without a result is never
/// repeated blindly. One thread.
class Dispatcher {
  public:
    /// `secret` signs unsubscribe links.
    Dispatcher(PatientReader& patients, Conditions& conditions, Releases& releases, Ledger& ledger,
               Journal& journal, Channels& channels, std::string secret)
        : patients_(patients),
          conditions_(conditions),
          releases_(releases),
          ledger_(ledger),
          journal_(journal),
          channels_(channels),
          secret_(std::move(secret)) {}

    /// Looks at messages that are due, at most `batch_max` and one per patient, and hands over what
    /// may leave. Gives how many it looked at.
    Result<std::size_t> dispatch(Instant now);

    /// After a restart: attempts that have no result may or may not have been taken.
    void recover(Instant now);

    /// Whether providers could be reached, as the last hand-offs showed.
    [[nodiscard]] const ChannelHealths& channel_health() const { return health_; }
    /// From now on knows what another one has seen of providers.
    void take_health(Dispatcher& other) { health_ = std::move(other.health_); }

    /// Messages that one commit carries. Where bytes really leave it is one: a stop then leaves at
    /// most one result unknown, and a STOP waits for one hand-off at most.
    static constexpr std::size_t batch_max = 256;
    static constexpr std::size_t shared_batch_max = 32;  ///< others wait to read the ledger
    static constexpr std::size_t live_batch_max = 1;

  private:
    struct Considered;
    /// A message on its way out.
    struct Leaving {
        Message message;
        std::uint32_t rung = 0;
        std::uint32_t rung_attempt = 1;  ///< of the attempts on this rung
        Attempted attempt;
        channel::Outbound outbound;
        Instant last_moment;
    };

    [[nodiscard]] std::vector<Digest> due(Instant now) const;
    [[nodiscard]] Digest first_of_patient(const Digest& message, Instant now) const;
    [[nodiscard]] std::int32_t priority_of(const Message& message) const;
    void ask_whether_dead(const Considered& considered, Instant now);
    void look(const MessageState& state, Instant now, std::vector<Leaving>& leaving);
    void give_up(const Message& message, std::uint32_t rung, std::string_view reason,
                 const std::string& detail, Instant now);
    Result<> gather(Considered& considered, const std::string& channel, Instant now);
    void leave_out_same(Considered& considered) const;
    void find_wording(Considered& considered, const std::string& channel) const;
    [[nodiscard]] outreach::Finding find_not_for(const Considered& considered);
    [[nodiscard]] outreach::Finding find_still(const Considered& considered);
    [[nodiscard]] std::optional<Instant> last_same(const Considered& considered) const;
    [[nodiscard]] Leaving prepare(const Considered& considered, const MessageState& state,
                                  std::uint32_t rung, const std::string& channel, Instant now);
    /// How to stop messages: for readers and, all ways together, for mail programs.
    struct UnsubscribeLinks {
        std::string shown;
        std::string header;
    };
    [[nodiscard]] UnsubscribeLinks unsubscribe_links(const Considered& considered) const;
    void hand_over(const Leaving& leaving, Instant now);
    void note_health(const std::string& channel, const channel::AttemptResult& result, Instant now);
    void match_receipts(const Leaving& leaving, const std::string& provider_id, Instant now);
    [[nodiscard]] AttemptEnded conclude(const Leaving& leaving,
                                        const channel::AttemptResult& result, Instant now) const;

    PatientReader& patients_;
    Conditions& conditions_;
    Releases& releases_;
    Ledger& ledger_;
    Journal& journal_;
    Channels& channels_;
    std::string secret_;
    ChannelHealths health_;
};

}  // namespace parcours::engine
