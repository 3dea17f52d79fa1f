#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/runner.h"

namespace parcours::engine {

/// Who does something, and why.
struct Ordered {
    std::string by;
    std::string reason;
};

/// Holds what leaves on a channel, or everything (`Held::everything`), or lets it go on. Nothing
/// happens where it is so already. Errors: NotFound (the practice has no such channel).
Result<> hold(Runner& runner, const std::string& what, bool held, const Ordered& ordered,
              Instant now);

/// Pauses a campaign, or lets it go on: those whom its cohort has gained meanwhile come in.
Result<> pause_campaign(Runner& runner, const std::string& campaign, bool paused,
                        const Ordered& ordered, Instant now);

/// Whether a message waits and nothing looks at it: its campaign, its channel or all are held.
[[nodiscard]] bool is_resting(const Ledger& ledger, const MessageState& state);
/// Who holds what rests and why, in words.
[[nodiscard]] std::string why_resting(const Ledger& ledger, const MessageState& state);

/// How long after its launch one can be undone.
inline constexpr std::chrono::hours undo_window{1};

/// Takes a launch back: whoever came in by it leaves the campaign as `undone` and may come in
/// again, their messages that have not left are withdrawn, their open tasks closed; the campaign is
/// paused. What has left is not undone by anything. Gives how many left. Errors: NotFound (never
/// launched), Conflict (too long ago).
Result<std::size_t> undo_launch(Runner& runner, const std::string& campaign, const Ordered& ordered,
                                Instant now);

/// After a start, or a hold: where much fell due meanwhile, it is noted, and leaves at a pace.
void note_outage(Runner& runner, Instant now);

/// Sees that the clock goes on as time does. Where it jumps, and at a start where it lies before
/// what was done already, everything is held until a person lets it go on: messages and timers
/// could leave far too early, or all at once. One thread.
class ClockWatch {
  public:
    /// At each round; `elapsed` goes on steadily, whatever the clock says. Empty: it is believed.
    void look(Runner& runner, Instant now, const std::function<Duration()>& elapsed);

  private:
    struct Seen {
        Instant now;
        Duration elapsed{};
    };
    std::optional<Seen> last_;
};

}  // namespace parcours::engine
