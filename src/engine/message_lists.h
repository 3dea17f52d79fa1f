#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "engine/ledger_state.h"

namespace parcours::engine {

/// What a list of messages asks for; empty words ask for nothing.
struct MessageQuery {
    std::string_view status;  ///< as `status_name` says
    std::string_view reason;
    std::string_view campaign;
    std::string_view channel;
};

/// Some of what a query finds, the newest planned first, and how many it finds.
struct MessagePage {
    std::vector<const MessageState*> messages;
    std::size_t total = 0;
};

/// What was said and not said in a period, by channel and by reason.
struct SettledCounts {
    std::map<std::string, std::uint64_t> sent;
    std::map<std::string, std::uint64_t> not_sent;
};

/// Finds messages by what they are now without going through all of them: which ones have a word is
/// kept as bits by their number, and what was settled is counted by the hour. One thread.
class MessageLists {
  public:
    /// What a message is found by, before an event changes it.
    struct Before {
        MessageState::Status status;
        bool captured;
        std::string reason;
        std::string channel;
        Instant settled_at;
    };
    [[nodiscard]] static Before look(const MessageState& state);

    /// A new message; its `number` is that of those before it. The state must not move.
    void add(const MessageState& state);
    void change(const MessageState& state, const Before& before);

    [[nodiscard]] MessagePage find(const MessageQuery& query, std::size_t from,
                                   std::size_t count) const;
    [[nodiscard]] std::uint64_t count_unknown() const;
    /// Of what was settled in [from, to].
    [[nodiscard]] SettledCounts settled(Instant from, Instant to) const;

  private:
    /// Numbers of messages.
    class Bits {
      public:
        void set(std::size_t number, bool in);
        [[nodiscard]] std::uint64_t word(std::size_t place) const {
            return place < words_.size() ? words_[place] : 0;
        }
        [[nodiscard]] std::size_t count() const { return count_; }

      private:
        std::vector<std::uint64_t> words_;
        std::size_t count_ = 0;
    };
    using ByWord = std::unordered_map<std::string, Bits>;
    struct Hour {
        SettledCounts counts;
        std::vector<const MessageState*> messages;
    };

    [[nodiscard]] static const Bits& bits_of(const ByWord& words, std::string_view word);
    void settle(const MessageState& state, const Before& as, bool in);

    std::vector<const MessageState*> all_;  ///< by number
    ByWord statuses_;
    ByWord reasons_;
    ByWord campaigns_;
    ByWord channels_;
    std::map<std::int64_t, Hour> hours_;  ///< by hours since the epoch
};

}  // namespace parcours::engine
