#pragma once

#include <cstddef>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "population/live_index.h"

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

}  // namespace parcours::http::api
