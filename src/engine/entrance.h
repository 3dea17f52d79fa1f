#pragma once

#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "campaign/enrol.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

/// Says whether a patient may come into a campaign at a moment. It follows from the record and the
/// ledger alone. One thread.
class Entrance {
  public:
    /// Borrows all of them.
    Entrance(PatientReader& patients, Conditions& conditions, const Ledger& ledger)
        : patients_(patients), conditions_(conditions), ledger_(ledger) {}

    /// By what the person's earlier enrolments say. `key` names what the enrolment would be about;
    /// empty for campaigns that are not keyed.
    [[nodiscard]] campaign::Entry find_entry(const LoadedCampaign& campaign, Key patient,
                                             std::string_view key, Instant now) const;
    /// The enrolment that may begin now, before its first step. Errors: Conflict, with the reason
    /// why none may; those of reading the patient.
    Result<Enrolment> make_enrolment(const LoadedCampaign& campaign, Key patient,
                                     std::string_view key, const campaign::Entry& entry,
                                     Instant now) const;

  private:
    void draw_side(const LoadedCampaign& campaign, const PatientView& patient,
                   Enrolment& enrolment) const;

    PatientReader& patients_;
    Conditions& conditions_;
    const Ledger& ledger_;
};

}  // namespace parcours::engine
