#include "engine/kept_answers.h"

#include "base/hash.h"
#include "base/time.h"

namespace parcours::engine {

void KeptAnswers::apply(const RequestAnswered& event) {
    forget_before(event.at - lifetime);
    const auto [slot, added] = answers_.try_emplace(event.key);
    if (!added) {
        return;  // the first answer is the one that was given
    }
    slot->second = {event, true};
    order_.push_back(event.key);
    with_body_.push_back(event.key);
    bytes_ += event.body.size();
    while (bytes_ > bytes_max) {
        Kept& oldest = answers_.at(with_body_.front());
        bytes_ -= oldest.answer.body.size();
        oldest.answer.body = {};
        oldest.has_body = false;
        with_body_.pop_front();
    }
}

void KeptAnswers::forget_before(Instant oldest) {
    while (!order_.empty()) {
        const Digest key = order_.front();
        const Kept& kept = answers_.at(key);
        if (kept.answer.at > oldest) {
            return;
        }
        if (kept.has_body) {
            bytes_ -= kept.answer.body.size();
            with_body_.pop_front();
        }
        answers_.erase(key);
        order_.pop_front();
    }
}

const KeptAnswers::Kept* KeptAnswers::find(const Digest& key, Instant now) const {
    const auto found = answers_.find(key);
    const bool known = found != answers_.end() && now - found->second.answer.at < lifetime;
    return known ? &found->second : nullptr;
}

bool KeptAnswers::has_room(Instant now) const {
    return answers_.size() < count_max || now - answers_.at(order_.front()).answer.at >= lifetime;
}

}  // namespace parcours::engine
