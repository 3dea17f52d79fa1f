#pragma once

#include "cql/tree.h"
#include "population/leaf.h"
#include "population/patient_plan.h"

namespace parcours::population {

/// A condition on the first or last of a patient's rows in the order of their clinical date:
/// `Last([Observation: "hba1c"] O sort by effective).value as Quantity >= 8 '%'`. Open for whom the
/// dates of two rows are the same or are no points in time. Null where the node is of another shape
/// (among others: it compares the row with the moment).
[[nodiscard]] PatientConditionPtr plan_latest(const Query& query, const cql::Node& node);

}  // namespace parcours::population
