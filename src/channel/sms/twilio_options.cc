#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/core.h>
#include <span>
#include <string_view>

#include "base/error.h"
#include "channel/settings.h"
#include "channel/sms/twilio.h"

namespace parcours::channel {
namespace {

constexpr std::array<SettingHelp, 9> known_settings{{
    {.name = "url", .help = "the gateway's address; default https://api.twilio.com", .example = ""},
    {.name = "account_sid", .help = "the account (AC…)", .required = true, .example = "AC1"},
    {.name = "auth_token", .help = "the account's secret", .required = true, .secret = true},
    {.name = "from", .help = "the sending number or name; or messaging_service"},
    {.name = "messaging_service", .help = "the sender pool (MG…); or from"},
    {.name = "callback_url",
     .help = "our own public address for status callbacks; default: none are asked for",
     .example = ""},
    {.name = "ca_file", .help = "PEM file of trusted authorities; default: the system's"},
    {.name = "connect_timeout_seconds", .help = "default 10", .example = ""},
    {.name = "timeout_seconds", .help = "for one whole request; default 30", .example = ""},
}};

bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

/// An http address only where the bytes cannot leave this computer.
Result<> check_web_address(std::string_view setting, std::string_view address) {
    const auto url = parse_base_url(address);
    if (!url) {
        return pass_on(url);
    }
    if (url->scheme != "https" && !(url->scheme == "http" && url->is_loopback())) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the setting '{}' must begin with https:// (http:// only for this "
                                "computer itself), not '{}'",
                                setting, address));
    }
    return {};
}

Result<> check_options(const TwilioOptions& options) {
    if (const auto fine = check_web_address("url", options.url); !fine) {
        return pass_on(fine);
    }
    if (!options.callback_url.empty()) {
        if (const auto fine = check_web_address("callback_url", options.callback_url); !fine) {
            return pass_on(fine);
        }
    }
    if (!is_identifier(options.account_sid)) {
        return fail(ErrorCode::InvalidInput,
                    "the setting 'account_sid' must be letters and digits only, as in AC0123…");
    }
    if (options.from.empty() == options.messaging_service.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the channel adapter 'twilio' needs exactly one of 'from' and "
                    "'messaging_service'");
    }
    return {};
}

}  // namespace

std::span<const SettingHelp> twilio_settings() {
    return known_settings;
}

Result<TwilioOptions> parse_twilio_options(const Settings& settings) {
    if (const auto fine = check_settings("twilio", settings, known_settings); !fine) {
        return pass_on(fine);
    }
    TwilioOptions options;
    options.url = get_setting(settings, "url", options.url);
    while (options.url.ends_with('/')) {
        options.url.pop_back();
    }
    options.account_sid = get_setting(settings, "account_sid");
    options.auth_token = get_setting(settings, "auth_token");
    options.from = get_setting(settings, "from");
    options.messaging_service = get_setting(settings, "messaging_service");
    options.callback_url = get_setting(settings, "callback_url");
    options.ca_file = get_setting(settings, "ca_file");
    if (const auto fine = check_options(options); !fine) {
        return pass_on(fine);
    }
    const auto connect_timeout =
        parse_timeout(settings, "connect_timeout_seconds", std::chrono::seconds(10));
    const auto timeout = parse_timeout(settings, "timeout_seconds", std::chrono::seconds(30));
    if (!connect_timeout) {
        return pass_on(connect_timeout);
    }
    if (!timeout) {
        return pass_on(timeout);
    }
    options.connect_timeout = *connect_timeout;
    options.timeout = *timeout;
    return options;
}

}  // namespace parcours::channel
