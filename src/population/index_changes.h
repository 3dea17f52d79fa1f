#pragma once

#include <cstdint>
#include <vector>

#include "population/index.h"

namespace parcours::population {

/// A row that is there in one of two indexes only, or says something else in the other.
struct RowChange {
    PatientNumber patient = 0;  ///< in the later index
    bool later = false;         ///< of which index the row is
    fhir::ResourceType type{};
    std::uint32_t row = 0;
};

/// A patient whose own resource says something else.
struct PatientChange {
    PatientNumber patient = 0;  ///< in the later index
    bool counts = false;        ///< it has come, was merged, or its birth changed: everything asks
};

/// How one index became the next. Numbers of patients are those of the later one.
struct IndexChanges {
    std::vector<PatientNumber> renumbered;  ///< by earlier number; empty where none changed
    std::vector<PatientChange> patients;    ///< ascending
    std::vector<RowChange> rows;            ///< by patient
};

/// What `later`, made by merging something into `earlier`, says otherwise. Takes a look at every
/// patient and every row, but compares only those that can have changed.
[[nodiscard]] IndexChanges find_changes(const Index& earlier, const Index& later);

}  // namespace parcours::population
