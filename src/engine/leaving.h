#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "channel/channel.h"
#include "engine/events.h"
#include "engine/message_look.h"
#include "record/engagement.h"

namespace parcours::engine {

/// A message on its way out.
struct Leaving {
    Message message;
    std::uint32_t rung = 0;
    std::uint32_t rung_attempt = 1;  ///< of the attempts on this rung
    Attempted attempt;
    channel::Outbound outbound;
    Instant last_moment;
};

/// By what way a message leaves.
struct Outlet {
    std::string channel;
    std::string_view adapter;
    std::string_view secret;  ///< signs unsubscribe links
};

/// Makes ready what the gate has let pass: the attempt to be committed, and what is handed over.
[[nodiscard]] Leaving prepare(const Considered& considered, std::uint32_t rung,
                              const Outlet& outlet, Instant now);

}  // namespace parcours::engine
