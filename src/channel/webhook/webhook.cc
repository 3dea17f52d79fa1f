#include "channel/webhook/webhook.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/http_post.h"
#include "channel/settings.h"
#include "channel/signature.h"
#include "channel/transfer.h"

namespace parcours::channel {
namespace {

constexpr std::array<SettingHelp, 6> known_settings{{
    {.name = "url",
     .help = "the address that is told, https://…",
     .required = true,
     .example = "https://example.org/"},
    {.name = "secret",
     .help = "shared with the other system, which checks signatures by it",
     .required = true,
     .secret = true},
    {.name = "network",
     .help = "public (the default): never an address inside a network of your own; private: also "
             "those, and http",
     .example = "public"},
    {.name = "ca_file", .help = "PEM file of trusted authorities; default: the system's"},
    {.name = "connect_timeout_seconds", .help = "default 10", .example = ""},
    {.name = "timeout_seconds", .help = "for one whole request; default 15", .example = ""},
}};

std::string to_hex(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        out += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    }
    return out;
}

std::optional<Duration> retry_after(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t day = 86400;
    if (problem != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
        seconds > day) {
        return std::nullopt;
    }
    return std::chrono::seconds{seconds};
}

bool is_for_later(long status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

}  // namespace

std::span<const SettingHelp> webhook_settings() {
    return known_settings;
}

Result<WebhookOptions> parse_webhook_options(const Settings& settings) {
    if (const auto fine = check_settings("webhook", settings, known_settings); !fine) {
        return pass_on(fine);
    }
    WebhookOptions options;
    options.url = get_setting(settings, "url");
    options.secret = get_setting(settings, "secret");
    options.ca_file = get_setting(settings, "ca_file");
    const std::string network = get_setting(settings, "network", "public");
    if (network != "public" && network != "private") {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the setting 'network' is public or private, not '{}'", network));
    }
    options.network = network == "private" ? Network::Any : Network::Public;
    const auto url = parse_base_url(options.url);
    if (!url) {
        return pass_on(url);
    }
    if (url->scheme != "https" && !(url->scheme == "http" && network == "private")) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the setting 'url' must begin with https:// (http:// only with "
                                "network: private), not '{}'",
                                options.url));
    }
    const auto connect_timeout =
        parse_timeout(settings, "connect_timeout_seconds", std::chrono::seconds(10));
    const auto timeout = parse_timeout(settings, "timeout_seconds", std::chrono::seconds(15));
    if (!connect_timeout || !timeout) {
        return connect_timeout ? pass_on(timeout) : pass_on(connect_timeout);
    }
    options.connect_timeout = *connect_timeout;
    options.timeout = *timeout;
    return options;
}

std::string sign_call(std::string_view secret, std::string_view body, Instant at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const std::string bytes = fmt::format("{}.{}", seconds, body);
    return fmt::format("t={},v1={}", seconds, to_hex(hmac_sha256(secret, bytes)));
}

AttemptResult judge_call_answer(const HttpAnswer& answer, Network network) {
    AttemptResult result;
    if (answer.status == 0) {
        result.outcome = answer.bytes_left ? Outcome::Unknown : Outcome::Later;
        result.detail = answer.failure;
        if (!answer.bytes_left && network == Network::Public) {
            result.detail += " (addresses inside a network of your own need network: private)";
        }
        return result;
    }
    result.detail = fmt::format("HTTP {}", answer.status);
    const bool taken = answer.status < 300;
    result.outcome = taken                         ? Outcome::Accepted
                     : is_for_later(answer.status) ? Outcome::Later
                                                   : Outcome::Refused;
    if (result.outcome == Outcome::Later) {
        result.retry_after = retry_after(answer.retry_after);
    }
    return result;
}

AttemptResult WebhookChannel::send(const Outbound& message) {
    HttpRequest request;
    request.url = options_.url;
    request.content_type = "application/json";
    request.body = message.text;
    request.ca_file = options_.ca_file;
    request.network = options_.network;
    request.connect_timeout = options_.connect_timeout;
    request.timeout = options_.timeout;
    request.headers = {
        "Parcours-Id: " + message.message_id, fmt::format("Parcours-Attempt: {}", message.attempt),
        "Parcours-Signature: " + sign_call(options_.secret, message.text, clock_.now())};
    return judge_call_answer(poster_.post(request), options_.network);
}

Result<std::vector<Inbound>> WebhookChannel::receive(std::string_view /*url*/,
                                                     std::string_view /*body*/,
                                                     std::string_view /*signature*/) {
    return fail(ErrorCode::InvalidInput, "a webhook tells others; nothing comes back on it");
}

}  // namespace parcours::channel
