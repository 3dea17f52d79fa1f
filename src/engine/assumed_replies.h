#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/identity.h"

namespace parcours::engine {

/// The share of messages that somebody replies to, by channel: 0 to 1.
using ReplyRates = std::map<std::string, double, std::less<>>;

/// Replies that a rehearsal assumes, at a stated rate: who replies is decided by a hash of the
/// message, so that it is the same on every run. One thread.
class AssumedReplies {
  public:
    explicit AssumedReplies(ReplyRates rates) : rates_(std::move(rates)) {}

    /// How long after a message its reply comes.
    static constexpr std::chrono::hours delay{2};

    /// A message that was handed over may be replied to.
    void see(const Event& event);
    /// When the next one comes.
    [[nodiscard]] std::optional<Instant> next() const;
    /// Takes the first that has come by now: whose it is.
    std::optional<Key> take(Instant now);
    /// A new part begins.
    void clear();
    /// Those of this part that have come, by channel.
    [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& counts() const {
        return counts_;
    }

  private:
    struct Reply {
        Instant at;
        Key patient = 0;
        std::string channel;
        auto operator<=>(const Reply&) const = default;
    };

    ReplyRates rates_;
    std::map<Digest, std::string> channels_;  ///< of attempts without a result
    std::priority_queue<Reply, std::vector<Reply>, std::greater<>> waiting_;
    std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace parcours::engine
