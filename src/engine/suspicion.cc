#include "engine/suspicion.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/queues.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

constexpr std::string_view died = "died";

/// Of the first question about a patient, the second and so on.
Digest question_id(Key patient, int number) {
    const std::string key = std::to_string(patient);
    return number == 0 ? named_hash("task", {"suspected-death", key})
                       : named_hash("task", {"suspected-death", key, std::to_string(number)});
}

/// Whether there is a sign that whoever answered then could not know. A virtual run knows all that
/// ever came from its beginning: there only what is written down tells.
bool has_come_since(const PatientReader& patients, const position::DeathSigns& signs,
                    Instant answered, Instant now) {
    if (patients.as_recorded()) {
        return signs.recorded > answered;
    }
    const auto arrival = patients.folder().find_arrival(signs.position);
    // A date that lies ahead says nothing of when it was written down.
    const Instant recorded = signs.recorded > now ? no_time : signs.recorded;
    return std::max(recorded, arrival.value_or(no_time)) > answered;
}

}  // namespace

void ask_whether_dead(const Ledger& ledger, Journal& journal, const PatientReader& patients,
                      const PatientView& patient, Instant now) {
    TaskPointer last;
    Task task;
    task.patient = patient.patient.key;
    task.id = question_id(task.patient, 0);
    for (int number = 1; const TaskPointer asked = ledger.find_task(task.id); ++number) {
        last = asked;
        task.id = question_id(task.patient, number);
    }
    if (last != nullptr &&
        (last->open() || last->task.outcome == died ||
         !has_come_since(patients, patient.care.death_signs, last->closed_at, now))) {
        return;
    }
    task.kind = "review";
    task.queue = front_desk_queue;
    task.outcomes = {std::string(died), "alive"};
    task.opened_at = now;
    task.due = now + std::chrono::hours{24};
    task.reason =
        last == nullptr
            ? "there is a sign that the patient may have died and all messages wait: find out, and "
              "set the record right"
            : "there is a new sign that the patient may have died, after somebody said that they "
              "live: find out, and set the record right";
    journal.add(TaskOpened{std::move(task)}, now);
}

}  // namespace parcours::engine
