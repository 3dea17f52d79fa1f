#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_map.h"
#include "engine/message_events.h"

namespace parcours::engine {

/// Which notices of providers (receipts and replies) came already, and receipts of before their
/// message was known. Both are bounded: a notice is not repeated after a year, and a receipt
/// overtakes the answer to its hand-off by moments. A part of the ledger, and like it a fold of
/// events. One thread.
class Notices {
  public:
    /// From this long before the newest on a notice is known again.
    static constexpr std::chrono::hours known_for{400 * 24};
    static constexpr std::chrono::hours kept_for{7 * 24};
    static constexpr std::size_t kept_max = 10'000;

    void note(const std::string& event_id, Instant at);
    [[nodiscard]] bool knows(const std::string& event_id) const {
        return known_.find(content_hash(event_id)) != nullptr;
    }
    [[nodiscard]] std::size_t size() const { return known_.size(); }

    /// A receipt of a message that is not known yet.
    void keep(const Received& receipt);
    /// Its message is known now.
    void drop(const Received& receipt);
    /// Those that name a message or its hand-off, oldest first.
    [[nodiscard]] std::vector<Received> kept(const Digest& message,
                                             const std::string& provider_id) const;
    [[nodiscard]] std::size_t kept_count() const { return kept_.size(); }

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.order_, self.kept_);
        if constexpr (Archive::reads) {
            for (const auto& one : self.order_) {
                self.known_.try_emplace(one.second, {});
            }
        }
    }

  private:
    DigestMap<std::monostate> known_;               ///< hashes of ids
    std::deque<std::pair<Instant, Digest>> order_;  ///< of all that are known, as they came
    std::deque<Received> kept_;
};

}  // namespace parcours::engine
