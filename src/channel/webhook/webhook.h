#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/http_post.h"
#include "channel/settings.h"

namespace parcours::channel {

/// Where and how another system is told.
struct WebhookOptions {
    std::string url;
    std::string secret;
    std::string ca_file;
    Network network = Network::Public;
    std::chrono::milliseconds connect_timeout{10000};
    std::chrono::milliseconds timeout{15000};
};

[[nodiscard]] std::span<const SettingHelp> webhook_settings();

/// Errors: InvalidInput: unknown or missing settings; an address that is neither https nor, with
/// `network: private`, http.
[[nodiscard]] Result<WebhookOptions> parse_webhook_options(const Settings& settings);

/// The value of the header Parcours-Signature: "t=SECONDS,v1=HEX", where HEX is HMAC-SHA256 of
/// "SECONDS.BODY" under the shared secret. Whoever checks it also checks that the time is near.
[[nodiscard]] std::string sign_call(std::string_view secret, std::string_view body, Instant at);

/// What an answer to a call means; see WebhookChannel.
[[nodiscard]] AttemptResult judge_call_answer(const HttpAnswer& answer, Network network);

/// Tells another system by POST: `Outbound::text` is the body, JSON. Never follows a redirect. A
/// 2xx answer has taken it; 408, 425, 429 and 5xx are for later; other answers refuse it. A
/// connection that broke after bytes had left is unknown: the receiver knows a repetition by
/// Parcours-Id.
class WebhookChannel final : public Channel {
  public:
    WebhookChannel(WebhookOptions options, const Clock& clock)
        : options_(std::move(options)), clock_(clock) {}

    [[nodiscard]] std::string_view name() const override { return "webhook"; }
    [[nodiscard]] std::string_view adapter() const override { return "webhook"; }
    AttemptResult send(const Outbound& message) override;
    Result<std::vector<Inbound>> receive(std::string_view url, std::string_view body,
                                         std::string_view signature) override;

  private:
    WebhookOptions options_;
    const Clock& clock_;
    HttpPoster poster_;
};

}  // namespace parcours::channel
