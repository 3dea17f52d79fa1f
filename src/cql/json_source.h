#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/data_source.h"

namespace parcours::cql {

/// Reads one patient's record straight from parsed FHIR resources: slow, plain, the reference the
/// population index is compared with. The views must live as long as the source.
/// Communications are `Contact` too; the other types of engagement have no rows here.
class JsonSource final : public DataSource {
  public:
    /// `resources` hold the Patient and what belongs to it, each once; `as_of` hides what came
    /// later; what was entered in error is never seen. `terminology` may be null where nothing is
    /// filtered by value sets.
    /// `others` hold everybody else's, for related contexts and context Unfiltered.
    JsonSource(std::span<const JsonView> resources, Instant as_of, const Terminology* terminology,
               std::span<const JsonView> others = {});

    void retrieve(const Retrieve& what, std::vector<Row>& out) const override;
    Result<> retrieve_everybody(const Retrieve& what, std::vector<Row>& out) const override;
    Result<> retrieve_related(const Retrieve& what, const RelatedContext& who,
                              std::vector<Row>& out) const override;
    [[nodiscard]] Value property(Row row, const model::PropertyPath& path) const override;
    [[nodiscard]] Value patient_property(const model::PropertyPath& path) const override;
    [[nodiscard]] Row patient() const override;
    /// The resource that a row of this source is; nothing for a row of none.
    [[nodiscard]] JsonView resource(Row row) const {
        return row.index < entries_.size() ? entries_[row.index].resource : JsonView();
    }

  private:
    void add(std::span<const JsonView> resources, bool own);
    [[nodiscard]] std::vector<std::string> patients_of(const RelatedContext& who) const;
    [[nodiscard]] bool matches(const JsonView& resource, const Retrieve& what) const;
    void retrieve_where(const Retrieve& what, std::vector<Row>& out, const auto& wanted) const;

    struct Entry {
        model::TypeId type{};
        JsonView resource;
        std::string patient;  ///< the id of whose record it is
        bool own = true;
    };
    std::vector<Entry> entries_;  ///< only what is seen at `as_of_`
    Instant as_of_;
    const Terminology* terminology_;
    std::uint32_t patient_ = UINT32_MAX;
};

}  // namespace parcours::cql
