#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "population/arena.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/merge_steps.h"
#include "population/part_rows.h"

namespace parcours::population {
namespace {

using RowsByType = std::array<std::vector<NewRow>, fhir::resource_type_count>;

RowsByType sort_by_type(Parts parts) {
    RowsByType by_type;
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        for (const PartRow& row : parts[part]->rows) {
            if (row.fact.position != 0) {
                by_type[static_cast<std::size_t>(row.fact.type)].push_back({&row, part});
            }
        }
    }
    return by_type;
}

LogPosition last_position(Parts parts, LogPosition last) {
    for (const PartRows* part : parts) {
        for (const PartRow& row : part->rows) {
            last = std::max(last, row.fact.position);
        }
        for (const PartPatient& patient : part->patients) {
            last = std::max(last, patient.fact.position);
        }
    }
    return last;
}

KeyMap number_patients(Parts parts, const Patients& patients) {
    KeyMap numbers;
    for (const PartRows* part : parts) {
        for (const PatientName& name : part->names) {
            if (const auto number = patients.find(name.key)) {
                numbers.add(name.key, *number);
            }
        }
    }
    return numbers;
}

void note_medications(const Table& table, KeyMap& medications) {
    for (std::uint32_t row = 0; row < table.row_count; ++row) {
        medications.add(table.key[row], table.code[row]);
    }
}

bool may_name_medication(fhir::ResourceType type) {
    using enum fhir::ResourceType;
    return type == MedicationAdministration || type == MedicationDispense ||
           type == MedicationRequest || type == MedicationStatement;
}

Result<> merge_tables(RowsByType by_type, const Index& previous, TableMerge& merge,
                      std::vector<Table>& out) {
    KeyMap medications;
    for (std::size_t number = 0; number < by_type.size(); ++number) {
        const auto type = static_cast<fhir::ResourceType>(number);
        const Table* old = previous.find_table(type);
        if (old == nullptr && by_type[number].empty()) {
            continue;
        }
        merge.medications = may_name_medication(type) ? medications : KeyMap();
        auto table = merge_table(type, std::move(by_type[number]), old, merge);
        if (!table) {
            return pass_on(table);
        }
        if (type == fhir::ResourceType::Medication) {
            note_medications(*table, medications);
        }
        out.push_back(std::move(*table));
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const Index>> merge(std::span<const IndexPart* const> parts,
                                           const Index* previous) {
    static const Index nothing;
    const Index& old = previous == nullptr ? nothing : *previous;
    std::vector<const PartRows*> rows;
    for (const IndexPart* part : parts) {
        rows.push_back(&part->rows());
    }
    IndexContent content;
    const auto arena = std::make_shared<Arena>();
    content.keep_alive.push_back(arena);
    std::vector<Translation> translations;
    content.dictionary = merge_dictionaries(rows, old.shared_dictionary(), translations);
    std::vector<PatientNumber> renumbered;
    auto patients = merge_patients(rows, old.patients(), *arena, renumbered);
    if (!patients) {
        return pass_on(patients);
    }
    content.patients = std::move(*patients);
    TableMerge steps{rows,
                     content.patients,
                     renumbered,
                     translations,
                     *content.dictionary,
                     *arena,
                     number_patients(rows, content.patients),
                     KeyMap()};
    if (auto merged = merge_tables(sort_by_type(rows), old, steps, content.tables); !merged) {
        return pass_on(merged);
    }
    content.covers = last_position(rows, old.covers());
    return std::make_shared<const Index>(std::move(content));
}

}  // namespace parcours::population
