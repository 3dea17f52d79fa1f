#pragma once

#include <cstdint>
#include <vector>

#include "population/live_index.h"

namespace parcours::population {

/// A row that is there in one of two indexes only, or says something else in the other.
struct RowChange {
    PatientNumber patient = 0;  ///< in the later index
    bool later = false;         ///< of which index the row is
    const Table* table = nullptr;
    std::uint32_t row = 0;
};

/// A patient whose own resource says something else.
struct PatientChange {
    PatientNumber patient = 0;  ///< in the later index
    bool counts = false;        ///< it has come, was merged, or its birth changed: everything asks
};

/// How one index became the next. Numbers of patients are those of the later one.
struct IndexChanges {
    std::vector<PatientNumber> renumbered;  ///< by earlier number; empty where none has another
    std::vector<PatientChange> patients;    ///< ascending
    std::vector<RowChange> rows;            ///< by patient
};

/// What `later`, made by adding something to `earlier` or by folding it, says otherwise. Where both
/// stand on the same first layer, looks only at those that layers on top have; else at every patient
/// and every row, but compares only those that can have changed. Both must outlive the answer.
[[nodiscard]] IndexChanges find_changes(const LiveIndex& earlier, const LiveIndex& later);

}  // namespace parcours::population
