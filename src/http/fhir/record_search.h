#pragma once

#include <vector>

#include "base/error.h"
#include "engine/service.h"
#include "http/fhir/compiled.h"
#include "http/fhir/hit.h"
#include "http/fhir/query.h"

namespace parcours::http::facade {

/// The imported resources that fulfil a search: by columns and postings; the stored JSON is read
/// only where no column tells. A merged patient's resources are the survivor's. Errors: Usage,
/// those of reading the log.
Result<std::vector<Hit>> search_record(const engine::Service& service,
                                       const engine::Published& record, const Query& query,
                                       const std::vector<Compiled>& criteria);

/// The persons that fulfil a search; by `_id` also patients that were merged into another.
/// Errors: those of reading the log.
Result<std::vector<Hit>> search_patients(const engine::Service& service,
                                         const engine::Published& record, const Query& query,
                                         const std::vector<Compiled>& criteria);

}  // namespace parcours::http::facade
