#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "cql/model/type_id.h"
#include "cql/value.h"
#include "population/column.h"

namespace parcours::population {

/// One patient's rows of the types of engagement that no resource holds: `Position`, `Enrolment`,
/// `Answer`, `Message`, as they stand at one moment. One thread.
class PatientEngagement {
  public:
    virtual ~PatientEngagement() = default;

    /// Appends the rows of a type, oldest first (positions: the headline first). A row is a number
    /// that only `property` understands.
    virtual void rows(cql::model::TypeId type, std::vector<std::uint32_t>& out) = 0;
    /// The property of that name (cql/model) of a row that `rows` gave; null where absent.
    [[nodiscard]] virtual cql::Value property(cql::model::TypeId type, std::uint32_t row,
                                              std::string_view name) = 0;
    /// The next moment at which what was asked for changes by passing time alone; Instant::max()
    /// for never.
    [[nodiscard]] virtual Instant next_change() const { return Instant::max(); }
};

/// Where positions, enrolments and messages come from: they are folded above this module, so they
/// are handed in. Several threads may ask at once.
class Engagement {
  public:
    virtual ~Engagement() = default;

    /// The engagement of a patient and of those merged into it. Must not outlive this.
    [[nodiscard]] virtual std::unique_ptr<PatientEngagement> of(PatientNumber patient,
                                                                Instant as_of) const = 0;
};

/// Whether rows of the type come from an `Engagement`: `Contact` is read from Communications.
[[nodiscard]] constexpr bool is_engagement(cql::model::TypeId type) {
    return !cql::model::is_fhir(type) && type != cql::model::contact;
}

}  // namespace parcours::population
