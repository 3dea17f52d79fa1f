#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_hash.h"

namespace parcours::engine {

/// A change that a program asked for under a key of its own choice, and what it was answered. It is
/// committed together with the change's other events, so that neither is there without the other.
struct RequestAnswered {
    static constexpr std::string_view topic = "request";
    Digest key;      ///< of who asked and the key
    Digest request;  ///< of method, target and body
    std::uint32_t status = 200;
    std::string media;
    std::string body;
    Instant at;
};

/// Answers to changes that came with a key: bounded, and forgotten after a day. A fold of events.
class KeptAnswers {
  public:
    static constexpr std::chrono::hours lifetime{24};
    static constexpr std::size_t count_max = 100'000;
    static constexpr std::size_t bytes_max = 32UL * 1024 * 1024;

    struct Kept {
        RequestAnswered answer;
        /// Whether the body is still here. Old ones make room for new ones; that the change was
        /// made is remembered all the same.
        bool has_body = true;
    };

    void apply(const RequestAnswered& event);
    /// Null where nothing was answered under the key in the day before `now`.
    [[nodiscard]] const Kept* find(const Digest& key, Instant now) const;
    /// Whether a further key can be remembered at this moment.
    [[nodiscard]] bool has_room(Instant now) const;

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.answers_, self.order_, self.with_body_, self.bytes_);
    }

  private:
    void forget_before(Instant oldest);

    std::unordered_map<Digest, Kept, DigestHash> answers_;
    std::deque<Digest> order_;      ///< of all, the oldest first
    std::deque<Digest> with_body_;  ///< of those whose body is here, the oldest first
    std::size_t bytes_ = 0;
};

}  // namespace parcours::engine
