#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

// What happens to one message, from the gate to the patient's answer.

/// A flow that has a pace (a channel's rate, the calls that messages cause) is used up until then.
struct Paced {
    std::string flow;
    Instant until;
};

/// The gate looked at a message. Final where `outcome` is NotSent and no channel is left.
struct Decided {
    static constexpr std::string_view topic = "decision";
    Decision decision;
    Key patient = 0;
    std::uint32_t rung = 0;  ///< of the ladder, after this decision
    bool final = false;
    /// With Send and Later: what it uses, or has set aside for when it leaves.
    std::vector<Paced> paced;
};

/// A message is about to be handed to a provider: committed before the first byte leaves.
struct Attempted {
    static constexpr std::string_view topic = "attempt";
    Digest message;
    Key patient = 0;
    std::uint32_t number = 1;
    std::string channel;
    std::string adapter;
    std::string to;                         ///< the address, normalised
    std::string to_whom;                    ///< "patient" or "guardian"
    std::uint64_t suppression_version = 0;  ///< of the address when the gate looked
    std::string language;
    std::string subject;
    std::string text;  ///< as it is said, for the one who must account for it
    Instant at;
    std::optional<Instant> about;  ///< the start of the appointment that it speaks of
    Digest joined_into;  ///< zero, or the message within which it leaves: one hand-off for all
};

/// How a hand-off ended.
struct AttemptEnded {
    static constexpr std::string_view topic = "result";
    enum class Outcome : std::uint8_t { Accepted, Refused, Later, Unknown };
    Digest message;
    Key patient = 0;
    std::uint32_t number = 1;
    Outcome outcome = Outcome::Unknown;
    std::string provider_id;
    std::string detail;
    bool final = true;       ///< nothing more will be tried
    std::uint32_t rung = 0;  ///< of the ladder, where not final
    std::optional<Instant> retry_at;
    Instant at;
};

/// What a provider said afterwards: delivered, failed, bounced. Where the message it is about is
/// not known (yet), `message` is what the provider named or zero and `patient` 0: it is kept until
/// a hand-off of that message or with that provider id is known.
struct Received {
    static constexpr std::string_view topic = "receipt";
    Digest message;
    Key patient = 0;
    std::string status;
    std::string detail;
    std::string event_id;
    Instant at;
    std::string provider_id;
    bool bad_address = false;  ///< the address itself is at fault
};

/// A patient's words came back.
struct Replied {
    static constexpr std::string_view topic = "reply";
    Key patient = 0;  ///< 0: nobody is known at this address
    std::string channel;
    std::string address;
    std::string text;
    std::string meaning;  ///< stop, start, help, ambiguous, none
    std::string event_id;
    Instant at;
};

}  // namespace parcours::engine
