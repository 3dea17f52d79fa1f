#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/sandbox/sandbox.h"
#include "channel/settings.h"

namespace parcours::channel {

/// What adapters are handed from outside.
struct ChannelContext {
    const Clock& clock;
    SandboxSink& sandbox;  ///< where the sandbox puts what it captures
};

/// One adapter and its documentation. Configuration, reference and console read this list.
struct AdapterInfo {
    std::string_view name;           ///< "smtp"
    std::string_view channel;        ///< "email"; "any" where a setting says it
    std::string_view documentation;  ///< one paragraph for the person who configures it
    std::span<const SettingHelp> settings;
    /// Opens it. Errors: InvalidInput for settings that are wrong or missing.
    Result<> (*check)(const Settings& settings);  ///< the same without opening anything
    Result<std::unique_ptr<Channel>> (*open)(const Settings& settings,
                                             const ChannelContext& context);
};

/// All adapters, by name. To add one: its folder, its test, and a line in registry.cc.
[[nodiscard]] std::span<const AdapterInfo> adapters();

/// The adapter of that name; null where there is none.
[[nodiscard]] const AdapterInfo* find_adapter(std::string_view name);

/// Whether a channel could be opened so, without opening anything: for `parcours check`. `hidden`
/// are settings whose values are kept elsewhere and not known here. A secret may not stand in
/// `settings` itself, unless the provider is this computer. Errors: as `open_channel`, and
/// InvalidInput for an adapter that speaks another channel.
[[nodiscard]] Result<> check_channel(std::string_view channel, std::string_view adapter,
                                     Settings settings, const std::set<std::string>& hidden);

/// Opens a channel by an adapter's name. The context's clock and sink must outlive it.
/// Errors: NotFound (names those that exist), InvalidInput.
[[nodiscard]] Result<std::unique_ptr<Channel>> open_channel(std::string_view adapter,
                                                            const Settings& settings,
                                                            const ChannelContext& context);

}  // namespace parcours::channel
