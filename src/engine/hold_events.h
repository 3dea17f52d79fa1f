#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace parcours::engine {

/// What leaves was held, or goes on: everything, or one channel. While everything is held nobody is
/// taken in, no timer fires and nothing leaves; facts still move enrolments, and nothing is lost.
struct Held {
    static constexpr std::string_view topic = "hold";
    static constexpr std::string_view everything = "everything";
    std::string what;  ///< a channel's name, or `everything`
    bool held = true;
    std::string by;
    std::string reason;
    Instant at;
};

/// The program did not run for a while; what fell due meanwhile leaves at a measured pace.
struct OutageNoted {
    static constexpr std::string_view topic = "outage";
    Instant from;
    Instant at;  ///< when it ran again
};

/// A feed of records was heard of: an import ended, whether it brought anything new or not.
struct FeedHeard {
    static constexpr std::string_view topic = "feed";
    std::string source;
    Instant at;
};

}  // namespace parcours::engine
