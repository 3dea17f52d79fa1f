#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "population/bitmap.h"
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

/// Who is in a cohort at a moment.
struct CohortMembers {
    std::shared_ptr<const population::Bitmap> patients;
    std::size_t count = 0;
    double seconds = 0;
    Instant as_of;
};

/// The same without watching. Of a cohort that has a name and is kept live they are known already
/// where no moment is named: nothing is evaluated then.
Result<CohortMembers> find_members(const Backend& backend, const engine::Published& record,
                                   const std::string& text, const std::optional<Instant>& at);

/// Those that are known already; nothing otherwise.
std::optional<CohortMembers> find_live_members(const Backend& backend,
                                               const engine::Published& record,
                                               const std::string& name);

}  // namespace parcours::http::api
