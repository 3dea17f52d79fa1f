#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/outbox.h"

namespace parcours::app {

/// One thing that kept a message from a channel, or holds it up.
struct Hindrance {
    std::string text;       ///< "no-address on email: No current e-mail address is recorded."
    std::string_view cure;  ///< what would change it; may be empty
};

/// What stood in a message's way, as far as it still says something: of each channel the last look
/// of the gate and the last hand-off that failed. What made it wait is told while it waits only.
[[nodiscard]] std::vector<Hindrance> hindrances(const engine::OutboxEntry& entry);

/// What was said in one message with it, or why not; empty where nothing could be.
[[nodiscard]] std::string joining_words(const engine::OutboxEntry& entry);

/// When it was sent, else when it was decided about last; while it waits, when it was planned.
[[nodiscard]] Instant message_time(const engine::OutboxEntry& entry);

[[nodiscard]] std::string_view result_name(engine::AttemptEnded::Outcome outcome);

}  // namespace parcours::app
