#include "engine/ledger.h"

#include <cstddef>
#include <cstdint>
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

std::string_view status_name(MessageState::Status status, bool captured) {
    using Status = MessageState::Status;
    switch (status) {
        case Status::Waiting:
            return "waiting";
        case Status::Attempting:
            return "attempting";
        case Status::Accepted:
            return captured ? "captured" : "sent";
        case Status::NotSent:
            return "not-sent";
        case Status::Unknown:
            return "unknown";
        case Status::Withdrawn:
            return "withdrawn";
    }
    return {};
}

std::string_view status_name(const MessageState& state) {
    return status_name(state.status, state.captured);
}

const LaunchedCampaign* Ledger::find_launched(const std::string& campaign) const {
    return find_in(launched_, campaign);
}

EnrolmentView Ledger::find_enrolment(const Digest& id) const {
    return enrolments_->find(id);
}

std::vector<EnrolmentView> Ledger::enrolments_of(Key patient) const {
    return enrolments_->of_patient(patient);
}

const CampaignPaused* Ledger::find_pause(const std::string& campaign) const {
    return find_in(paused_, campaign);
}

bool Ledger::rests(const std::string& campaign) const {
    return traffic_.all_held() || paused_.contains(campaign);
}

/// What was said, or may have been, uses the contact budget; what was joined uses it once.
void Ledger::follow_sent(const MessageState& state) {
    using Status = MessageState::Status;
    const bool counts =
        (state.status == Status::Accepted || state.status == Status::Unknown) && !state.is_joined();
    const Key patient = state.message.patient;
    const auto found = sent_.find(patient);
    if (!counts && found == sent_.end()) {
        return;
    }
    auto& sent = found == sent_.end() ? sent_[patient] : found->second;
    std::erase_if(sent, [&state](const outreach::SentMessage& one) {
        return one.message == state.message.id;
    });
    if (counts) {
        sent.push_back({state.settled_at, state.message.purpose, state.message.id});
    } else if (sent.empty()) {
        sent_.erase(patient);
    }
}

const std::vector<outreach::SentMessage>& Ledger::sent_to(Key patient) const {
    static const std::vector<outreach::SentMessage> none;
    const auto* const found = find_in(sent_, patient);
    return found == nullptr ? none : *found;
}

void Ledger::file(const FilingLimits& limits) {
    messages_->file(limits, reach_.last_event_at);
    tasks_->file(limits, reach_.last_event_at);
}

std::vector<MessagePointer> Ledger::messages_of(Key patient) const {
    return messages_->of_patient(patient);
}

std::vector<MessagePointer> Ledger::waiting_of(Key patient) const {
    std::vector<MessagePointer> all;
    for (const std::uint32_t number : messages_->numbers_of(patient)) {
        if (lists_.messages.is_waiting(number)) {
            all.push_back((*messages_)[number]);
        }
    }
    return all;
}

MessagePointer Ledger::find_by_provider(std::string_view provider_id) const {
    const std::uint32_t* const number = provider_ids_.find(content_hash(provider_id));
    return number == nullptr ? nullptr : (*messages_)[*number];
}

std::vector<TaskPointer> Ledger::tasks_of(Key patient) const {
    return tasks_->of_patient(patient);
}

std::vector<Key> Ledger::patients_at(std::string_view address) const {
    return patients_at_.find(address);
}

std::vector<ContactChoice> Ledger::choices_of(Key patient) const {
    const auto* const found = find_in(choices_, patient);
    return found == nullptr ? std::vector<ContactChoice>() : *found;
}

AddressState Ledger::address(const std::string& channel, const std::string& to) const {
    const AddressState* const found = find_in(addresses_, address_key(channel, to));
    return found == nullptr ? AddressState{} : *found;
}

std::vector<std::pair<std::string_view, std::size_t>> Ledger::table_sizes() const {
    return {{"enrolments", enrolments_->size()},
            {"timers", timers().size()},
            {"messages", messages_->size()},
            {"messages_held", messages_->open_count()},
            {"messages_filed_bytes", messages_->filed_bytes()},
            {"messages_waiting", waiting_.size()},
            {"messages_untold", untold_.size()},
            {"tasks", tasks_->size()},
            {"tasks_held", tasks_->open_count()},
            {"tasks_filed_bytes", tasks_->filed_bytes()},
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
