#pragma once

#include "base/error.h"
#include "cql/cql.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "quality/evaluate.h"
#include "quality/program.h"

namespace parcours::quality {

/// Whom one evaluation of a measure asks, and how. Borrows.
struct Asking {
    Asking(const Setting& how, const Program& compiled);

    /// Those of the asked for whom an expression is true. Errors: those of CQL.
    [[nodiscard]] Result<population::Bitmap> members_of(const cql::Expression& expression) const;
    [[nodiscard]] population::Bitmap nobody() const;

    const Setting& setting;
    const Program& program;
    population::CohortContext context;
};

}  // namespace parcours::quality
