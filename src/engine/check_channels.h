#pragma once

#include <vector>

#include "base/error.h"
#include "channel/settings.h"
#include "practice/config.h"

namespace parcours::engine {

/// What would keep the clinic's channels from opening, at its place in practice.yaml, and what
/// would keep replies from coming back; nothing is opened, and no environment is asked.
void check_channels(const practice::Config& config, std::vector<Error>& errors);

/// Settings of a channel with what practice.yaml says for all of them, where the channel itself
/// does not say it: the sender's name and where replies go.
[[nodiscard]] channel::Settings complete_settings(const practice::Config& config,
                                                  const practice::ChannelConfig& channel,
                                                  channel::Settings settings);

}  // namespace parcours::engine
