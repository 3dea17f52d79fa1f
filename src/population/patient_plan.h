#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "cql/tree.h"
#include "population/leaf.h"

namespace parcours::population {

/// A condition on patients: truth per patient of a run of them. Built once for a query and shared
/// by its threads.
class PatientCondition {
  public:
    virtual ~PatientCondition() = default;
    /// The truths of those of the patients first … first + out.size() - 1 that are asked about;
    /// what it says of the others means nothing. Who asks until when they hold (`untils` is then of
    /// that size too, else empty) asks a query that knows its times; what is open holds no time.
    virtual void judge(PatientNumber first, Asked asked, std::span<Truth> out,
                       Untils untils) const = 0;
    /// The moment of the query is another one. Not while others judge.
    virtual void retime() {}
    /// How it judges, as `CohortStep::way` names it.
    [[nodiscard]] virtual std::string_view way() const = 0;
};
using PatientConditionPtr = std::unique_ptr<PatientCondition>;

/// What whoever asks takes a truth for that is not known; nothing: it is told apart. A cohort takes
/// it for false, and so do the parts of an `and` or `or` of a cohort; under `not` it is true. So
/// nobody is left open whose answer no longer hangs on it. A run-time error that only stands behind
/// what is not known is then not met.
using UnknownAs = std::optional<Truth>;

/// Makes a condition of any Boolean expression: what columns cannot decide comes out open.
[[nodiscard]] PatientConditionPtr plan_patient_condition(const Query& query, const cql::Node& node,
                                                         UnknownAs unknown_as = std::nullopt);

}  // namespace parcours::population
