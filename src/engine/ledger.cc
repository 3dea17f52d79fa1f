#include "engine/ledger.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "engine/events.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

template <class Map, class KeyType>
const typename Map::mapped_type* find_in(const Map& map, const KeyType& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

std::string Ledger::address_key(const std::string& channel, const std::string& to) {
    return channel + ":" + to;
}

std::string_view status_name(const MessageState& state) {
    using Status = MessageState::Status;
    switch (state.status) {
        case Status::Waiting:
            return "waiting";
        case Status::Attempting:
            return "attempting";
        case Status::Accepted:
            return state.captured ? "captured" : "sent";
        case Status::NotSent:
            return "not-sent";
        case Status::Unknown:
            return "unknown";
        case Status::Withdrawn:
            return "withdrawn";
    }
    return {};
}

const LaunchedCampaign* Ledger::find_launched(const std::string& campaign) const {
    return find_in(launched_, campaign);
}

const CampaignPaused* Ledger::find_pause(const std::string& campaign) const {
    return find_in(paused_, campaign);
}

bool Ledger::rests(const std::string& campaign) const {
    return traffic_.all_held() || paused_.contains(campaign);
}

const MessageState* Ledger::find_message(const Digest& id) const {
    return find_in(messages_, id);
}

const std::vector<outreach::SentMessage>& Ledger::sent_to(Key patient) const {
    static const std::vector<outreach::SentMessage> none;
    const auto* const found = find_in(sent_, patient);
    return found == nullptr ? none : *found;
}

const std::vector<const MessageState*>& Ledger::messages_of(Key patient) const {
    static const std::vector<const MessageState*> none;
    const auto* const found = find_in(messages_of_, patient);
    return found == nullptr ? none : *found;
}

const MessageState* Ledger::find_by_provider(const std::string& provider_id) const {
    const Digest* const id = find_in(provider_ids_, provider_id);
    return id == nullptr ? nullptr : find_message(*id);
}

const TaskState* Ledger::find_task(const Digest& id) const {
    return find_in(tasks_, id);
}

std::vector<const TaskState*> Ledger::tasks() const {
    std::vector<const TaskState*> all;
    all.reserve(task_order_.size());
    for (const Digest& id : task_order_) {
        all.push_back(&tasks_.at(id));
    }
    return all;
}

std::vector<const TaskState*> Ledger::tasks_of(Key patient) const {
    std::vector<const TaskState*> all;
    if (const auto* const found = find_in(tasks_of_, patient)) {
        for (const Digest& id : *found) {
            all.push_back(&tasks_.at(id));
        }
    }
    return all;
}

std::vector<ContactChoice> Ledger::choices_of(Key patient) const {
    const auto* const found = find_in(choices_, patient);
    return found == nullptr ? std::vector<ContactChoice>() : *found;
}

AddressState Ledger::address(const std::string& channel, const std::string& to) const {
    const AddressState* const found = find_in(addresses_, address_key(channel, to));
    return found == nullptr ? AddressState{} : *found;
}

std::vector<Key> Ledger::patients_at(const std::string& address) const {
    const auto* const found = find_in(patients_at_, address);
    return found == nullptr ? std::vector<Key>() : std::vector<Key>(found->begin(), found->end());
}

std::vector<std::pair<std::string_view, std::size_t>> Ledger::table_sizes() const {
    return {{"enrolments", enrolments_->size()},
            {"timers", timers().size()},
            {"messages", messages_.size()},
            {"messages_waiting", waiting_.size()},
            {"messages_untold", untold_.size()},
            {"tasks", tasks_.size()},
            {"patients_written_to", sent_.size()},
            {"addresses_written_to", patients_at_.size()},
            {"addresses_handed_over", traffic_.address_count()},
            {"choices", choices_.size()},
            {"notices", notices_.size()},
            {"receipts_kept", notices_.kept_count()},
            {"calls", steps_.call_count()},
            {"answers", steps_.answer_count()}};
}

}  // namespace parcours::engine
