#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
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

/// Tables are built beside each other, each in memory of its own; Medications come first, since
/// prescriptions have their codes.
class TableMerger {
  public:
    TableMerger(RowsByType rows, const Index& previous, TableMerge& merge)
        : rows_(std::move(rows)), previous_(previous), merge_(merge) {}

    Result<> run(Executor& executor, IndexContent& out) {
        const auto medication = static_cast<std::size_t>(fhir::ResourceType::Medication);
        build(medication);
        if (const auto& table = tables_[medication]; table && *table) {
            note_medications(**table, merge_.medications);
        }
        for (const auto& [key, code] : merge_.known_medications) {
            merge_.medications.add(key, code);
        }
        std::vector<std::size_t> types;
        for (std::size_t type = 0; type < rows_.size(); ++type) {
            if (type != medication) {
                types.push_back(type);
            }
        }
        // The largest first, so that none is begun last and waited for.
        std::ranges::sort(types, std::ranges::greater(),
                          [this](std::size_t type) { return std::pair(size_of(type), type); });
        executor.run(types.size(), [&](std::size_t at) { build(types[at]); });
        for (std::size_t type = 0; type < rows_.size(); ++type) {
            if (!tables_[type]) {
                continue;
            }
            if (!*tables_[type]) {
                return pass_on(*tables_[type]);
            }
            out.tables.push_back(std::move(**tables_[type]));
            out.keep_alive.push_back(arenas_[type]);
        }
        return {};
    }

  private:
    [[nodiscard]] std::size_t size_of(std::size_t type) const {
        const Table* const old = previous_.find_table(static_cast<fhir::ResourceType>(type));
        return rows_[type].size() + (old == nullptr ? 0 : old->row_count);
    }

    void build(std::size_t number) {
        const auto type = static_cast<fhir::ResourceType>(number);
        if (size_of(number) > 0 || previous_.find_table(type) != nullptr) {
            arenas_[number] = std::make_shared<Arena>();
            tables_[number] = merge_table(type, std::move(rows_[number]),
                                          previous_.find_table(type), merge_, *arenas_[number]);
        }
    }

    RowsByType rows_;
    const Index& previous_;
    TableMerge& merge_;
    std::array<std::optional<Result<Table>>, fhir::resource_type_count> tables_;
    std::array<std::shared_ptr<Arena>, fhir::resource_type_count> arenas_;
};

}  // namespace

Result<> TableMerge::go_on() const {
    return stop && stop() ? Result<>(fail(ErrorCode::Unavailable, "merging was told to stop"))
                          : Result<>{};
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

Result<std::shared_ptr<const Index>> merge_rows(
    Parts parts, std::shared_ptr<const Dictionary> dictionary,
    const std::vector<Translation>& translations, const Index& previous,
    std::span<const std::pair<Key, ConceptId>> known_medications, Executor& executor,
    const StopAsked& stop) {
    IndexContent content;
    const auto arena = std::make_shared<Arena>();
    content.keep_alive.push_back(arena);
    content.dictionary = std::move(dictionary);
    std::vector<PatientNumber> renumbered;
    auto patients = merge_patients(parts, previous.patients(), *arena, renumbered);
    if (!patients) {
        return pass_on(patients);
    }
    content.patients = std::move(*patients);
    TableMerge steps{parts,        content.patients,    renumbered,
                     translations, *content.dictionary, number_patients(parts, content.patients),
                     KeyMap(),     known_medications,   stop};
    if (const auto on = steps.go_on(); !on) {
        return pass_on(on);
    }
    TableMerger tables(sort_by_type(parts), previous, steps);
    if (auto merged = tables.run(executor, content); !merged) {
        return pass_on(merged);
    }
    content.covers = last_position(parts, previous.covers());
    return std::make_shared<const Index>(std::move(content));
}

Result<std::shared_ptr<const Index>> merge(std::span<const IndexPart* const> parts,
                                           const Index* previous, Executor* executor,
                                           const StopAsked& stop) {
    static const Index nothing;
    const Index& old = previous == nullptr ? nothing : *previous;
    std::vector<const PartRows*> rows;
    for (const IndexPart* part : parts) {
        rows.push_back(&part->rows());
    }
    std::vector<Translation> translations;
    auto dictionary = merge_dictionaries(rows, old.shared_dictionary(), translations);
    SerialExecutor serial;
    return merge_rows(rows, std::move(dictionary), translations, old, {},
                      executor == nullptr ? serial : *executor, stop);
}

}  // namespace parcours::population
