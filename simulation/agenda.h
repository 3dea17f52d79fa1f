#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/time.h"

namespace parcours::simulation {

/// What will happen and when; at the same moment in the order in which it was put down.
class Agenda {
  public:
    using Action = std::function<void()>;

    void put(Instant at, Action action) {
        actions_.emplace(std::pair(at, ++count_), std::move(action));
    }
    [[nodiscard]] std::optional<Instant> next() const {
        return actions_.empty() ? std::nullopt : std::optional(actions_.begin()->first.first);
    }
    /// Does the first of what is due; whether there was anything.
    bool happen(Instant now) {
        if (actions_.empty() || actions_.begin()->first.first > now) {
            return false;
        }
        const Action action = std::move(actions_.begin()->second);
        actions_.erase(actions_.begin());
        action();
        return true;
    }

  private:
    std::uint64_t count_ = 0;
    std::map<std::pair<Instant, std::uint64_t>, Action> actions_;
};

}  // namespace parcours::simulation
