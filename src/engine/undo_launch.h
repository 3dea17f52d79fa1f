#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "engine/holds.h"
#include "engine/runner.h"

namespace parcours::engine {

/// How long after its launch one can be undone.
inline constexpr std::chrono::hours undo_window{1};

/// Who was taken out again.
struct Undone {
    std::size_t left = 0;       ///< of the campaign
    std::size_t elsewhere = 0;  ///< of campaigns that its steps put them into
};

/// Takes a launch back: whoever came in by it leaves the campaign as `undone` and may come in
/// again, their messages that have not left are withdrawn, their open tasks closed; the campaign is
/// paused. So does whoever stands in another campaign because a step of it put them there, also
/// over several; whom anything else put there, or an enrolment from before the launch may have,
/// stays. What has left is not undone by anything. Errors: NotFound (never launched), Conflict (too
/// long ago).
Result<Undone> undo_launch(Runner& runner, const std::string& campaign, const Ordered& ordered,
                           Instant now);

}  // namespace parcours::engine
