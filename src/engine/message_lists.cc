#include "engine/message_lists.h"

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
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

std::string_view name_of(Status status, bool captured) {
    MessageState state;
    state.status = status;
    state.captured = captured;
    return status_name(state);
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

MessageLists::Before MessageLists::look(const MessageState& state) {
    return {state.status, state.captured, state.reason, state.channel, state.settled_at};
}

void MessageLists::add(const MessageState& state) {
    all_.push_back(&state);
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
        move(statuses_, std::string(name_of(before.status, before.captured)),
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
    std::uint64_t& count = as.status == Status::Accepted ? hour.counts.sent[as.channel]
                                                         : hour.counts.not_sent[as.reason];
    count += in ? 1 : ~std::uint64_t{0};
    if (in) {
        hour.messages.push_back(&state);
    } else {
        std::erase(hour.messages, &state);
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
    for (std::size_t place = (all_.size() + word_bits - 1) / word_bits; place-- > 0;) {
        const std::size_t left = all_.size() - place * word_bits;
        std::uint64_t word = left >= word_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
        for (const Bits* const bits : all) {
            word &= bits->word(place);
        }
        const auto here = static_cast<std::size_t>(std::popcount(word));
        // Only of the page every message is looked at.
        for (std::size_t rank = page.total;
             word != 0 && page.total + here > from && page.messages.size() < count; ++rank) {
            const std::size_t bit =
                word_bits - 1 - static_cast<std::size_t>(std::countl_zero(word));
            word ^= std::uint64_t{1} << bit;
            if (rank >= from) {
                page.messages.push_back(all_[place * word_bits + bit]);
            }
        }
        page.total += here;
    }
    return page;
}

std::uint64_t MessageLists::count_unknown() const {
    return bits_of(statuses_, name_of(Status::Unknown, false)).count();
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
        for (const MessageState* const state : hour->second.messages) {
            if (state->settled_at >= from && state->settled_at <= to) {
                ++(state->status == Status::Accepted ? sum.sent[state->channel]
                                                     : sum.not_sent[state->reason]);
            }
        }
    }
    for (auto* const counts : {&sum.sent, &sum.not_sent}) {
        std::erase_if(*counts, [](const auto& one) { return one.second == 0; });
    }
    return sum;
}

}  // namespace parcours::engine
