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
#include "engine/names.h"

namespace parcours::engine {

/// What a list of messages asks for; empty words ask for nothing.
struct MessageQuery {
    std::string_view status;  ///< as `status_name` says
    std::string_view reason;
    std::string_view campaign;
    std::string_view channel;
};

/// Some of what a query finds, by number, the newest planned first, and how many it finds.
struct MessagePage {
    std::vector<std::uint32_t> numbers;
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

    /// A new message; its `number` is that of those before it.
    void add(const MessageState& state);
    void change(const MessageState& state, const Before& before);

    [[nodiscard]] MessagePage find(const MessageQuery& query, std::size_t from,
                                   std::size_t count) const;
    /// Of a campaign those that wait for the gate, in their order; empty: of all.
    [[nodiscard]] std::vector<std::uint32_t> waiting(std::string_view campaign = {}) const;
    [[nodiscard]] bool is_waiting(std::uint32_t number) const;
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
        [[nodiscard]] bool contains(std::size_t number) const;
        [[nodiscard]] std::size_t count() const { return count_; }

      private:
        std::vector<std::uint64_t> words_;
        std::size_t count_ = 0;
    };
    using ByWord = std::unordered_map<std::string, Bits>;
    /// That a message was said, or was not.
    struct Settled {
        std::uint32_t number = 0;
        std::uint32_t after = 0;  ///< microseconds since the hour began
        std::uint32_t word = 0;   ///< the channel by which, or the reason why not
        bool said = false;
    };
    struct Hour {
        SettledCounts counts;
        std::vector<Settled> messages;
    };

    [[nodiscard]] static const Bits& bits_of(const ByWord& words, std::string_view word);
    void settle(const MessageState& state, const Before& as, bool in);

    std::size_t size_ = 0;
    Names words_;  ///< of what was settled
    ByWord statuses_;
    ByWord reasons_;
    ByWord campaigns_;
    ByWord channels_;
    std::map<std::int64_t, Hour> hours_;  ///< by hours since the epoch
};

}  // namespace parcours::engine
