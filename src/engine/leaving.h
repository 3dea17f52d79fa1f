#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "channel/channel.h"
#include "engine/events.h"
#include "engine/message_look.h"
#include "record/engagement.h"

namespace parcours::engine {

/// A message on its way out.
struct LeavingMessage {
    Message message;
    std::uint32_t rung = 0;
    std::uint32_t rung_attempt = 1;  ///< of the attempts on this rung
    Attempted attempt;
    Instant last_moment;
};

/// What is handed over at once: a message, and those that leave within it.
struct Leaving : LeavingMessage {
    channel::Outbound outbound;
    std::vector<LeavingMessage> parts;
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

/// Adds a message that leaves within another one, on its own rung of the same channel.
void add_part(Leaving& leaving, const Considered& part, std::uint32_t rung);

}  // namespace parcours::engine
