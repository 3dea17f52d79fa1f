#pragma once

#include <cstdint>
#include <span>

#include "population/index.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"

namespace parcours::population {

/// Takes things of an index back into the rows they were made of, to be merged once more; their
/// codes and units are the index's own (`translation_of_extracts`).

/// Appends a patient with all rows that are its.
void extract_patient(const Index& index, PatientNumber number, PartRows& out);
/// Appends one row; whom it names must be extracted too.
void extract_row(const Index& index, const Table& table, std::uint32_t row, PartRows& out);
/// For what was extracted from indexes that share a dictionary.
[[nodiscard]] Translation translation_of_extracts(const Dictionary& dictionary);

}  // namespace parcours::population
