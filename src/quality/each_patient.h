#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/index_layer.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/source.h"

namespace parcours::quality {

/// A patient and what an expression says of them.
struct PatientValue {
    population::PatientNumber patient = 0;
    cql::Value value;
};

/// An expression made ready to be asked about one patient after another, in whichever layer of the
/// index they are. Borrows; several threads may ask.
class EachPatient {
  public:
    EachPatient(const cql::Expression& expression, const population::LiveIndex& index,
                const population::CohortContext& context);
    EachPatient(const EachPatient&) = delete;
    EachPatient& operator=(const EachPatient&) = delete;

    /// Errors: a run-time error of CQL, those of reading bodies.
    [[nodiscard]] Result<cql::Value> evaluate(population::PatientNumber patient) const;
    /// Whether it is true. Errors: the same.
    [[nodiscard]] Result<bool> holds(population::PatientNumber patient) const;

  private:
    struct Layer {
        const population::IndexLayer* layer = nullptr;
        population::PreparedRetrieves retrieves;
        std::unique_ptr<const population::LayerEngagement> engagement;  ///< null: none
    };
    [[nodiscard]] const Layer& layer_of(const population::PatientPlace& place) const;

    const population::LiveIndex& index_;
    const population::CohortContext& context_;
    std::deque<Layer> layers_;
};

/// The value of an expression for each of these patients, ascending, by all threads of the
/// context's executor. Errors: a run-time error of CQL, with the first patient it is of; Limit (the
/// context's deadline); those of reading bodies.
Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const population::LiveIndex& index,
                                                const population::CohortContext& context,
                                                const population::Bitmap& patients);

}  // namespace parcours::quality
