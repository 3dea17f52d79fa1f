#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "campaign/world.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/patient_view.h"
#include "fhir/resource_type.h"
#include "record/engagement.h"
#include "record/fact.h"

namespace parcours::engine {

/// The committed record of one patient, as the steps of a campaign ask about it.
class RecordWorld final : public campaign::World {
  public:
    RecordWorld(const LoadedCampaign& campaign, const PatientView& patient, Conditions& conditions)
        : campaign_(campaign), patient_(patient), conditions_(conditions) {}

    [[nodiscard]] Result<campaign::Truth> holds(const campaign::Condition& condition,
                                                const Enrolment& enrolment) const override;
    [[nodiscard]] Result<campaign::Truth> is(campaign::Circumstance circumstance,
                                             const Enrolment& enrolment) const override;
    [[nodiscard]] Result<std::optional<Instant>> date(std::string_view anchor,
                                                      const campaign::Condition* definition,
                                                      const Enrolment& enrolment) const override;
    [[nodiscard]] campaign::LocalTime to_local(Instant instant,
                                               const Enrolment& enrolment) const override;
    [[nodiscard]] Instant from_local(campaign::LocalTime local,
                                     const Enrolment& enrolment) const override;
    [[nodiscard]] Key drawn_as(const Enrolment& enrolment) const override;

  private:
    [[nodiscard]] OfEnrolment describe(const Enrolment& enrolment) const;

    const LoadedCampaign& campaign_;
    const PatientView& patient_;
    Conditions& conditions_;
};

/// The first time that its person was in its campaign before it began, by their own record or by
/// one that was merged into it; null where there is none.
[[nodiscard]] EnrolmentView first_enrolment(const Conditions& conditions,
                                            const Enrolment& enrolment);

/// The resource an enrolment is about; 0 where it is not keyed.
[[nodiscard]] Key enrolment_resource(const Enrolment& enrolment, const PatientView& patient);

/// Its fact, if it is the patient's and seen.
[[nodiscard]] std::optional<Fact> enrolment_fact(const PatientReader& patients,
                                                 const Enrolment& enrolment,
                                                 const PatientView& patient);

/// When the appointment is that the enrolment is about; nothing where it is about something else.
[[nodiscard]] std::optional<Instant> find_appointment(const PatientReader& patients,
                                                      const Enrolment& enrolment,
                                                      const PatientView& patient);

/// The type of that resource: what stands before the slash of the key.
[[nodiscard]] fhir::ResourceType resource_type_of(const Enrolment& enrolment);

/// Whether an appointment will not take place (a referral or plan is off), by what is known at the
/// moment: a status that only later events gave says nothing about the time before.
[[nodiscard]] bool is_off(const Fact& appointment, Instant now);

}  // namespace parcours::engine
