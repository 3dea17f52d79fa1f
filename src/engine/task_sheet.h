#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/ledger_state.h"
#include "engine/patient_view.h"
#include "population/live_index.h"
#include "record/engagement.h"

namespace parcours::engine {

/// Somebody to be called: the patient, or who speaks for them.
struct Callee {
    std::string name;
    std::vector<std::string> phones;  ///< as the record has them
    std::vector<std::string> emails;
};

/// The person of a task, as the one who does it needs them. What the record does not say is empty.
struct TaskPerson {
    std::string id;
    Callee patient;
    std::optional<CivilDate> birth;
    std::string language;
    std::vector<Callee> guardians;
};

/// Reads the person from the Patient resource; only the id where that cannot be read.
[[nodiscard]] TaskPerson read_person(const DataFolder& folder, const population::LiveIndex& index,
                                     Key patient, Instant now);

/// Open, and its time has passed.
[[nodiscard]] bool is_overdue(const TaskState& state, Instant now);

/// The words of the task's script, in the patient's language or the clinic's; empty where the task
/// has none. Errors: a content or variable that is missing.
/// `enrolment` is the task's, null where it has none.
Result<std::string> read_script(PatientReader& reader, const Enrolment* enrolment, const Task& task,
                                Instant now);

}  // namespace parcours::engine
