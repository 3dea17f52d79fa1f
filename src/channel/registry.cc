#include "channel/registry.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "channel/channel.h"
#include "channel/email/smtp.h"
#include "channel/sandbox/sandbox.h"
#include "channel/settings.h"
#include "channel/sms/twilio.h"
#include "channel/webhook/webhook.h"

namespace parcours::channel {
namespace {

constexpr std::array<SettingHelp, 5> sandbox_settings{{
    {.name = "channel", .help = "the channel it stands for: email, sms, …", .required = true},
    {.name = "refuse", .help = "addresses, separated by spaces, whose messages are refused"},
    {.name = "bad_address", .help = "addresses that are refused as bad themselves"},
    {.name = "later", .help = "addresses whose messages are never taken yet"},
    {.name = "unknown", .help = "addresses whose messages end without a clear answer"},
}};

void answer_all(SandboxChannel& channel, std::string_view addresses, const AttemptResult& result) {
    while (!addresses.empty()) {
        const std::size_t end = std::min(addresses.find(' '), addresses.size());
        if (end > 0) {
            channel.answer_with(std::string(addresses.substr(0, end)), result);
        }
        addresses.remove_prefix(std::min(end + 1, addresses.size()));
    }
}

Result<std::unique_ptr<Channel>> open_sandbox(const Settings& settings,
                                              const ChannelContext& context) {
    if (const auto fine = check_settings("sandbox", settings, sandbox_settings); !fine) {
        return pass_on(fine);
    }
    auto channel =
        std::make_unique<SandboxChannel>(get_setting(settings, "channel"), context.sandbox);
    const std::string words = "as the sandbox was told";
    answer_all(*channel, get_setting(settings, "refuse"),
               {.outcome = Outcome::Refused, .detail = words});
    answer_all(*channel, get_setting(settings, "bad_address"),
               {.outcome = Outcome::Refused, .detail = words, .bad_address = true});
    answer_all(*channel, get_setting(settings, "later"),
               {.outcome = Outcome::Later, .detail = words});
    answer_all(*channel, get_setting(settings, "unknown"),
               {.outcome = Outcome::Unknown, .detail = words});
    return channel;
}

Result<> check_sandbox(const Settings& settings) {
    return check_settings("sandbox", settings, sandbox_settings);
}

Result<> check_smtp(const Settings& settings) {
    const auto options = parse_smtp_options(settings);
    return options ? Result<>{} : pass_on(options);
}

Result<> check_twilio(const Settings& settings) {
    const auto options = parse_twilio_options(settings);
    return options ? Result<>{} : pass_on(options);
}

Result<> check_webhook(const Settings& settings) {
    const auto options = parse_webhook_options(settings);
    return options ? Result<>{} : pass_on(options);
}

Result<std::unique_ptr<Channel>> open_smtp(const Settings& settings,
                                           const ChannelContext& context) {
    auto options = parse_smtp_options(settings);
    if (!options) {
        return pass_on(options);
    }
    return std::make_unique<SmtpChannel>(std::move(*options), context.clock);
}

Result<std::unique_ptr<Channel>> open_twilio(const Settings& settings,
                                             const ChannelContext& context) {
    auto options = parse_twilio_options(settings);
    if (!options) {
        return pass_on(options);
    }
    return std::make_unique<TwilioChannel>(std::move(*options), context.clock);
}

Result<std::unique_ptr<Channel>> open_webhook(const Settings& settings,
                                              const ChannelContext& context) {
    auto options = parse_webhook_options(settings);
    if (!options) {
        return pass_on(options);
    }
    return std::make_unique<WebhookChannel>(std::move(*options), context.clock);
}

std::span<const AdapterInfo> list_adapters() {
    static const std::array<AdapterInfo, 4> list{{
        {.name = "sandbox",
         .channel = "any",
         .documentation = "Captures every message instead of sending it; never opens a network "
                          "connection. The default wherever no channel is configured.",
         .settings = sandbox_settings,
         .check = &check_sandbox,
         .open = &open_sandbox},
        {.name = "smtp",
         .channel = "email",
         .documentation = "Hands mail to an SMTP server with TLS. Mail is UTF-8, text and HTML, "
                          "with a working List-Unsubscribe. A 250 after the final dot means that "
                          "the server took it over, never that it was delivered; bounces and "
                          "replies come back by piping mail to 'parcours'.",
         .settings = smtp_settings(),
         .check = &check_smtp,
         .open = &open_smtp},
        {.name = "twilio",
         .channel = "sms",
         .documentation = "Hands text messages to Twilio or any gateway that speaks its HTTP "
                          "interface of 2010-04-01. Delivery states and replies come back as "
                          "signed callbacks.",
         .settings = twilio_settings(),
         .check = &check_twilio,
         .open = &open_twilio},
        {.name = "webhook",
         .channel = "webhook",
         .documentation = "Tells another system what a campaign says, by a signed POST. Only for "
                          "'webhooks' in practice.yaml; it never reaches into a network of your "
                          "own unless it is told so.",
         .settings = webhook_settings(),
         .check = &check_webhook,
         .open = &open_webhook},
    }};
    return list;
}

std::unexpected<Error> no_adapter(std::string_view adapter) {
    std::string names;
    for (const AdapterInfo& known : list_adapters()) {
        names += (names.empty() ? "" : ", ") + std::string(known.name);
    }
    return fail(ErrorCode::NotFound,
                fmt::format("there is no channel adapter '{}'; there are: {}", adapter, names));
}

Result<> check_secrets(const AdapterInfo& info, const Settings& settings,
                       const std::set<std::string>& hidden) {
    const auto url = parse_base_url(get_setting(settings, "url"));
    for (const SettingHelp& help : info.settings) {
        const std::string name(help.name);
        if (help.secret && settings.contains(name) && !hidden.contains(name) &&
            !(url && url->is_loopback())) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the setting '{0}' of the channel adapter '{1}' is a secret "
                                    "and does not belong into a file: write {0}: {{ env: NAME }} "
                                    "and put it into that environment variable",
                                    help.name, info.name));
        }
    }
    return {};
}

}  // namespace

Result<> check_channel(std::string_view channel, std::string_view adapter, Settings settings,
                       const std::set<std::string>& hidden) {
    const AdapterInfo* const info = find_adapter(adapter);
    if (info == nullptr) {
        return no_adapter(adapter);
    }
    if (info->channel != "any" && info->channel != channel) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the channel adapter '{}' speaks {}, not {}", adapter,
                                info->channel, channel));
    }
    if (const auto safe = check_secrets(*info, settings, hidden); !safe) {
        return pass_on(safe);
    }
    for (const std::string& name : hidden) {
        const auto help =
            std::ranges::find(info->settings, std::string_view(name), &SettingHelp::name);
        settings[name] = help == info->settings.end() ? "" : std::string(help->example);
    }
    if (info->channel == "any") {
        settings["channel"] = std::string(channel);
    }
    return info->check(settings);
}

std::span<const AdapterInfo> adapters() {
    return list_adapters();
}

const AdapterInfo* find_adapter(std::string_view name) {
    const auto found = std::ranges::find(adapters(), name, &AdapterInfo::name);
    return found == adapters().end() ? nullptr : &*found;
}

Result<std::unique_ptr<Channel>> open_channel(std::string_view adapter, const Settings& settings,
                                              const ChannelContext& context) {
    const AdapterInfo* info = find_adapter(adapter);
    if (info == nullptr) {
        return no_adapter(adapter);
    }
    return info->open(settings, context);
}

}  // namespace parcours::channel
