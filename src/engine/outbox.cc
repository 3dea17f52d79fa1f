#include "engine/outbox.h"

#include <algorithm>
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
#include "engine/holds.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Puts an event of a message where it belongs in its entry; `find` gives the entry of a message,
/// or null.
template <class Find>
void put(const Event& event, Find find) {
    const auto add = [&](const Digest& message, auto list, const auto& one) {
        if (OutboxEntry* const entry = find(message)) {
            (entry->*list).push_back(one);
        }
    };
    if (const auto* const decided = std::get_if<Decided>(&event)) {
        add(decided->decision.message, &OutboxEntry::decisions, *decided);
    } else if (const auto* const attempted = std::get_if<Attempted>(&event)) {
        add(attempted->message, &OutboxEntry::attempts, *attempted);
    } else if (const auto* const ended = std::get_if<AttemptEnded>(&event)) {
        add(ended->message, &OutboxEntry::results, *ended);
    } else if (const auto* const received = std::get_if<Received>(&event)) {
        add(received->message, &OutboxEntry::notices, *received);
    }
}

/// What the ledger itself says of a message.
void tell_state(OutboxEntry& entry, const Ledger& ledger, const MessageState& state) {
    entry.status = status_name(state);
    entry.reason = state.reason;
    entry.detail = state.detail;
    if (is_resting(ledger, state)) {
        entry.held = why_resting(ledger, state);
    } else if (state.status == MessageState::Status::Waiting) {
        entry.until = state.next_look;
    }
}

/// Keeps the message events and folds everything, so that the status is the ledger's own.
class Collector final : public store::ScanVisitor {
  public:
    Collector(std::optional<Key> patient, Instant until) : patient_(patient), until_(until) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Event) {
            return true;
        }
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure_ = event.error();
            return false;
        }
        if (!is_seen(*event, until_)) {
            return true;
        }
        ledger_.apply(*event);
        if (std::holds_alternative<VirtualRun>(*event)) {
            entries_.clear();
            places_.clear();
        } else if (!patient_ || event_patient(*event) == *patient_) {
            if (const auto* const transition = std::get_if<Transition>(&*event)) {
                plan(*transition);
            }
            put(*event, [this](const Digest& message) { return find(message); });
        }
        return true;
    }
    bool damaged(LogPosition, const Error& error) override {
        failure_ = error;
        return true;
    }

    Result<std::vector<OutboxEntry>> finish(const population::LiveIndex& index) {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        for (OutboxEntry& entry : entries_) {
            if (const MessagePointer state = ledger_.find_message(entry.message.id)) {
                tell_state(entry, ledger_, *state);
            }
            entry.patient_id = patient_name(index, entry.message.patient);
        }
        return std::move(entries_);
    }

  private:
    void plan(const Transition& event) {
        for (const Message& message : event.messages) {
            if (places_.try_emplace(message.id, entries_.size()).second) {
                entries_.emplace_back().message = message;
            }
        }
    }
    OutboxEntry* find(const Digest& message) {
        const auto found = places_.find(message);
        return found == places_.end() ? nullptr : &entries_[found->second];
    }

    std::optional<Key> patient_;
    Instant until_;
    Ledger ledger_;
    std::vector<OutboxEntry> entries_;
    std::unordered_map<Digest, std::size_t, DigestHash> places_;
    std::optional<Error> failure_;
};

/// Fills the entries of one patient's messages from the events of the timeline, newest first.
class TimelineReader {
  public:
    explicit TimelineReader(Instant until) : until_(until) {}
    void add(OutboxEntry& entry) { wanted_.emplace(entry.message.id, &entry); }

    /// Whether more is to be read.
    Result<bool> take(const LogRecord& record) {
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            return pass_on(event);
        }
        if (is_seen(*event, until_)) {
            put(*event, [this](const Digest& message) {
                const auto found = wanted_.find(message);
                return found == wanted_.end() ? nullptr : found->second;
            });
        }
        // What lies before its plan is of an earlier run.
        if (const auto* const transition = std::get_if<Transition>(&*event)) {
            for (const Message& message : transition->messages) {
                wanted_.erase(message.id);
            }
        }
        return !wanted_.empty();
    }

    static void put_in_order(OutboxEntry& entry) {
        std::ranges::reverse(entry.decisions);
        std::ranges::reverse(entry.attempts);
        std::ranges::reverse(entry.results);
        std::ranges::reverse(entry.notices);
    }

  private:
    Instant until_;
    std::unordered_map<Digest, OutboxEntry*, DigestHash> wanted_;
};

}  // namespace

Result<std::vector<OutboxEntry>> list_outbox(const DataFolder& folder, std::optional<Key> patient,
                                             Instant until) {
    Collector collector(patient, until);
    if (const auto scanned = folder.scan_events(collector); !scanned) {
        return pass_on(scanned);
    }
    return collector.finish(*folder.index());
}

OutboxEntry begin_entry(const Ledger& ledger, const MessageState& state) {
    OutboxEntry entry;
    entry.message = state.message;
    tell_state(entry, ledger, state);
    return entry;
}

Result<std::vector<OutboxEntry>> read_messages(const DataFolder& folder,
                                               const population::LiveIndex& index,
                                               std::vector<OutboxEntry> entries, Instant until) {
    std::unordered_map<Key, TimelineReader> readers;
    for (OutboxEntry& entry : entries) {
        entry.patient_id = patient_name(index, entry.message.patient);
        readers.try_emplace(entry.message.patient, until).first->second.add(entry);
    }
    for (auto& [patient, reader] : readers) {
        Result<> failed;
        const auto visited = folder.visit_events_of(patient, [&](const LogRecord& record) {
            const auto more = reader.take(record);
            if (!more) {
                failed = pass_on(more);
            }
            return more && *more;
        });
        if (!visited || !failed) {
            return pass_on(!visited ? visited : failed);
        }
    }
    std::ranges::for_each(entries, TimelineReader::put_in_order);
    return entries;
}

std::string patient_name(const population::LiveIndex& index, Key patient) {
    const auto number = index.find_patient(patient);
    if (!number) {
        return "unknown";
    }
    const std::string id(index.patients().id(*number));
    const std::string source(index.patients().source_name(*number));
    return source == "main" ? id : source + "/" + id;
}

}  // namespace parcours::engine
