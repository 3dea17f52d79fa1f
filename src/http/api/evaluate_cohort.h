#pragma once

#include <string>

#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "population/cohort.h"
#include "population/cohort_trace.h"

namespace parcours::http::api {

/// The patients of a cohort's name or of CQL at a moment, watched by `trace` where it is not null.
/// The ledger goes on meanwhile: each patient is judged by what it says when they are looked at.
/// Errors: those of CQL, Limit (it takes too long), Unavailable (others are under way).
Result<population::CohortAnswer> evaluate_cohort(const Backend& backend,
                                                 const engine::Published& record,
                                                 const std::string& text, Instant as_of,
                                                 population::CohortTrace* trace = nullptr);

}  // namespace parcours::http::api
