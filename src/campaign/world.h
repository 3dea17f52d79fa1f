#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::campaign {

/// Three-valued logic of CQL: what is not known is not true, and not false either.
enum class Truth : std::uint8_t { False, True, Unknown };

/// Circumstances of a patient that end campaigns; everything else is CQL.
enum class Circumstance : std::uint8_t {
    Deceased,  ///< dead, or held because a death is suspected and confirmed
    LeftCare,  ///< moved away or left the practice
    Palliative,
    DoneElsewhere,  ///< the patient told us, after enrolment, that it was done somewhere else
    KeyCancelled,   ///< keyed enrolments: the appointment is cancelled, missed, or was an error
    KeyMissed       ///< … of these: its time came and the patient did not
};
[[nodiscard]] std::string_view circumstance_name(Circumstance circumstance);

/// What `advance` may ask about the patient of an enrolment at the present moment. The engine
/// implements it over the committed record; a test over a table. Answers must not change during
/// one call of `advance`. Not for several threads.
class World {
  public:
    virtual ~World() = default;

    /// The CQL of `condition` (kind Cql) for the enrolment's patient, with `enrolled` bound to
    /// `enrolled_at` and, where keyed, the key's name ("appointment") to its resource. Errors: it
    /// cannot be evaluated; the step then treats it as not true, and says so.
    [[nodiscard]] virtual Result<Truth> holds(const Condition& condition,
                                              const Enrolment& enrolment) const = 0;
    [[nodiscard]] virtual Result<Truth> is(Circumstance circumstance,
                                           const Enrolment& enrolment) const = 0;
    /// A date that waits lean on: "appointment" (the start of the key's appointment), or one of
    /// the campaign's `dates`, whose CQL is `definition`. Nothing where the record has none.
    [[nodiscard]] virtual Result<std::optional<Instant>> date(std::string_view anchor,
                                                              const Condition* definition,
                                                              const Enrolment& enrolment) const = 0;
    /// The wall clock where the patient lives.
    [[nodiscard]] virtual LocalTime to_local(Instant instant, const Enrolment& enrolment) const = 0;
    /// The moment of a wall clock's reading there. In a gap of daylight saving time the first
    /// valid moment after it; in a fold the first of the two.
    [[nodiscard]] virtual Instant from_local(LocalTime local, const Enrolment& enrolment) const = 0;
    /// By whose lot the enrolment's ways are drawn: the patient's own, or that of a record merged
    /// into it which was in the campaign first, so that a merge changes nobody's way.
    [[nodiscard]] virtual Key drawn_as(const Enrolment& enrolment) const {
        return enrolment.patient;
    }
};

}  // namespace parcours::campaign
