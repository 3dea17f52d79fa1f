#include "engine/crisis.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "channel/crisis_words.h"
#include "engine/clinic.h"
#include "engine/enroller.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/queues.h"
#include "record/answer.h"
#include "record/engagement.h"

namespace parcours::engine {

std::optional<channel::Crisis> find_crisis(const Clinic& clinic, std::string_view text) {
    return channel::find_crisis(text, clinic.folder.config.crisis_words);
}

std::string crisis_words(channel::Crisis crisis) {
    return "words of an emergency (" + std::string(channel::crisis_name(crisis)) + ")";
}

void look_for_crisis(const Clinic& clinic, Enroller& enroller, Journal& journal,
                     const Answer& answer, Instant now) {
    const auto crisis = answer.value.type == AnswerValue::Type::Text
                            ? find_crisis(clinic, answer.value.text)
                            : std::nullopt;
    if (!crisis) {
        return;
    }
    Task task;
    task.id = named_hash("task", {"crisis", answer.id.to_hex()});
    task.patient = answer.patient;
    task.kind = "review";
    task.queue = urgent_queue;
    task.outcomes = {"reached", "handed-over", "no-emergency"};
    task.opened_at = now;
    task.due = now + urgent_within;
    task.reason = crisis_words(*crisis) + " in the answer to \"" + answer.name + "\"; call at once";
    journal.add(TaskOpened{std::move(task)}, now);
    enroller.enter_in_crisis(clinic, answer.patient, crisis_words(*crisis) + " in an answer", now);
}

}  // namespace parcours::engine
