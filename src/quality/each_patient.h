#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/index.h"

namespace parcours::quality {

/// A patient and what an expression says of them.
struct PatientValue {
    population::PatientNumber patient = 0;
    cql::Value value;
};

/// The value of an expression for each of these patients, ascending, by all threads of the
/// context's executor. Errors: a run-time error of CQL, with the first patient it is of; Limit (the
/// context's deadline); those of reading bodies.
Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const population::Index& index,
                                                const population::CohortContext& context,
                                                const population::Bitmap& patients);

/// The same for one.
Result<cql::Value> evaluate_one(const population::PreparedRetrieves& retrieves,
                                population::PatientNumber patient,
                                const population::CohortContext& context);

}  // namespace parcours::quality
