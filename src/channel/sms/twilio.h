#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/http_post.h"
#include "channel/settings.h"

namespace parcours::channel {

/// The configuration of an SMS gateway that speaks Twilio's HTTP interface, checked.
struct TwilioOptions {
    std::string url = "https://api.twilio.com";
    std::string account_sid;
    std::string auth_token;
    std::string from;               ///< sending number or name; or else
    std::string messaging_service;  ///< a sender pool
    std::string callback_url;       ///< where status callbacks come; empty: none are asked for
    std::string ca_file;
    std::chrono::milliseconds connect_timeout{10000};
    std::chrono::milliseconds timeout{30000};
};

/// The settings of the adapter, documented.
[[nodiscard]] std::span<const SettingHelp> twilio_settings();

/// Checks and reads the settings: https only, except to this computer itself; exactly one of
/// `from` and `messaging_service`. Errors: InvalidInput.
[[nodiscard]] Result<TwilioOptions> parse_twilio_options(const Settings& settings);

/// Judges the answer to the request that creates a message; see the table in the module's README.
/// `to` is the number it was for: an answer that names another one proves nothing.
[[nodiscard]] AttemptResult judge_twilio_answer(const HttpAnswer& answer, std::string_view to,
                                                Instant now);

/// Hands text messages to a gateway that speaks Twilio's HTTP interface (2010-04-01). Class A
/// only: the interface has no idempotency key, so nothing that may have been taken is repeated.
class TwilioChannel final : public Channel {
  public:
    /// The clock must outlive the channel; it reads Retry-After dates.
    TwilioChannel(TwilioOptions options, const Clock& clock);

    [[nodiscard]] std::string_view name() const override { return "sms"; }
    [[nodiscard]] std::string_view adapter() const override { return "twilio"; }
    AttemptResult send(const Outbound& message) override;
    /// Reads status callbacks and replies; `signature` is the header X-Twilio-Signature.
    Result<std::vector<Inbound>> receive(std::string_view url, std::string_view body,
                                         std::string_view signature) override;

    static constexpr std::size_t text_length_max = 1600;  ///< characters that the interface takes

  private:
    TwilioOptions options_;
    const Clock& clock_;
    HttpPoster poster_;
};

}  // namespace parcours::channel
