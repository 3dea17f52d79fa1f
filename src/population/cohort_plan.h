#pragma once

#include "base/error.h"
#include "base/time.h"
#include "population/cohort.h"
#include "population/leaf.h"
#include "population/patient_plan.h"
#include "population/truth.h"

namespace parcours::population {

/// A cohort made ready to be asked about one patient after another, at one moment after another:
/// columns first, as for everybody, and what was found once is remembered. It says the same as
/// `judge_patient`, sooner where the moments go forward; but a run-time error that stands beside
/// what settles the answer is not met. One thread; what it is made of must outlive it.
class CohortPlan {
  public:
    /// `unknown_as`: what null is taken for; nothing: it is told apart, at the price of more
    /// patients whom columns leave open.
    CohortPlan(const PreparedRetrieves& retrieves, const CohortContext& context,
               UnknownAs unknown_as = Truth::False);
    CohortPlan(const CohortPlan&) = delete;
    CohortPlan& operator=(const CohortPlan&) = delete;

    /// Of a patient who counts; errors: as `judge_patient`.
    Result<Held> judge(PatientNumber number, Instant as_of, Instant recorded_until);

  private:
    void plan();
    void retime(Instant as_of, Instant recorded_until);

    CohortContext context_;
    Query query_;
    UnknownAs unknown_as_;
    Instant planned_at_;
    PatientConditionPtr condition_;
};

}  // namespace parcours::population
