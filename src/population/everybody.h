#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/value.h"
#include "population/cohort.h"
#include "population/whole_index.h"

namespace parcours::population {

/// Values of definitions by their place; nothing for those that are of one patient.
using KnownDefines = std::vector<std::optional<cql::Value>>;

/// What the definitions that go through the records of everybody give at a moment: found once for
/// all patients. Empty where there are none. Errors: as `evaluate`, and InvalidInput where one asks
/// for a patient of its own.
Result<KnownDefines> find_known_defines(const WholeIndex& whole, const CohortContext& context);

/// Whether what patients are asked of these is the same whatever index it was found in: no row is
/// among it, which means something in its own index alone.
[[nodiscard]] bool outlasts_index(const cql::Expression& expression, const KnownDefines& known);

/// Whether an expression has such definitions.
[[nodiscard]] bool knows_everybody(const cql::Expression& expression);
/// Whether its answer for a patient may hang on other patients' records: on everybody's, or those
/// of related contexts. It is then evaluated over `WholeIndex`.
[[nodiscard]] bool knows_others(const cql::Expression& expression);

}  // namespace parcours::population
