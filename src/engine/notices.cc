#include "engine/notices.h"

#include <string>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/message_events.h"

namespace parcours::engine {

void Notices::note(const std::string& event_id, Instant at) {
    while (!order_.empty() && order_.front().first < at - known_for) {
        known_.erase(order_.front().second);
        order_.pop_front();
    }
    const Digest id = content_hash(event_id);
    if (known_.try_emplace(id, {}).second) {
        order_.emplace_back(at, id);
    }
}

void Notices::keep(const Received& receipt) {
    while (!kept_.empty() &&
           (kept_.size() >= kept_max || kept_.front().at < receipt.at - kept_for)) {
        kept_.pop_front();
    }
    kept_.push_back(receipt);
}

void Notices::drop(const Received& receipt) {
    std::erase_if(kept_, [&receipt](const Received& kept) {
        return kept.event_id == receipt.event_id && kept.provider_id == receipt.provider_id;
    });
}

std::vector<Received> Notices::kept(const Digest& message, const std::string& provider_id) const {
    std::vector<Received> found;
    for (const Received& kept : kept_) {
        if (kept.message == message || (!provider_id.empty() && kept.provider_id == provider_id)) {
            found.push_back(kept);
        }
    }
    return found;
}

}  // namespace parcours::engine
