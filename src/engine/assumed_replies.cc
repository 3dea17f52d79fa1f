#include "engine/assumed_replies.h"

#include <optional>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "record/identity.h"

namespace parcours::engine {

void AssumedReplies::see(const Event& event) {
    if (rates_.empty()) {
        return;
    }
    if (const auto* const attempted = std::get_if<Attempted>(&event)) {
        channels_[attempted->message] = attempted->channel;
        return;
    }
    const auto* const ended = std::get_if<AttemptEnded>(&event);
    if (ended == nullptr) {
        return;
    }
    const auto channel = channels_.extract(ended->message);
    if (channel.empty() || ended->outcome != AttemptEnded::Outcome::Accepted) {
        return;
    }
    const auto rate = rates_.find(channel.mapped());
    if (rate != rates_.end() &&
        hash_fraction("assumed-reply", {ended->message.to_hex()}) < rate->second) {
        waiting_.push({ended->at + delay, ended->patient, channel.mapped()});
    }
}

std::optional<Instant> AssumedReplies::next() const {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.top().at);
}

std::optional<Key> AssumedReplies::take(Instant now) {
    if (waiting_.empty() || waiting_.top().at > now) {
        return std::nullopt;
    }
    const Key patient = waiting_.top().patient;
    ++counts_[waiting_.top().channel];
    waiting_.pop();
    return patient;
}

void AssumedReplies::clear() {
    waiting_ = {};
    channels_.clear();
    counts_.clear();
}

}  // namespace parcours::engine
