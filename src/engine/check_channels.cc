#include "engine/check_channels.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "channel/registry.h"
#include "channel/settings.h"
#include "outreach/address.h"
#include "outreach/plain_value.h"
#include "practice/config.h"

namespace parcours::engine {
namespace {

void check_reply_to(const practice::Config& config, std::vector<Error>& errors) {
    if (!config.reply_to.empty()) {
        if (const auto address = outreach::parse_email(config.reply_to); !address) {
            errors.push_back({ErrorCode::InvalidInput,
                              "reply-to is not an e-mail address: " + address.error().message +
                                  "; write one such as hello@example.org",
                              config.reply_to_where});
        }
        return;
    }
    const practice::ChannelConfig* const email = config.find_channel("email");
    if (email != nullptr && email->adapter != "sandbox") {
        errors.push_back({ErrorCode::InvalidInput,
                          "practice.yaml has no reply-to; e-mails need one: replies and "
                          "unsubscribe requests come back to it. Add reply-to: hello@example.org",
                          email->where});
    }
}

void check_one(const practice::Config& config, const practice::ChannelConfig& channel,
               std::string_view name_of_channel, std::vector<Error>& errors) {
    channel::Settings settings;
    std::set<std::string> hidden;
    for (const auto& [name, setting] : channel.settings) {
        if (setting.environment.empty()) {
            settings[name] = setting.value;
        } else {
            hidden.insert(name);
        }
    }
    settings = complete_settings(config, channel, std::move(settings));
    const auto fine =
        channel::check_channel(name_of_channel, channel.adapter, std::move(settings), hidden);
    if (!fine) {
        errors.push_back({fine.error().code, fine.error().message, channel.where});
    }
}

}  // namespace

void check_channels(const practice::Config& config, std::vector<Error>& errors) {
    check_reply_to(config, errors);
    for (const practice::ChannelConfig& channel : config.channels) {
        check_one(config, channel, channel.name, errors);
    }
    for (const practice::ChannelConfig& hook : config.webhooks) {
        check_one(config, hook, "webhook", errors);
    }
}

channel::Settings complete_settings(const practice::Config& config,
                                    const practice::ChannelConfig& channel,
                                    channel::Settings settings) {
    const channel::AdapterInfo* const adapter = channel::find_adapter(channel.adapter);
    if (adapter == nullptr) {
        return settings;
    }
    const auto add = [&](std::string_view name, const std::string& value) {
        const bool known = std::ranges::any_of(
            adapter->settings,
            [name](const channel::SettingHelp& help) { return help.name == name; });
        const bool said = channel.settings.contains(name);
        if (known && !said && !value.empty()) {
            settings[std::string(name)] = outreach::plain_value(value);
        }
    };
    add("from_name", config.sender);
    add("reply_to", config.reply_to);
    return settings;
}

}  // namespace parcours::engine
