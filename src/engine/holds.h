#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
/// How many of those that are counted do.
[[nodiscard]] std::size_t count_resting(
    const Ledger& ledger, const std::function<bool(const MessageState& state)>& counts);
/// Who holds what rests and why, in words.
[[nodiscard]] std::string why_resting(const Ledger& ledger, const MessageState& state);
/// The same of a campaign, of which nobody comes in and no timer fires; empty where it does not
/// rest.
[[nodiscard]] std::string why_campaign_rests(const Ledger& ledger, const std::string& campaign);

/// Everything that is held or paused, by whom and why, each in words.
[[nodiscard]] std::vector<std::string> list_holds(const Ledger& ledger);

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
