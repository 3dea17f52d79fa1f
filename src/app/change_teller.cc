#include "app/change_teller.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "base/time.h"
#include "engine/changes.h"
#include "http/event_stream.h"

namespace parcours::app {

void ChangeTeller::tell(const engine::Changes& changes, Instant now) {
    gathered_.add(changes);
    // A clock that was set back must not silence it.
    if (!gathered_.any() || (now >= told_at_ && now - told_at_ < apart)) {
        return;
    }
    told_at_ = now;
    const engine::Changes told = std::exchange(gathered_, {});
    const std::array<std::pair<bool, std::string_view>, 6> kinds{{{told.record, "map"},
                                                                  {told.record, "quarantine"},
                                                                  {told.patients, "patient"},
                                                                  {told.tasks, "task"},
                                                                  {told.messages, "message"},
                                                                  {told.campaigns, "campaign"}}};
    for (const auto& [changed, kind] : kinds) {
        if (changed) {
            events_.publish({std::string(kind), R"({"id":""})"});
        }
    }
    for (const auto& [cohort, entered] : told.cohorts) {
        std::string data;
        JsonWriter(data).begin_object().member("id", cohort).end_object();
        events_.publish({entered ? "cohort.entered" : "cohort.left", std::move(data)});
    }
}

}  // namespace parcours::app
