#include "engine/quarantine.h"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/data_folder.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class Collector final : public store::ScanVisitor {
  public:
    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Quarantine;
    }
    bool visit(const LogRecord& record) override {
        auto entry = read_quarantine(record.payload);
        if (!entry) {
            entries_.push_back(unreadable(record));
        } else {
            const auto [place, added] = places_.try_emplace(entry->id, entries_.size());
            if (added) {
                entries_.push_back(std::move(*entry));
            } else {
                QuarantineEntry& known = entries_[place->second];
                known.resolved = entry->resolved;
                known.at = entry->resolved ? known.at : entry->at;  // it has come back
            }
        }
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return true; }

    /// What stands for an entry that cannot be read itself: it is shown, not passed over.
    static QuarantineEntry unreadable(const LogRecord& record) {
        QuarantineEntry entry;
        entry.id = named_hash("quarantine", {"unreadable", std::to_string(record.position)});
        entry.reason =
            "this record of the quarantine cannot be read itself; import the files of "
            "that day again";
        entry.code = ErrorCode::Damaged;
        entry.at = record.ingested_at;
        return entry;
    }

    std::vector<QuarantineEntry> take() { return std::move(entries_); }

  private:
    std::vector<QuarantineEntry> entries_;
    std::map<Digest, std::size_t> places_;
};

/// Looks whether there is any.
class Finder final : public store::ScanVisitor {
  public:
    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Quarantine;
    }
    bool visit(const LogRecord&) override {
        found = true;
        return false;
    }
    bool damaged(LogPosition, const Error&) override {
        found = true;  // perhaps
        return false;
    }

    bool found = false;
};

}  // namespace

Result<bool> has_quarantined(const DataFolder& folder, LogPosition from) {
    Finder finder;
    if (const auto scanned = folder.scan_events(finder, from); !scanned) {
        return pass_on(scanned);
    }
    return finder.found;
}

Result<std::vector<QuarantineEntry>> list_quarantine(const DataFolder& folder, bool with_resolved) {
    Collector collector;
    if (const auto scanned = folder.scan_events(collector); !scanned) {
        return pass_on(scanned);
    }
    std::vector<QuarantineEntry> entries = collector.take();
    if (!with_resolved) {
        std::erase_if(entries, [](const QuarantineEntry& entry) { return entry.resolved; });
    }
    return entries;
}

}  // namespace parcours::engine
