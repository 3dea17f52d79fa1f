#include "engine/heard.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

/// So many events of before are looked behind: while a clock was set back, what came later has an
/// earlier time.
constexpr int earlier_max = 100;

}  // namespace

Result<std::vector<campaign::Happened>> heard_since(const DataFolder& folder, Key patient,
                                                    Instant since) {
    std::vector<campaign::Happened> heard;
    std::optional<Error> failure;
    int earlier = 0;
    const auto visited = folder.visit_events_of(patient, [&](const LogRecord& record) {
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure = event.error();
            return false;
        }
        if (event_time(*event) < since) {
            return ++earlier < earlier_max;
        }
        if (const auto* const replied = std::get_if<Replied>(&*event)) {
            if (replied->meaning != "stop") {
                heard.push_back({"reply", "", replied->text});
            }
        } else if (const auto* const answered = std::get_if<Answered>(&*event)) {
            if (!answered->answer.form.empty()) {
                heard.push_back({"form", answered->answer.form, ""});
            }
            heard.push_back({"answer", answered->answer.name, ""});
        }
        return true;
    });
    if (!visited || failure) {
        return failure ? std::unexpected(*failure)
                       : Result<std::vector<campaign::Happened>>(pass_on(visited));
    }
    std::ranges::reverse(heard);
    return heard;
}

}  // namespace parcours::engine
