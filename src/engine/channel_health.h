#pragma once

#include <map>
#include <string>

#include "base/time.h"

namespace parcours::engine {

/// What the last hand-off on a channel showed of its provider.
struct ChannelHealth {
    bool reachable = true;
    std::string detail;  ///< why not, in words: "connection refused"
    Instant since;       ///< of this state
};

/// By channel; those on which nothing was handed over yet are not in it.
using ChannelHealths = std::map<std::string, ChannelHealth>;

}  // namespace parcours::engine
