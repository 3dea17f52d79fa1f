#include "engine/past_ledger.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

constexpr std::chrono::seconds overtaken_max{2};

/// A patient's events until a moment, oldest first.
Result<> collect(const DataFolder& folder, Key patient, Instant as_of, LogPosition from,
                 std::vector<std::pair<LogPosition, Event>>& events) {
    Result<> failed;
    const auto visited = folder.visit_events_of(patient, [&](const LogRecord& record) {
        if (record.position < from) {
            return false;
        }
        auto event = read_event(record.topic, record.payload);
        if (!event) {
            failed = pass_on(event);
            return false;
        }
        if (is_seen(*event, as_of)) {
            events.emplace_back(record.position, std::move(*event));
        }
        return true;
    });
    return visited ? failed : visited;
}

}  // namespace

bool is_past(const Ledger& ledger, Instant as_of) {
    return as_of + overtaken_max < ledger.reach().last_event_at;
}

Result<Ledger> ledger_at(const DataFolder& folder, std::span<const Key> patients, Instant as_of,
                         LogPosition from) {
    std::vector<std::pair<LogPosition, Event>> events;
    for (const Key patient : patients) {
        if (const auto read = collect(folder, patient, as_of, from, events); !read) {
            return pass_on(read);
        }
    }
    std::ranges::sort(events, {}, &std::pair<LogPosition, Event>::first);
    Ledger ledger;
    for (const Event& event : events | std::views::values) {
        ledger.apply(event);
    }
    return ledger;
}

Result<std::shared_ptr<const Ledger>> PastLedger::find_or_make(const DataFolder& folder,
                                                               Instant as_of) {
    const std::scoped_lock lock(mutex_);
    if (kept_ != nullptr && as_of_ == as_of) {
        return kept_;
    }
    kept_.reset();
    auto made = std::make_shared<Ledger>();
    std::vector<Damage> damages;
    if (const auto replayed = replay(folder, *made, damages, as_of); !replayed) {
        return pass_on(replayed);
    }
    if (!damages.empty()) {
        return fail(ErrorCode::Damaged, "the log is damaged: " + damages.front().message);
    }
    as_of_ = as_of;
    kept_ = std::move(made);
    return kept_;
}

}  // namespace parcours::engine
