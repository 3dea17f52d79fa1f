#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.h"
#include "http/fhir/compiled.h"
#include "http/fhir/query.h"
#include "population/live_index.h"
#include "population/table.h"

namespace parcours::http::facade {

/// What the columns say of a row: not this, this, or ask the resource itself.
enum class Verdict : std::uint8_t { No, Yes, Ask };

[[nodiscard]] inline Verdict verdict(bool truth) {
    return truth ? Verdict::Yes : Verdict::No;
}

/// Whether a criterion about `_lastUpdated` holds of what was updated then; `no_time`: never told.
[[nodiscard]] Verdict test_updated(const Compiled& criterion, Instant at);

/// A criterion over the rows of one table.
using RowTest = std::function<Verdict(std::uint32_t row)>;

/// Borrows all it is given. `patients`: those that a search by patient names, survivors, sorted.
[[nodiscard]] RowTest make_row_test(const Compiled& criterion, const population::LiveIndex& index,
                                    const population::IndexLayer& layer,
                                    const population::Table& table,
                                    const std::vector<population::PatientNumber>& patients);

/// By concept: whether it has a code of the criterion's.
[[nodiscard]] std::vector<bool> matching_concepts(const Compiled& criterion,
                                                  const Dictionary& dictionary);

}  // namespace parcours::http::facade
