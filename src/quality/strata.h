#pragma once

#include "base/error.h"
#include "population/bitmap.h"
#include "quality/asking.h"
#include "quality/evaluate.h"
#include "quality/group_counts.h"
#include "quality/measure.h"

namespace parcours::quality {

/// Everybody of the initial populations, by what the stratifier's components say of them. Errors:
/// those of CQL; Limit, more than a thousand strata.
Result<StratifierResult> divide(const Stratifier& stratifier, const GroupCounts& counts,
                                const Asking& asking);

/// How many of `patients` have each value. Errors: those of CQL.
Result<SupplementalResult> tell_supplemental(const SupplementalData& data,
                                             const population::Bitmap& patients,
                                             const Asking& asking);

}  // namespace parcours::quality
