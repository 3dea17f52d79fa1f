#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/message_events.h"
#include "engine/message_look.h"
#include "outreach/gate.h"

namespace parcours::engine {

/// A part of a flow, from a moment on.
struct Slot {
    Paced paced;
    Instant from;
};

/// What all that leaves together has to say about one message that may leave for its own part.
struct Arbitration {
    std::vector<outreach::SharedLimit> limits;  ///< each that applies, met or not
    std::vector<Slot> slots;                    ///< what it would use of each flow
};

/// Shares between all patients what is scarce: a channel's rate, the calls that messages cause, the
/// pace after an outage, a provider that fails, a household's mailbox. It looks at the ledger and
/// at the clinic as it is now, not as a release knew it, and changes nothing: what it gives out is
/// used once the decision that holds it is applied. One thread.
///
/// A slot holds at its time alone: whoever leaves later for another reason (a night, a pause) asks
/// anew, or all who waited so would leave at once.
class Arbiter {
  public:
    Arbiter(const Ledger& ledger, const Clinic& clinic) : ledger_(ledger), clinic_(clinic) {}

    /// `trying` are the channels that one message tries at this moment after a rest.
    [[nodiscard]] Arbitration ask(const Considered& considered, const std::string& channel,
                                  const std::set<std::string>& trying, Instant now) const;

    /// What a message that is to leave within `lead` adds to it: the calls that it may cause, where
    /// those of `lead` are of another queue or fewer. The rest is the one hand-off's.
    [[nodiscard]] Arbitration ask_joined(const Considered& considered, const Considered& lead,
                                         const std::string& channel, Instant now) const;

    /// The flow of the calls that messages cause to a queue.
    [[nodiscard]] static std::string calls_flow(const std::string& queue);

    /// What a channel's flow gives out at once, where it was not used before.
    static constexpr std::chrono::minutes burst_of_channel{1};
    /// Hand-offs that fail in a row before a channel rests.
    static constexpr std::uint32_t failures_max = 5;

  private:
    struct Asking;
    void ask_rest(Asking& asking) const;
    void ask_rate(Asking& asking) const;
    void ask_day(Asking& asking) const;
    void ask_backlog(Asking& asking) const;
    void ask_calls(Asking& asking) const;
    void ask_household(Asking& asking) const;
    void take_slot(Asking& asking, const std::string& flow, Duration each, Duration burst,
                   outreach::SharedLimit limit) const;
    [[nodiscard]] Instant tomorrow(const Asking& asking) const;

    const Ledger& ledger_;
    const Clinic& clinic_;
};

}  // namespace parcours::engine
