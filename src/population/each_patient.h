#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/everybody.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/whole_index.h"

namespace parcours::population {

/// A patient and what an expression says of them.
struct PatientValue {
    PatientNumber patient = 0;
    cql::Value value;
};

/// An expression made ready to be asked about one patient after another, in whichever layer of the
/// index they are, with everybody else's records where it looks at these (contexts Unfiltered and
/// related ones): the one way to evaluate any CQL over the record. Rows of its values are numbered
/// as `whole()` does. Borrows; several threads may ask.
class EachPatient {
  public:
    /// Of the context it takes the moment, parameters, bodies, engagement and deadline, and what
    /// definitions in context Unfiltered give where `known` says so; else it finds that itself,
    /// when it is first asked.
    EachPatient(const cql::Expression& expression, const LiveIndex& index,
                const CohortContext& context);
    EachPatient(const EachPatient&) = delete;
    EachPatient& operator=(const EachPatient&) = delete;

    /// Errors: a run-time error of CQL, Limit, those of reading bodies.
    [[nodiscard]] Result<cql::Value> evaluate(PatientNumber patient) const;
    /// Whether it is true. Errors: the same.
    [[nodiscard]] Result<bool> holds(PatientNumber patient) const;
    /// A part of the expression, outside of queries, for a patient or for nobody. Errors: the same,
    /// and Usage where it asks for a patient and there is none.
    [[nodiscard]] Result<cql::Value> evaluate_part(const cql::Node& part,
                                                   std::optional<PatientNumber> patient) const;
    /// What the definitions in context Unfiltered give. Errors: those of evaluating them.
    [[nodiscard]] const Result<KnownDefines>& known() const;
    [[nodiscard]] const WholeIndex& whole() const { return whole_; }

  private:
    const CohortContext& context_;
    WholeIndex whole_;
    mutable std::once_flag asked_;
    mutable Result<KnownDefines> known_;
    mutable CohortContext ready_;  ///< with what is known; once asked
};

/// The value of a part of the expression, outside of queries, for a patient or for nobody; what
/// definitions in context Unfiltered give is in `context.known`. Rows are numbered as `whole` does.
/// Errors: a run-time error of CQL, Limit, those of reading bodies; Usage where it asks for a
/// patient and there is none.
Result<cql::Value> evaluate_part(const WholeIndex& whole, const cql::Node& part,
                                 std::optional<PatientNumber> patient,
                                 const CohortContext& context);

/// The value of an expression for each of these patients, ascending, by all threads of the
/// context's executor. Errors: a run-time error of CQL, with the first patient it is of; Limit (the
/// context's deadline); those of reading bodies.
Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const LiveIndex& index,
                                                const CohortContext& context,
                                                const Bitmap& patients);

}  // namespace parcours::population
