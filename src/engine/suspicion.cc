#include "engine/suspicion.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

void ask_whether_dead(const Ledger& ledger, Journal& journal, Key patient, Instant now) {
    Task task;
    task.patient = patient;
    task.id = named_hash("task", {"suspected-death", std::to_string(task.patient)});
    if (ledger.find_task(task.id) != nullptr) {
        return;
    }
    task.kind = "review";
    task.queue = "front-desk";
    task.outcomes = {"died", "alive"};
    task.opened_at = now;
    task.due = now + std::chrono::hours{24};
    task.reason =
        "there is a sign that the patient may have died and all messages wait: find out, and set "
        "the record right";
    journal.add(TaskOpened{std::move(task)}, now);
}

}  // namespace parcours::engine
