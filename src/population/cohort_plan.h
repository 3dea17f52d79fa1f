#pragma once

#include "base/error.h"
#include "base/time.h"
#include "population/cohort.h"
#include "population/leaf.h"
#include "population/patient_plan.h"

namespace parcours::population {

/// A cohort made ready to be asked about one patient after another, at one moment after another:
/// columns first, as for everybody, and what was found once is remembered. It says the same as
/// `judge_patient`, sooner. To be made anew within `horizon_max`. One thread; what it is made of
/// must outlive it.
class CohortPlan {
  public:
    CohortPlan(const PreparedRetrieves& retrieves, const CohortContext& context);
    CohortPlan(const CohortPlan&) = delete;
    CohortPlan& operator=(const CohortPlan&) = delete;

    /// Of a patient who counts; errors: as `judge_patient`.
    Result<Held> judge(PatientNumber number, Instant as_of, Instant recorded_until);

  private:
    CohortContext context_;
    Query query_;
    PatientConditionPtr condition_;
};

}  // namespace parcours::population
