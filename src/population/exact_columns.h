#pragma once

#include <string_view>

#include "cql/model/type_id.h"
#include "population/table.h"
#include "record/dictionary.h"

namespace parcours::population {

/// Which columns say exactly what an element of a FHIR type says, so that an expression over the
/// element may be answered from the column. Columns that join several elements are not listed:
/// the resource itself is read for those.
using ConceptColumn = Column<ConceptId> Table::*;

/// The column of the codes of an element (`Condition.code`, `Encounter.class`); null for none.
/// Displays, versions and the order of codings are not in columns. `Observation.value` holds only
/// where the row's shape is `ValueShape::Coded`.
[[nodiscard]] ConceptColumn find_concept_column(cql::model::TypeId type, std::string_view element);

/// Whether `status` is this element, as a code.
[[nodiscard]] bool is_status_element(cql::model::TypeId type, std::string_view element);

/// Whether `start` and `end` are this element, in the way the row's `DateShape` says.
[[nodiscard]] bool is_date_element(cql::model::TypeId type, std::string_view element);

}  // namespace parcours::population
