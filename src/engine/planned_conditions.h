#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "population/cohort_plan.h"
#include "population/column.h"
#include "population/source.h"
#include "population/time_shape.h"
#include "population/truth.h"

namespace parcours::engine {

/// Conditions made ready to be asked of one patient after another, at one moment after another, by
/// columns first: the exits of campaigns, and whom a content is not for. One thread.
class PlannedConditions {
  public:
    /// `read_body`: for what no column says.
    explicit PlannedConditions(population::BodyReader read_body)
        : read_body_(std::move(read_body)) {}

    /// What a condition gives for a patient who counts and is born, by the number in the index of
    /// `retrieves`, which are those of the expression and stay where they are. Nothing where it
    /// asks for more than the patient's record. Errors: those of evaluation; as with cohorts, an
    /// error that stands beside what settles the answer is not met.
    std::optional<Result<population::Truth>> judge(const cql::Expression& expression,
                                                   const population::PreparedRetrieves& retrieves,
                                                   population::PatientNumber number, Instant as_of,
                                                   Instant recorded_until);

  private:
    struct Planned {
        std::unique_ptr<const population::TimeShape> times;  ///< null: columns do not serve
        std::unique_ptr<population::CohortPlan> plan;
    };

    population::BodyReader read_body_;
    std::unordered_map<const cql::Expression*, Planned> planned_;
};

}  // namespace parcours::engine
