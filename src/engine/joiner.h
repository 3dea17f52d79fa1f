#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/ledger.h"
#include "engine/message_events.h"
#include "engine/message_look.h"
#include "engine/releases.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::engine {

/// A message that leaves within another one.
struct JoinedPart {
    std::unique_ptr<Considered> considered;  ///< never moves: the gate's input points into it
    Decision decision;
    std::uint32_t rung = 0;
    std::vector<Paced> paced;  ///< what it uses beside the message within which it leaves
};

/// What is said together with a message, and what is not.
struct Joining {
    std::vector<JoinedPart> parts;
    std::string detail;  ///< in plain sentences, why and why not; empty: nothing to join
};

/// Says in one message what several would: those of the same patient that wait for the same
/// channel, whose contents join in the same frame, which have the same purpose and which the gate
/// lets pass. What waits only for the contact budget goes along, since one message uses it once;
/// the calls that it may cause have their pace all the same. One thread.
class Joiner {
  public:
    Joiner(MessageLook& look, Releases& releases, const Ledger& ledger)
        : look_(look), releases_(releases), ledger_(ledger) {}

    /// Looks for what can be said with `lead`, which may leave on `channel` now. Where there is
    /// something, `lead` is put into the words of all.
    Joining join(Considered& lead, const std::string& channel, Instant now);

  private:
    [[nodiscard]] std::vector<MessagePointer> candidates(const Considered& lead, Instant now) const;
    std::string consider(JoinedPart& part, const Considered& lead, const Joining& joining,
                         const std::string& channel, Instant now);
    std::string ask_for_calls(JoinedPart& part, const Considered& lead, const Joining& joining,
                              const std::string& channel, Instant now) const;
    static void put_into_words(Considered& lead, Joining& joining, const practice::Wording& frame,
                               const std::string& channel);

    MessageLook& look_;
    Releases& releases_;
    const Ledger& ledger_;
};

}  // namespace parcours::engine
