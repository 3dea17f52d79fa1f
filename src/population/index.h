#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/patients.h"
#include "population/table.h"
#include "record/dictionary.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// Everything an index is made of. `keep_alive` owns the memory the columns borrow.
struct IndexContent {
    std::shared_ptr<const Dictionary> dictionary = std::make_shared<Dictionary>();
    Patients patients;
    std::vector<Table> tables;  ///< ascending by type, none of them empty
    LogPosition covers = 0;     ///< the last log position it knows
    std::vector<std::shared_ptr<const void>> keep_alive;
};

/// The current version of every resource of a population, in memory: codes as numbers, one table
/// of sorted columns per resource type. Immutable, so any number of threads may read it; made by
/// `merge` (builder.h) or `open_snapshot` (snapshot.h).
class Index {
  public:
    Index() : Index(IndexContent{}) {}
    explicit Index(IndexContent content);
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    [[nodiscard]] const Dictionary& dictionary() const { return *content_.dictionary; }
    [[nodiscard]] const std::shared_ptr<const Dictionary>& shared_dictionary() const {
        return content_.dictionary;
    }
    [[nodiscard]] const Patients& patients() const { return content_.patients; }
    [[nodiscard]] const std::vector<Table>& tables() const { return content_.tables; }
    /// The table of a type; nothing where the index has no such resource.
    [[nodiscard]] const Table* find_table(fhir::ResourceType type) const {
        return by_type_[static_cast<std::size_t>(type)];
    }
    /// The last log position it covers: what comes later in the log is not in it.
    [[nodiscard]] LogPosition covers() const { return content_.covers; }

    /// Patients that have a number: 0 … patient_count() - 1, whether counted or not.
    [[nodiscard]] std::uint32_t patient_count() const { return content_.patients.count; }
    /// Persons: patients whose Patient resource is here, merged ones not counted.
    [[nodiscard]] std::uint32_t person_count() const { return person_count_; }
    /// Rows of all tables, Patient resources not among them.
    [[nodiscard]] std::size_t fact_count() const;

    [[nodiscard]] std::optional<PatientNumber> find_patient(Key patient) const {
        return content_.patients.find(patient);
    }
    /// The place of resources of a type in its table, by the place of their keys; nothing for those
    /// that are not here. The first question about a key looks at the whole column.
    [[nodiscard]] std::vector<std::optional<std::uint32_t>> find_rows(
        fhir::ResourceType type, std::span<const Key> keys) const;
    /// Patients whose facts are another's, ascending.
    [[nodiscard]] const std::vector<PatientNumber>& merged() const { return merged_; }
    /// Those whose resource names this one as what replaced it, arrived or not.
    [[nodiscard]] std::vector<PatientNumber> replaced_by(Key patient) const;
    /// The patients with this FHIR id, one per source that knows it; "source/id" names one.
    [[nodiscard]] std::vector<PatientNumber> find_patients(std::string_view id) const;
    /// The facts of a patient and of those merged into it, by `occurred`, `start` and key; those
    /// without a date first. Replaces what `out` holds; its links borrow from the index. A merged
    /// patient has no facts of its own: ask for its survivor.
    void facts_of(PatientNumber patient, std::vector<Fact>& out) const;

    /// Bytes of the columns (not of the dictionary).
    [[nodiscard]] std::size_t column_bytes() const;

  private:
    IndexContent content_;
    std::array<const Table*, fhir::resource_type_count> by_type_{};
    std::uint32_t person_count_ = 0;
    std::vector<PatientNumber> merged_;
    std::vector<std::pair<Key, PatientNumber>> replaced_;  ///< by what replaced whom, sorted

    /// Answers of `find_rows` so far: whoever writes a resource asks for it several times.
    mutable std::mutex found_mutex_;
    mutable std::unordered_map<Key, std::optional<std::uint32_t>> found_;
};

}  // namespace parcours::population
