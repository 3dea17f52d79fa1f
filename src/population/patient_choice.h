#pragma once

#include "cql/tree.h"
#include "population/leaf.h"
#include "population/patient_plan.h"

namespace parcours::population {

/// `if … then … else …` and `case when … then … else … end` of truths. Null where the node is
/// neither, or compares a value with each `when`.
[[nodiscard]] PatientConditionPtr plan_choice(const Query& query, const cql::Node& node,
                                              UnknownAs unknown_as);

}  // namespace parcours::population
