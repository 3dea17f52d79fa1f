#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/enrol.h"
#include "engine/clinic.h"
#include "engine/cohort_watch.h"
#include "engine/conditions.h"
#include "engine/entrance.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/part_members.h"
#include "engine/part_rows.h"
#include "engine/patient_view.h"
#include "engine/rehearsal_part.h"
#include "engine/stepper.h"
#include "population/table.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::engine {

/// Takes patients into campaigns: by cohort, by what happens to them, by hand. What it does follows
/// from the record and the ledger alone, so that asking twice enrols nobody twice. One thread.
class Enroller {
  public:
    Enroller(PatientReader& patients, Conditions& conditions, Ledger& ledger, Journal& journal,
             Stepper& stepper, const CohortWatch& cohorts)
        : patients_(patients),
          conditions_(conditions),
          ledger_(ledger),
          journal_(journal),
          stepper_(stepper),
          cohorts_(cohorts),
          entrance_(patients, conditions, ledger) {}

    /// Publishes the clinic's campaigns that are new or changed; people in flight finish theirs.
    void launch(const Clinic& clinic, Instant now);
    /// One of them: before anybody stands in its release, which must be in the log then.
    void launch_one(const Clinic& clinic, const LoadedCampaign& campaign, Instant now);

    /// How far a sweep over all campaigns has come.
    struct Sweep {
        std::size_t campaign = 0;
        std::optional<std::vector<Key>> members;  ///< of the campaign's cohort, once evaluated
        std::size_t next = 0;                     ///< member, or row of the appointments
    };

    /// Takes in a part of those who may enter a launched campaign at this moment. Whether more is
    /// to do; what happens in between does no harm. In a rehearsal the next look of its calendar.
    Result<bool> sweep_some(const Clinic& clinic, Sweep& sweep, Instant now);

    /// From now on the part's patients alone come in, and into its campaigns alone. Forgets what
    /// was known of another part. Borrowed.
    void limit_to(const RehearsalPart& part, const Clinic& clinic);

    /// Takes a patient into a campaign that people are put into. The same holds as for everybody:
    /// re-entry, exits, the holdout. `about` names the resource where the campaign is keyed
    /// ("Appointment/a1"). Errors: NotFound (no such campaign), Usage (it takes people in by
    /// itself; nothing says about what), Conflict (why this patient may not come in now).
    Result<Enrolment> enter_by_hand(const Clinic& clinic, std::string_view campaign, Key patient,
                                    std::string_view by, std::string_view about, Instant now);
    /// The same for a step of `by` that starts a campaign. Whom it put in already, before something
    /// kept the step from going on, it has put in.
    Result<Enrolment> enter_started(const Clinic& clinic, const PendingStart& start,
                                    const Enrolment& by, Instant now);

    /// The same for whoever wrote words of an emergency. What keeps them from it is no error: the
    /// reply lies before a person anyway.
    void enter_in_crisis(const Clinic& clinic, Key patient, const std::string& because,
                         Instant now);

    /// Takes in a part of a cohort. Whether more is to do.
    Result<bool> sweep_cohort(const LoadedCampaign& campaign, Sweep& sweep, Instant now);

    /// Takes a patient into a campaign whose cohort they have come into, unless it is paused.
    Result<> enter_cohort(const LoadedCampaign& campaign, Key patient, Instant now);

    /// Takes a patient into what a new fact about them starts.
    Result<> patient_changed(const Clinic& clinic, Key patient, Instant now);

  private:
    Result<Enrolment> put_in(const Clinic& clinic, std::string_view campaign, Key patient,
                             std::string_view about, std::string because, Instant now);
    Result<> check_about(const LoadedCampaign& campaign, Key patient, std::string_view about,
                         Instant now);
    Result<bool> sweep_resources(const LoadedCampaign& campaign, Sweep& sweep, Instant now);
    Result<> take_resources(const LoadedCampaign& campaign, const population::IndexLayer& layer,
                            std::uint32_t from, std::uint32_t to, Instant now);
    Result<> take_resource(const LoadedCampaign& campaign, const population::IndexLayer& layer,
                           std::uint32_t row, Instant now);
    Result<> sweep_part_rows(const LoadedCampaign& campaign, PartRows& rows, Instant now);
    Result<> sweep_part(const LoadedCampaign& campaign, PartMembers& members, Instant now);
    [[nodiscard]] EnrolmentView find_last(const LoadedCampaign& campaign, Key patient,
                                          std::string_view key) const;
    [[nodiscard]] bool takes_part(const LoadedCampaign& campaign) const;
    Result<> enter(const LoadedCampaign& campaign, Key key_of_patient, std::string_view key,
                   Instant now);
    /// "Appointment/a1"; the index knows resources by number alone, so their names are kept.
    Result<const std::string*> key_of(const Fact& resource);

    PatientReader& patients_;
    Conditions& conditions_;
    Ledger& ledger_;
    Journal& journal_;
    Stepper& stepper_;
    const CohortWatch& cohorts_;
    Entrance entrance_;
    std::unordered_map<Key, std::string> keys_;
    const RehearsalPart* part_ = nullptr;  ///< null: everybody, and all campaigns
    std::map<std::string, PartMembers, std::less<>> part_members_;  ///< by campaign
    std::map<std::string, PartRows, std::less<>> part_rows_;        ///< by campaign
};

}  // namespace parcours::engine
