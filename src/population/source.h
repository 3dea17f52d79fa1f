#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/data_source.h"
#include "population/engagement.h"
#include "population/exact_columns.h"
#include "population/index.h"
#include "population/retrieves.h"
#include "record/log.h"

namespace parcours::population {

/// Reads the stored JSON of a body by its position in the log. May be called by several threads.
using BodyReader = std::function<Result<std::string>(LogPosition)>;

struct IndexLayer;

/// The record of one patient at one moment, from the columns of an index, and from the stored JSON
/// where no column says exactly what is asked. One thread; the index, `retrieves` and `read_body`
/// must outlive it. A row's `index` is its row in the table of its type (of a Contact: in that of
/// Communications). Types of engagement have the rows of `engagement`, none where that is null.
class IndexSource final : public cql::DataSource {
  public:
    IndexSource(const PreparedRetrieves& retrieves, PatientNumber patient, Instant as_of,
                const BodyReader& read_body, const Engagement* engagement = nullptr,
                Instant recorded_until = Instant::max());
    ~IndexSource() override;

    void retrieve(const cql::Retrieve& what, std::vector<cql::Row>& out) const override;
    /// The same of any patient of this index, but for types of engagement.
    void retrieve_of(PatientNumber patient, const cql::Retrieve& what,
                     std::vector<cql::Row>& out) const;
    /// The same of all patients that the layer of this index has (population/everyone_source.h).
    /// Errors: Limit (`out` would hold more than `everybody_rows_max`), InvalidInput (no column
    /// finds them).
    Result<> find_everybody(const cql::Retrieve& what, const IndexLayer& layer,
                            std::vector<cql::Row>& out) const;
    static constexpr std::size_t everybody_rows_max = 500'000;
    [[nodiscard]] cql::Value property(cql::Row row,
                                      const cql::model::PropertyPath& path) const override;
    [[nodiscard]] cql::Value patient_property(const cql::model::PropertyPath& path) const override;
    [[nodiscard]] cql::Row patient() const override;

    /// The next moment at which an answer it gave changes though no record does: something that a
    /// body says of a later moment, or a position. Rows that lie ahead are not counted, nor what
    /// columns hide until then. Instant::max() for never.
    [[nodiscard]] Instant next_change() const;

    /// The first body that could not be read: then no answer of this source may be believed.
    [[nodiscard]] const Result<>& state() const { return state_; }

  private:
    struct Body;

    [[nodiscard]] PatientEngagement& engaged() const;
    void retrieve_engagement(const cql::Retrieve& what, std::vector<cql::Row>& out) const;
    Result<> retrieve_patients(const cql::Retrieve& what, const IndexLayer& layer,
                               std::vector<cql::Row>& out) const;
    [[nodiscard]] bool is_sought(const cql::Retrieve& what, PatientNumber patient) const;
    [[nodiscard]] cql::Value property_of(PatientNumber patient,
                                         const cql::model::PropertyPath& path) const;
    [[nodiscard]] cql::Value engagement_property(cql::Row row,
                                                 const cql::model::PropertyPath& path) const;
    [[nodiscard]] JsonView read_body(LogPosition position) const;
    void note_hidden(const JsonView& resource, const cql::model::PropertyPath& path) const;
    [[nodiscard]] cql::Value read_from_body(LogPosition position,
                                            const cql::model::PropertyPath& path) const;

    const PreparedRetrieves& retrieves_;
    PatientNumber patient_;
    Instant as_of_;
    Instant recorded_until_;  ///< what its source wrote down later is not seen
    const BodyReader& read_body_;
    const Engagement* engagement_;
    mutable std::unique_ptr<PatientEngagement> engaged_;  ///< made when first asked for
    mutable std::vector<std::unique_ptr<Body>> bodies_;
    mutable Result<> state_;
    mutable Instant hidden_until_ = Instant::max();  ///< what a body says of later
};

/// What the columns say of a path of a row: nothing where they do not say it exactly.
[[nodiscard]] std::optional<cql::Value> column_value(const Index& index, const Table& table,
                                                     std::uint32_t row,
                                                     const cql::model::PropertyPath& path,
                                                     Instant as_of);
/// What clinicalStatus or verificationStatus of a Condition (`state`) is as of a moment: a later
/// abatement leaves it active. Nothing where the columns do not say it exactly.
[[nodiscard]] std::optional<fhir::Status> state_value(const Table& table, std::uint32_t row,
                                                      cql::model::Column state, Instant as_of);
/// What the columns say of a path of a patient.
[[nodiscard]] std::optional<cql::Value> patient_column_value(const Patients& patients,
                                                             PatientNumber number,
                                                             const cql::model::PropertyPath& path,
                                                             Instant as_of);

}  // namespace parcours::population
