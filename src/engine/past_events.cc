#include "engine/past_events.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class Find final : public store::ScanVisitor {
  public:
    explicit Find(Instant until) : until_(until) {}

    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Event && head.topic != CohortFlipped::topic &&
               (head.patient != 0 || head.topic == VirtualRun::topic);
    }

    bool visit(const LogRecord& record) override {
        if (record.topic == VirtualRun::topic) {
            found.clear();
        } else if (record.occurred_at <= until_) {
            found[record.patient].push_back(record.position);
        }
        return true;
    }

    bool damaged(LogPosition, const Error& error) override {
        failure = error;
        return false;
    }

    std::unordered_map<Key, std::vector<LogPosition>> found;
    std::optional<Error> failure;

  private:
    Instant until_;
};

}  // namespace

Result<PastEvents> PastEvents::find(const DataFolder& folder, Instant until) {
    Find find(until);
    if (const auto scanned = folder.scan_events(find); !scanned) {
        return pass_on(scanned);
    }
    if (find.failure) {
        return std::unexpected(*find.failure);
    }
    PastEvents past;
    past.of_ = std::move(find.found);
    return past;
}

Result<Ledger> PastEvents::ledger_of(const DataFolder& folder,
                                     std::span<const Key> patients) const {
    std::vector<LogPosition> positions;
    for (const Key patient : patients) {
        if (const auto found = of_.find(patient); found != of_.end()) {
            positions.insert(positions.end(), found->second.begin(), found->second.end());
        }
    }
    std::ranges::sort(positions);
    Ledger ledger;
    std::string buffer;
    for (const LogPosition position : positions) {
        const auto record = folder.store().read(position, buffer);
        if (!record) {
            return pass_on(record);
        }
        const auto event = read_event(record->topic, record->payload);
        if (!event) {
            return pass_on(event);
        }
        ledger.apply(*event);
    }
    ledger.drop_told();
    return ledger;
}

}  // namespace parcours::engine
