#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "fhir/resource_type.h"
#include "population/arena.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/part_rows.h"
#include "record/dictionary.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// The steps of `merge`: dictionary, patients, then each table.
using Parts = std::span<const PartRows* const>;

/// What a part's numbers mean in the merged index.
struct Translation {
    std::vector<ConceptId> concepts;  ///< by WordingId
    std::vector<UnitId> units;        ///< by WordingId
};

/// Adds what the parts' stored entries say to the previous dictionary, in the order of the log.
std::shared_ptr<const Dictionary> merge_dictionaries(
    Parts parts, const std::shared_ptr<const Dictionary>& previous,
    std::vector<Translation>& translations);

/// All patients; `renumbered` gets the new number of each previous one.
Result<Patients> merge_patients(Parts parts, const Patients& previous, Arena& arena,
                                std::vector<PatientNumber>& renumbered);

/// What the tables of one merge share.
struct TableMerge {
    Parts parts;
    const Patients& patients;
    const std::vector<PatientNumber>& renumbered;
    const std::vector<Translation>& translations;
    const Dictionary& dictionary;
    KeyMap numbers;      ///< of the patients that the parts name
    KeyMap medications;  ///< resource key → code, once the Medications are merged
    /// Of Medications that are not among the rows: key and code.
    std::span<const std::pair<Key, ConceptId>> known_medications;
    const StopAsked& stop;

    /// Errors: Unavailable, it is to stop.
    [[nodiscard]] Result<> go_on() const;
};

/// A stored row of the parts.
struct NewRow {
    const PartRow* row = nullptr;
    std::uint32_t part = 0;
};

/// The table of one type, in memory of `arena`; `rows` are those of the parts, `previous` may be
/// null.
Result<Table> merge_table(fhir::ResourceType type, std::vector<NewRow> rows, const Table* previous,
                          const TableMerge& merge, Arena& arena);

/// The last position that parts know, where it is beyond `last`.
[[nodiscard]] LogPosition last_position(Parts parts, LogPosition last);

/// All steps but the dictionary's.
Result<std::shared_ptr<const Index>> merge_rows(
    Parts parts, std::shared_ptr<const Dictionary> dictionary,
    const std::vector<Translation>& translations, const Index& previous,
    std::span<const std::pair<Key, ConceptId>> known_medications, Executor& executor,
    const StopAsked& stop);

/// The last step of it: rows by code, by counting.
void fill_postings(Table& table, const TableMerge& merge, Arena& arena);

}  // namespace parcours::population
