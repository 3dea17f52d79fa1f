#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "cql/cql.h"
#include "population/bitmap.h"
#include "population/combination.h"
#include "population/engagement.h"
#include "population/index.h"
#include "population/live_patients.h"
#include "population/source.h"

namespace parcours::population {

class CohortTrace;
class LiveIndex;
class TimeShape;

/// What the evaluation of a cohort is handed.
struct CohortContext {
    /// The moment it is judged at: `Now()`; later facts, deaths and abatements are not seen.
    Instant as_of;
    /// What the source wrote down later is not seen either: rehearsals (design: three times).
    Instant recorded_until = Instant::max();
    std::span<const cql::Value> parameters;  ///< in the order of the expression's
    BodyReader read_body;          ///< for what no column says; without it that is an error
    Executor* executor = nullptr;  ///< null: the calling thread
    const Clock* clock = nullptr;  ///< for `CohortAnswer::seconds`; null: 0
    /// Rows of `Position`, `Enrolment`, `Answer`, `Message`; null: these have none.
    const Engagement* engagement = nullptr;
    /// Watches the evaluation; null: nobody does.
    CohortTrace* trace = nullptr;
    /// When it gives up, by `clock`.
    Instant deadline = Instant::max();
    /// Of the expression, where `CohortAnswer::untils` is asked for: it must be tracked.
    const TimeShape* times = nullptr;
    /// What the definitions in context Unfiltered give (population/everybody.h), where `evaluate`
    /// has found it; without it they are an error.
    std::span<const std::optional<cql::Value>> known = {};
    /// Where set, patients for whom it cannot be told are named here and do not count; else the
    /// first of them ends the evaluation.
    std::map<PatientNumber, Error>* failing = nullptr;
};

/// Whether its time is over.
[[nodiscard]] inline bool is_late(const CohortContext& context) {
    return context.clock != nullptr && context.clock->now() > context.deadline;
}

struct CohortAnswer {
    Bitmap patients;        ///< by PatientNumber
    std::size_t count = 0;  ///< of patients
    /// Patients whom bitmaps and columns left open, so that the expression was evaluated for each.
    std::size_t evaluated_singly = 0;
    double seconds = 0;
    /// For each patient who counts: until then the answer holds though neither a record changes nor
    /// one that lies ahead comes to be seen; Instant::max(): longer than `horizon_max`.
    std::vector<Instant> untils;
};

/// The patients for whom a Boolean expression is true: of all persons born by `as_of` (a birth date
/// that is not known counts as born), dead or alive unless the expression says otherwise. Works on
/// bitmaps and columns of all patients first, and evaluates singly whom these leave open; the
/// answer is always that of evaluating the expression for each patient. Errors: InvalidInput (the
/// expression gives no Boolean; a run-time error of CQL, with the patient), Limit (more steps for
/// one patient than `cql` allows, or time beyond the deadline), those of `read_body`.
Result<CohortAnswer> evaluate(const cql::Expression& expression, const Index& index,
                              const CohortContext& context);

/// The same over all layers, by numbers of the live index.
Result<CohortAnswer> evaluate(const cql::Expression& expression, const LiveIndex& index,
                              const CohortContext& context);

/// Whether the expression is true, false or null for one patient who counts, and until when as
/// `untils` says. The errors are those of `evaluate`, and InvalidInput where it looks at other
/// patients' records: those are judged by `EachPatient`.
Result<Held> judge_patient(const PreparedRetrieves& retrieves, PatientNumber number,
                           const CohortContext& context);

/// Whether a patient is asked about at a moment: counts, and is born.
[[nodiscard]] inline bool is_person(const Patients& patients, PatientNumber number, Instant as_of) {
    return patients.counts(number) && patients.birth[number] <= as_of;  // no_time is before all
}

[[nodiscard]] inline bool is_person(const LivePatients& patients, PatientNumber number,
                                    Instant as_of) {
    return patients.counts(number) && patients.birth[number] <= as_of;
}

}  // namespace parcours::population
