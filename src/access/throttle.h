#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "access/peer_key.h"
#include "base/time.h"

namespace parcours::access {

/// How failures slow down what comes next: the first `free_count` cost nothing, each further one
/// doubles the wait, from one second up to `delay_max`. An hour without failures forgives all.
struct ThrottleRule {
    unsigned free_count = 4;
    Duration delay_max = std::chrono::minutes(1);
};

/// Growing delays after failures, per key (a name, a peer's address). Nobody sleeps: whoever comes
/// too early is told when to come again, and does not make it worse. Not safe for several threads.
///
/// Bounded: when `key_count_max` keys are known, the one whose last failure is longest ago is
/// forgotten.
class Throttle {
  public:
    explicit Throttle(ThrottleRule rule) : rule_(rule) {}

    /// How long the key has to wait still; zero: come in.
    [[nodiscard]] Duration wait(std::string_view key, Instant now) const;
    /// Counts an attempt as failed. To be told before the attempt is judged, so that attempts made
    /// at once do not slip through; then `take_back` or `forgive`.
    void count(std::string_view key, Instant now);
    /// Whether failures of the key are remembered.
    [[nodiscard]] bool knows(std::string_view key) const { return failures_.contains(key); }
    /// The attempt counted last was no failure.
    void take_back(std::string_view key);
    /// The key has proved itself: all is forgotten.
    void forgive(std::string_view key);

    [[nodiscard]] std::size_t key_count() const { return failures_.size(); }

    static constexpr std::size_t key_count_max = 10'000;

  private:
    struct Failures {
        unsigned count = 0;
        Instant last;
    };
    using Table = std::map<std::string, Failures, std::less<>>;
    void erase(Table::iterator failures);

    ThrottleRule rule_;
    Table failures_;
    std::set<std::pair<Instant, std::string>> by_age_;
};

/// The same for addresses, each under its `peer_key`: whoever has a whole network of IPv6 is one.
class PeerThrottle {
  public:
    explicit PeerThrottle(ThrottleRule rule) : by_key_(rule) {}

    [[nodiscard]] Duration wait(std::string_view peer, Instant now) const {
        return by_key_.wait(peer_key(peer), now);
    }
    void count(std::string_view peer, Instant now) { by_key_.count(peer_key(peer), now); }
    [[nodiscard]] bool knows(std::string_view peer) const { return by_key_.knows(peer_key(peer)); }
    void take_back(std::string_view peer) { by_key_.take_back(peer_key(peer)); }
    void forgive(std::string_view peer) { by_key_.forgive(peer_key(peer)); }

  private:
    Throttle by_key_;
};

}  // namespace parcours::access
