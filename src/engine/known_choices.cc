#include "engine/known_choices.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class Find final : public store::ScanVisitor {
  public:
    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Event &&
               (head.topic == Chose::topic || head.topic == Suppressed::topic ||
                head.topic == VirtualRun::topic);
    }

    bool visit(const LogRecord& record) override {
        auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure_ = event.error();
            return false;
        }
        if (std::holds_alternative<VirtualRun>(*event)) {
            found_.clear();
        } else {
            // The log is in this order already, but where a clock was set back.
            const auto place = std::ranges::upper_bound(found_, event_time(*event), {}, event_time);
            found_.insert(place, std::move(*event));
        }
        return true;
    }

    bool damaged(LogPosition, const Error& error) override {
        failure_ = error;
        return false;
    }

    Result<std::vector<Event>> take() {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        return std::move(found_);
    }

  private:
    std::vector<Event> found_;
    std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<Event>> find_known_choices(const DataFolder& folder) {
    Find find;
    if (const auto scanned = folder.scan_events(find); !scanned) {
        return pass_on(scanned);
    }
    return find.take();
}

}  // namespace parcours::engine
