#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/fhir/operation.h"
#include "population/bitmap.h"
#include "population/column.h"

namespace parcours::http::facade {

/// Whom a measure is evaluated for.
struct MeasureSubjects {
    std::string reference;  ///< as the report names them; empty: everybody
    std::optional<population::PatientNumber> patient;
    std::shared_ptr<const population::Bitmap> among;  ///< null: everybody
    /// What is asked of those in the initial populations beside; null: nothing.
    std::shared_ptr<const cql::Expression> also;
};

/// Reads `subject` (a patient, a cohort, or a Group of the record that lists its members) and
/// `practitioner` (whose patients have it among Patient.generalPractitioner). `at`: of which moment
/// a cohort is; nothing: now. Errors: Usage, NotFound, Conflict, those of evaluating a cohort and
/// of reading bodies.
Result<MeasureSubjects> read_measure_subjects(const api::Backend& backend,
                                              const engine::Published& record,
                                              const OperationInput& input,
                                              const std::optional<Instant>& at);

}  // namespace parcours::http::facade
