#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "record/identity.h"

namespace parcours::engine {

/// Where something would lead.
struct StoryWay {
    std::string when;  ///< "then", "else", an outcome, "success", "exit left-care"
    std::string to;    ///< a step, or "the end as RESULT"
};

/// Why an enrolment stands where it stands.
struct EnrolmentStory {
    EnrolmentState state;
    std::string came_in;         ///< "was in the cohort \"diabetes-hba1c-due\""
    std::string held;            ///< who keeps its timers from firing and why, where they rest
    std::string step_says;       ///< the step it stands on, in a sentence; empty once it ended
    std::vector<StoryWay> ways;  ///< what would move it on from there
};

/// A patient and a campaign at a moment.
struct CampaignStory {
    std::string campaign;
    std::vector<EnrolmentStory> enrolments;  ///< the oldest first
    std::string outside;  ///< why they do not come in now, where no enrolment runs; empty: they may
};

/// Tells it from the record and the ledger as of `now`. Campaigns that the patient was in are told
/// by the release of each enrolment; whoever was in none, by today's practice. Errors: NotFound (no
/// such campaign, or a release that is not stored), those of reading the patient.
Result<CampaignStory> tell_campaign(const LoadedCampaign& campaign, Releases& releases,
                                    PatientReader& patients, Conditions& conditions,
                                    const Ledger& ledger, Key patient, Instant now);

}  // namespace parcours::engine
