#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "cql/data_source.h"
#include "population/cohort.h"
#include "population/layer_engagement.h"
#include "population/source.h"
#include "population/whole_index.h"

namespace parcours::population {

/// One patient's record, or nobody's, with everybody else's at hand: for contexts Unfiltered and
/// related ones. Rows and patients are numbered as `WholeIndex` does. One thread.
class EveryoneSource final : public cql::DataSource {
  public:
    /// Of the context it takes the moment, `recorded_until`, `read_body` and `engagement`; all is
    /// borrowed. `patient` by the live index.
    EveryoneSource(const WholeIndex& whole, std::optional<PatientNumber> patient,
                   const CohortContext& context);

    void retrieve(const cql::Retrieve& what, std::vector<cql::Row>& out) const override;
    Result<> retrieve_everybody(const cql::Retrieve& what,
                                std::vector<cql::Row>& out) const override;
    Result<> retrieve_related(const cql::Retrieve& what, const cql::RelatedContext& who,
                              std::vector<cql::Row>& out) const override;
    [[nodiscard]] cql::Value property(cql::Row row,
                                      const cql::model::PropertyPath& path) const override;
    [[nodiscard]] cql::Value patient_property(const cql::model::PropertyPath& path) const override;
    [[nodiscard]] cql::Row patient() const override;

    /// The first body that could not be read: then no answer of this source may be believed.
    [[nodiscard]] Result<> state() const;
    /// It is nobody's, and was asked for the record of one patient: its answer means nothing.
    [[nodiscard]] bool asked_for_one() const { return asked_for_one_; }

  private:
    [[nodiscard]] const IndexSource& part(std::size_t number) const;
    void number_from(std::size_t first, std::size_t part, std::vector<cql::Row>& out) const;

    const WholeIndex& whole_;
    std::optional<PatientNumber> patient_;
    PatientPlace place_;  ///< of the patient
    const CohortContext& context_;
    std::unique_ptr<const LayerEngagement> engagement_;
    mutable std::vector<std::unique_ptr<const IndexSource>> parts_;  ///< made when first asked for
    /// Rows by the number of their retrieve: a loop asks for the same again and again.
    mutable std::unordered_map<std::uint32_t, std::vector<cql::Row>> everybody_;
    mutable bool asked_for_one_ = false;
};

}  // namespace parcours::population
