#include "engine/outbox.h"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "population/index.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Keeps the message events and folds everything, so that the status is the ledger's own.
class Collector final : public store::ScanVisitor {
  public:
    explicit Collector(std::optional<Key> patient) : patient_(patient) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Event) {
            return true;
        }
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure_ = event.error();
            return false;
        }
        ledger_.apply(*event);
        if (std::holds_alternative<VirtualRun>(*event)) {
            entries_.clear();
            places_.clear();
        } else if (!patient_ || event_patient(*event) == *patient_) {
            std::visit([this](const auto& one) { take(one); }, *event);
        }
        return true;
    }
    bool damaged(LogPosition, const Error& error) override {
        failure_ = error;
        return true;
    }

    Result<std::vector<OutboxEntry>> finish(const population::Index& index) {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        for (OutboxEntry& entry : entries_) {
            if (const MessageState* const state = ledger_.find_message(entry.message.id)) {
                entry.status = state->status;
                entry.reason = state->reason;
            }
            entry.patient_id = patient_name(index, entry.message.patient);
        }
        return std::move(entries_);
    }

  private:
    void take(const Transition& event) {
        for (const Message& message : event.messages) {
            if (places_.try_emplace(message.id, entries_.size()).second) {
                entries_.emplace_back().message = message;
            }
        }
    }
    void take(const Decided& event) {
        if (OutboxEntry* const entry = find(event.decision.message)) {
            entry->decisions.push_back(event);
        }
    }
    void take(const Attempted& event) {
        if (OutboxEntry* const entry = find(event.message)) {
            entry->attempts.push_back(event);
        }
    }
    void take(const AttemptEnded& event) {
        if (OutboxEntry* const entry = find(event.message)) {
            entry->results.push_back(event);
        }
    }
    void take(const Received& event) {
        if (OutboxEntry* const entry = find(event.message)) {
            entry->notices.push_back(event);
        }
    }
    template <class Other>
    void take(const Other& /*event*/) {}

    OutboxEntry* find(const Digest& message) {
        const auto found = places_.find(message);
        return found == places_.end() ? nullptr : &entries_[found->second];
    }

    std::optional<Key> patient_;
    Ledger ledger_;
    std::vector<OutboxEntry> entries_;
    std::unordered_map<Digest, std::size_t, DigestHash> places_;
    std::optional<Error> failure_;
};

}  // namespace

std::string outbox_status(const OutboxEntry& entry) {
    using Status = MessageState::Status;
    switch (entry.status) {
        case Status::Waiting:
            return "waiting";
        case Status::Attempting:
            return "attempting";
        case Status::Accepted:
            return !entry.attempts.empty() && entry.attempts.back().adapter == "sandbox"
                       ? "captured"
                       : "sent";
        case Status::NotSent:
            return "not-sent";
        case Status::Unknown:
            return "unknown";
        case Status::Withdrawn:
            return "withdrawn";
    }
    return {};
}

Result<std::vector<OutboxEntry>> list_outbox(const DataFolder& folder, std::optional<Key> patient) {
    Collector collector(patient);
    if (const auto scanned = folder.scan_events(collector); !scanned) {
        return pass_on(scanned);
    }
    return collector.finish(*folder.index());
}

std::string patient_name(const population::Index& index, Key patient) {
    const auto number = index.find_patient(patient);
    if (!number) {
        return "unknown";
    }
    const std::string id(index.patients().id(*number));
    const std::string source(index.patients().source_name(*number));
    return source == "main" ? id : source + "/" + id;
}

}  // namespace parcours::engine
