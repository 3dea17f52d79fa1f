#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "population/cohort.h"
#include "population/cohort_trace.h"
#include "population/index.h"

namespace parcours::http::api {

/// The patients that a list asks for, the first of them in its order.
struct FilteredPatients {
    std::vector<population::PatientNumber> patients;
    Instant as_of;
};

/// Those whom all of `q`, `stage`, `concern`, `state`, `moved`, `cohort`, `campaign` and `step`
/// let through, by `sort`. `stage` is that of the headline, or of `concern` where one is given.
/// The first `rows` are in order, the rest are not. Errors: Usage, and those of a cohort's CQL.
Result<FilteredPatients> filter_patients(const Backend& backend, const engine::Published& record,
                                         const Request& request, std::size_t rows);

/// The patients of a cohort's name or of CQL at a moment, watched by `trace` where it is not null.
/// Errors: those of CQL, Limit (it takes too long), Unavailable (others are under way).
Result<population::CohortAnswer> evaluate_cohort(const Backend& backend,
                                                 const engine::Published& record,
                                                 const std::string& text, Instant as_of,
                                                 population::CohortTrace* trace = nullptr);

}  // namespace parcours::http::api
