#include "engine/heard.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/advance.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "record/engagement.h"
#include "record/log.h"

namespace parcours::engine {

Result<std::vector<campaign::Happened>> heard_at_step(const DataFolder& folder,
                                                      const Enrolment& enrolment) {
    std::vector<campaign::Happened> heard;
    std::size_t since = 0;  // so many of them came after the oldest transition at this step
    std::optional<Error> failure;
    const auto visited = folder.visit_events_of(enrolment.patient, [&](const LogRecord& record) {
        const auto event = read_event(record.topic, record.payload);
        if (!event) {
            failure = event.error();
            return false;
        }
        const auto* const moved = std::get_if<Transition>(&*event);
        if (moved != nullptr && moved->enrolment.id == enrolment.id) {
            const bool is_here = moved->enrolment.occurrence == enrolment.occurrence;
            since = is_here ? heard.size() : since;
            return is_here;
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
    heard.resize(since);
    std::ranges::reverse(heard);
    return heard;
}

}  // namespace parcours::engine
