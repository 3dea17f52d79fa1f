#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "cql/model/type_id.h"
#include "fhir/resource_type.h"
#include "population/exact_columns.h"
#include "population/source.h"
#include "population/table.h"

namespace parcours::population {

/// A patient whom something has touched that a cohort reads.
struct Touch {
    PatientNumber patient = 0;
    std::uint32_t cohort = 0;

    auto operator<=>(const Touch&) const = default;
};

/// Which cohorts a change may touch: by the type and the codes of the row, the patient's own
/// resource, or a kind of engagement. Resolved against one index. Immutable.
class TouchIndex {
  public:
    /// The retrieves of each cohort, by its number; null: there is none.
    explicit TouchIndex(std::span<const std::shared_ptr<const PreparedRetrieves>> cohorts);

    /// Appends, doubles included.
    void add_row(const Table& table, std::uint32_t row, std::vector<std::uint32_t>& out) const;
    /// Those that read anything of the Patient resource, or where patients stand.
    [[nodiscard]] std::span<const std::uint32_t> of_patient() const { return of_patient_; }
    [[nodiscard]] std::span<const std::uint32_t> of_engagement(cql::model::TypeId type) const;
    /// All there are.
    [[nodiscard]] std::span<const std::uint32_t> all() const { return all_; }

  private:
    struct ByCode {
        ConceptColumn column = nullptr;
        std::unordered_map<ConceptId, std::vector<std::uint32_t>> cohorts;
    };
    struct ByType {
        std::vector<std::uint32_t> any;  ///< whatever the row says
        std::vector<ByCode> by_code;
    };

    void add_cohort(std::uint32_t cohort, const PreparedRetrieves& retrieves);
    void add_retrieve(std::uint32_t cohort, const PreparedRetrieves& retrieves,
                      const cql::Retrieve& what);

    std::array<ByType, fhir::resource_type_count> types_;
    std::vector<std::uint32_t> of_patient_;
    std::vector<std::uint32_t> of_positions_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> engagement_;
    std::vector<std::uint32_t> all_;
};

}  // namespace parcours::population
