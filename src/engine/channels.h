#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "channel/channel.h"

namespace parcours::engine {

/// The channels a clinic has, by name.
using Channels = std::map<std::string, std::unique_ptr<channel::Channel>, std::less<>>;

}  // namespace parcours::engine
