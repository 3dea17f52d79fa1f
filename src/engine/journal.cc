#include "engine/journal.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/ledger_snapshot.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// What says nothing about patients: names, and that earlier runs never were.
bool is_timeless(const Event& event) {
    return std::holds_alternative<CohortSaved>(event) || std::holds_alternative<VirtualRun>(event);
}

class Replay final : public store::ScanVisitor {
  public:
    Replay(Ledger& ledger, std::vector<Damage>& damages, Instant until)
        : ledger_(ledger), damages_(damages), until_(until) {}

    bool visit(const LogRecord& record) override {
        if (record.kind != RecordKind::Event) {
            return true;
        }
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure_ = event.error();
            return false;
        }
        if (is_seen(*event, until_)) {
            ledger_.apply(*event);
            if (std::holds_alternative<VirtualRun>(*event)) {
                ledger_.note_run(record.position);
            }
            ledger_.file();
        }
        return true;
    }

    bool damaged(LogPosition position, const Error& error) override {
        damages_.push_back({position, error.message});
        return true;
    }

    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

  private:
    Ledger& ledger_;
    std::vector<Damage>& damages_;
    Instant until_;
    std::optional<Error> failure_;
};

class FindDefinition final : public store::ScanVisitor {
  public:
    explicit FindDefinition(std::string_view name) : name_(name) {}
    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Definition && head.topic == name_;
    }
    bool visit(const LogRecord& record) override {
        found_ = std::string(record.payload);
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return true; }
    [[nodiscard]] std::optional<std::string> take() { return std::move(found_); }

  private:
    std::string_view name_;
    std::optional<std::string> found_;
};

}  // namespace

Journal::~Journal() {
    let_readers_in();
}

void Journal::let_readers_in() {
    if (holding_) {
        holding_ = false;
        shared_->unlock();
    }
}

void Journal::add(Event event, Instant now) {
    if (!keeps_) {
        ledger_.apply(event);
        if (observe_) {
            observe_(event);
        }
        return;
    }
    Pending& pending = pending_.emplace_back();
    pending.topic = event_topic(event);
    pending.payload = write_event(event);
    pending.record.kind = RecordKind::Event;
    pending.record.patient = event_patient(event);
    pending.record.occurred_at = event_time(event);
    pending.record.recorded_at = event_time(event);
    pending.record.ingested_at = now;
    if (shared_ != nullptr && !holding_) {
        shared_->lock();
        holding_ = true;
    }
    ledger_.apply(event);
    if (observe_) {
        observe_(event);
    }
    if (watch_) {
        watched_.push_back(std::move(event));
    }
}

void Journal::add_definition(std::string_view name, std::string payload, Instant now) {
    if (!keeps_) {
        return;
    }
    Pending& pending = pending_.emplace_back();
    pending.topic = name;
    pending.payload = std::move(payload);
    pending.record.kind = RecordKind::Definition;
    pending.record.occurred_at = now;
    pending.record.recorded_at = now;
    pending.record.ingested_at = now;
}

Result<> Journal::flush() {
    return held_ || pending_.size() < gathered_min_ ? Result<>{} : flush_all();
}

Result<> Journal::release() {
    held_ = false;
    return flush();
}

void Journal::give_up() {
    given_up_ = true;
    held_ = false;
    forget_pending();
}

void Journal::forget_pending() {
    pending_.clear();
    watched_.clear();
    let_readers_in();
}

Result<> Journal::flush_all() {
    if (given_up_) {
        forget_pending();
        return fail(ErrorCode::Internal,
                    "nothing more is written after a defect; start again: what was acknowledged is "
                    "whole");
    }
    if (pending_.empty()) {
        return {};
    }
    std::vector<store::Append> appends;
    appends.reserve(pending_.size());
    for (Pending& pending : pending_) {
        pending.record.topic = pending.topic;
        pending.record.payload = pending.payload;
        appends.push_back({pending.record, {}});
    }
    const auto appended = folder_.append(appends);
    for (const store::Append& append : appends) {
        if (append.record.topic == VirtualRun::topic) {
            ledger_.note_run(append.record.position);
        }
    }
    pending_.clear();
    if (shared_ == nullptr || holding_) {
        ledger_.file(filing_);
    }
    const std::vector<Event> events = std::exchange(watched_, {});
    let_readers_in();
    if (appended && watch_) {
        std::ranges::for_each(events, watch_);
    }
    return appended;
}

Result<> Journal::save_ledger() {
    if (given_up_ || !keeps_) {
        return {};
    }
    const auto flushed = flush_all();
    return flushed ? engine::save_ledger(folder_, ledger_) : flushed;
}

std::unique_ptr<LedgerSnapshot> Journal::snapshot_ledger() {
    if (given_up_ || !keeps_ || !pending_.empty() || folder_.append_failed()) {
        return nullptr;
    }
    return std::make_unique<LedgerSnapshot>(ledger_, folder_);
}

Result<> Journal::flush_if_many() {
    return shared_ != nullptr && !held_ && pending_.size() >= shared_events_max ? flush_all()
                                                                                : Result<>{};
}

bool is_seen(const Event& event, Instant until) {
    return event_time(event) <= until || is_timeless(event);
}

Result<> replay(const DataFolder& folder, Ledger& ledger, std::vector<Damage>& damages,
                Instant until) {
    const LogPosition from = LedgerSnapshot::load(folder, ledger, until);
    Replay visitor(ledger, damages, until);
    if (const auto scanned = folder.scan_events(visitor, from); !scanned) {
        return scanned;
    }
    if (visitor.failure()) {
        return std::unexpected(*visitor.failure());
    }
    ledger.drop_told();
    return {};
}

Result<std::string> find_definition(const DataFolder& folder, std::string_view name) {
    FindDefinition visitor(name);
    if (const auto scanned = folder.scan_events(visitor); !scanned) {
        return pass_on(scanned);
    }
    auto found = visitor.take();
    if (!found) {
        return fail(ErrorCode::NotFound,
                    "no definition named \"" + std::string(name) + "\" was ever published here");
    }
    return std::move(*found);
}

Result<> note_feed(DataFolder& folder, const std::string& source, Instant now) {
    const Event event = FeedHeard{source, now};
    const std::string payload = write_event(event);
    LogRecord record;
    record.kind = RecordKind::Event;
    record.topic = FeedHeard::topic;
    record.occurred_at = record.recorded_at = record.ingested_at = now;
    record.payload = payload;
    std::array appends{store::Append{record, {}}};
    return folder.append(appends);
}

}  // namespace parcours::engine
