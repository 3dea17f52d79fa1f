#pragma once

#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "cql/model/model.h"
#include "cql/value.h"

namespace parcours::cql::model {

/// The value of a path of a FHIR resource as CQL sees it (FHIRHelpers applied), cut at a moment:
/// a death or abatement after `as_of` reads as null, and a Condition whose abatement is hidden
/// reads as active. Null where absent or of another kind than FHIR prescribes. Any `DataSource`
/// that keeps the JSON may answer paths without a column with it.
[[nodiscard]] Value read_path(const JsonView& resource, const PropertyPath& path, Instant as_of);

/// One FHIR value of a type as CQL's: "dateTime", "CodeableConcept", "Period" … Unknown or
/// complex types give a tuple of their members.
[[nodiscard]] Value read_value(const JsonView& json, std::string_view fhir_type);

}  // namespace parcours::cql::model
