#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace parcours::channel {

/// A message as it is handed to a provider. Addresses and words are final: the gate has decided.
struct Outbound {
    std::string message_id;  ///< 32 hexadecimal digits; the stable reference in every protocol
    std::string to;          ///< E.164 number, e-mail address, …
    std::string to_name;     ///< empty where unknown
    std::string language;    ///< BCP 47: "en", "fr", "zh"
    std::string subject;     ///< e-mail only
    std::string text;        ///< plain text
    std::string html;        ///< e-mail only; empty: text alone
    /// List-Unsubscribe: mailto: and/or https: addresses, separated by a space; empty: none.
    std::string unsubscribe_uri;
    std::uint32_t attempt = 1;  ///< 1 for the first hand-off
};

/// How a hand-off ended (promises.md of each channel: docs/promises.md).
enum class Outcome : std::uint8_t {
    Accepted,  ///< the provider took it over
    Refused,   ///< definitely not taken, and never will be (bad address, 5xx reply, 4xx API error)
    Later,     ///< definitely not taken this time (429, 4xx reply of SMTP, connection refused)
    Unknown    ///< bytes left and no clear answer came: it may or may not have been taken
};

struct AttemptResult {
    Outcome outcome = Outcome::Unknown;
    std::string provider_id;  ///< the provider's reference, where it gave one
    std::string detail;       ///< the provider's words or ours, without the patient's data
    std::optional<Duration> retry_after;  ///< with `Later`, where the provider said so
    bool bad_address = false;  ///< with `Refused`: the address itself is at fault (suppress it)
    bool opted_out = false;    ///< with `Refused`: the provider knows that this person said STOP
};

/// What a provider says afterwards about a message, or a patient's words.
struct Inbound {
    enum class Kind : std::uint8_t {
        Delivered,    ///< it reached the person's device or mailbox
        Failed,       ///< the provider could not deliver it
        Bounced,      ///< it came back: the address does not take it
        Reply,        ///< the person's words
        Unsubscribe,  ///< the person does not want these messages any more
        Delayed       ///< not delivered yet; the provider goes on trying
    };
    Kind kind = Kind::Reply;
    std::string provider_id;   ///< of the message it is about, where named
    std::string message_id;    ///< ours, where the callback carries it
    std::string event_id;      ///< the provider's id of this notice: duplicates drop by it
    std::string from;          ///< the address it comes from or is about
    std::string text;          ///< of a reply
    std::string detail;        ///< a status or error code
    std::string token;         ///< with `Unsubscribe`: unverified, see unsubscribe.h; else empty
    bool bad_address = false;  ///< with `Failed`, `Bounced`: the address itself is at fault

    bool operator==(const Inbound&) const = default;
};

/// Speaks one provider's protocol. A call blocks for the configured time-out at most (once more
/// where a failed connection is also said farewell to) and is made by one thread at a time per
/// channel. `send` never throws: every failure is an outcome.
class Channel {
  public:
    virtual ~Channel() = default;
    /// "email", "sms", …: the channel's name in campaigns and decisions.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// The adapter's name: "smtp", "twilio", "sandbox".
    [[nodiscard]] virtual std::string_view adapter() const = 0;
    /// Hands one message over.
    virtual AttemptResult send(const Outbound& message) = 0;
    /// Reads a callback of the provider: exact body bytes, the full URL called, and the signature
    /// header. Errors: InvalidInput (cannot be read), Conflict (signature is wrong).
    virtual Result<std::vector<Inbound>> receive(std::string_view url, std::string_view body,
                                                 std::string_view signature) = 0;
};

}  // namespace parcours::channel
