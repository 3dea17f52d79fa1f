#include "engine/message_lists.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/ledger_state.h"

namespace parcours::engine {
namespace {

constexpr std::size_t word_bits = 64;
using Status = MessageState::Status;

std::int64_t hour_of(Instant at) {
    return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}

bool tells(Status status) {
    return status == Status::Accepted || status == Status::NotSent;
}

void add_counts(std::map<std::string, std::uint64_t>& sum,
                const std::map<std::string, std::uint64_t>& counts) {
    for (const auto& [name, count] : counts) {
        sum[name] += count;
    }
}

}  // namespace

void MessageLists::Bits::set(std::size_t number, bool in) {
    const std::size_t place = number / word_bits;
    if (place >= words_.size()) {
        words_.resize(place + 1);
    }
    const std::uint64_t bit = std::uint64_t{1} << (number % word_bits);
    const bool was_in = (words_[place] & bit) != 0;
    if (was_in != in) {
        words_[place] ^= bit;
        count_ += in ? 1 : ~std::size_t{0};
    }
}

bool MessageLists::Bits::contains(std::size_t number) const {
    return (word(number / word_bits) >> (number % word_bits) & 1U) != 0;
}

MessageLists::Before MessageLists::look(const MessageState& state) {
    return {state.status, state.captured, state.reason, state.channel, state.settled_at};
}

void MessageLists::add(const MessageState& state) {
    ++size_;
    statuses_[std::string(status_name(state))].set(state.number, true);
    reasons_[state.reason].set(state.number, true);
    channels_[state.channel].set(state.number, true);
    campaigns_[state.message.campaign].set(state.number, true);
}

void MessageLists::change(const MessageState& state, const Before& before) {
    const auto move = [&](ByWord& words, const std::string& from, const std::string& to) {
        if (from != to) {
            words[from].set(state.number, false);
            words[to].set(state.number, true);
        }
    };
    if (state.status != before.status || state.captured != before.captured) {
        move(statuses_, std::string(status_name(before.status, before.captured)),
             std::string(status_name(state)));
    }
    move(reasons_, before.reason, state.reason);
    move(channels_, before.channel, state.channel);
    const bool same = before.status == state.status && before.settled_at == state.settled_at &&
                      before.channel == state.channel && before.reason == state.reason;
    if (!same) {
        settle(state, before, false);
        settle(state, look(state), true);
    }
}

/// Counts, or takes back, that a message was said or not.
void MessageLists::settle(const MessageState& state, const Before& as, bool in) {
    if (!tells(as.status)) {
        return;
    }
    Hour& hour = hours_[hour_of(as.settled_at)];
    const bool said = as.status == Status::Accepted;
    const std::string& word = said ? as.channel : as.reason;
    std::uint64_t& count = said ? hour.counts.sent[word] : hour.counts.not_sent[word];
    count += in ? 1 : ~std::uint64_t{0};
    if (in) {
        const Duration after =
            as.settled_at - std::chrono::floor<std::chrono::hours>(as.settled_at);
        hour.messages.push_back({static_cast<std::uint32_t>(state.number),
                                 static_cast<std::uint32_t>(after.count()), words_.number(word),
                                 said});
    } else {
        std::erase_if(hour.messages,
                      [&state](const Settled& one) { return one.number == state.number; });
    }
}

const MessageLists::Bits& MessageLists::bits_of(const ByWord& words, std::string_view word) {
    static const Bits none;
    const auto found = words.find(std::string(word));
    return found == words.end() ? none : found->second;
}

MessagePage MessageLists::find(const MessageQuery& query, std::size_t from,
                               std::size_t count) const {
    std::vector<const Bits*> all;
    const auto ask = [&all](const ByWord& words, std::string_view word) {
        if (!word.empty()) {
            all.push_back(&bits_of(words, word));
        }
    };
    ask(statuses_, query.status);
    ask(reasons_, query.reason);
    ask(campaigns_, query.campaign);
    ask(channels_, query.channel);
    MessagePage page;
    for (std::size_t place = (size_ + word_bits - 1) / word_bits; place-- > 0;) {
        const std::size_t left = size_ - place * word_bits;
        std::uint64_t word = left >= word_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
        for (const Bits* const bits : all) {
            word &= bits->word(place);
        }
        const auto here = static_cast<std::size_t>(std::popcount(word));
        // Only of the page every message is looked at.
        for (std::size_t rank = page.total;
             word != 0 && page.total + here > from && page.numbers.size() < count; ++rank) {
            const std::size_t bit =
                word_bits - 1 - static_cast<std::size_t>(std::countl_zero(word));
            word ^= std::uint64_t{1} << bit;
            if (rank >= from) {
                page.numbers.push_back(static_cast<std::uint32_t>(place * word_bits + bit));
            }
        }
        page.total += here;
    }
    return page;
}

std::vector<std::uint32_t> MessageLists::waiting(std::string_view campaign) const {
    MessagePage page = find({.status = status_name(Status::Waiting, false), .campaign = campaign},
                            0, std::numeric_limits<std::size_t>::max());
    std::ranges::reverse(page.numbers);
    return std::move(page.numbers);
}

bool MessageLists::is_waiting(std::uint32_t number) const {
    return bits_of(statuses_, status_name(Status::Waiting, false)).contains(number);
}

std::uint64_t MessageLists::count_unknown() const {
    return bits_of(statuses_, status_name(Status::Unknown, false)).count();
}

SettledCounts MessageLists::settled(Instant from, Instant to) const {
    SettledCounts sum;
    for (auto hour = hours_.lower_bound(hour_of(from)); hour != hours_.end(); ++hour) {
        const std::int64_t number = hour->first;
        if (number > hour_of(to)) {
            break;
        }
        if (number != hour_of(from) && number != hour_of(to)) {
            add_counts(sum.sent, hour->second.counts.sent);
            add_counts(sum.not_sent, hour->second.counts.not_sent);
            continue;
        }
        const Instant began{std::chrono::hours{number}};
        for (const Settled& one : hour->second.messages) {
            const Instant at = began + Duration{one.after};
            if (at >= from && at <= to) {
                ++(one.said ? sum.sent : sum.not_sent)[std::string(words_.text(one.word))];
            }
        }
    }
    for (auto* const counts : {&sum.sent, &sum.not_sent}) {
        std::erase_if(*counts, [](const auto& one) { return one.second == 0; });
    }
    return sum;
}

}  // namespace parcours::engine
