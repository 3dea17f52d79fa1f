#include "engine/entrance.h"

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/enrol.h"
#include "campaign/world.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/stepper.h"
#include "engine/world.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

/// Nobody who is dead or has left is taken in.
bool may_be_reached(const PatientView& patient) {
    return patient.care.counted() && !patient.care.left;
}

/// "60-69"; the decade of a life.
std::string age_group(const std::optional<CivilDate>& birth, CivilDate today) {
    constexpr int decade = 10;
    if (!birth) {
        return "age unknown";
    }
    const int from = whole_years(*birth, today) / decade * decade;
    return std::to_string(from) + "-" + std::to_string(from + decade - 1);
}

/// The group of the holdout that a patient belongs to: "female 60-69".
std::string stratum_of(const std::vector<std::string>& strata, const PatientView& patient) {
    const PatientProfile& profile = patient.profile;
    std::string text;
    for (const std::string& name : strata) {
        const std::string part =
            name == "gender"     ? profile.gender
            : name == "language" ? profile.language
                                 : age_group(profile.birth, patient.zone.zone.to_date(patient.now));
        text += (text.empty() ? "" : " ") + (part.empty() ? name + " unknown" : part);
    }
    return text;
}

}  // namespace

campaign::Entry Entrance::find_entry(const LoadedCampaign& campaign, Key patient,
                                     std::string_view key, Instant now) const {
    std::deque<Enrolment> enrolments;
    std::vector<campaign::EarlierEnrolment> earlier;
    for (const Key one : conditions_.same_person(patient)) {
        for (const EnrolmentView of : ledger_.enrolments_of(one)) {
            // What a merge cut short begins again with the surviving record.
            if (of.campaign() == campaign.definition.name && of.result() != merged_result) {
                earlier.push_back({&enrolments.emplace_back(of.enrolment()), of.ended_at()});
            }
        }
    }
    campaign::Entry entry = campaign::may_enter(campaign.definition, key, earlier, now);
    // A round is named once, though a merge that cut it short was undone since.
    for (const EnrolmentView of : ledger_.enrolments_of(patient)) {
        if (of.campaign() == campaign.definition.name && of.key() == key) {
            entry.round = std::max(entry.round, of.round() + 1);
        }
    }
    return entry;
}

/// Who was in the campaign before stays on their side, by whatever record they were in it.
void Entrance::draw_side(const LoadedCampaign& campaign, const PatientView& patient,
                         Enrolment& enrolment) const {
    const campaign::Campaign& definition = campaign.definition;
    if (definition.holdout <= 0) {
        return;
    }
    const EnrolmentView first = first_enrolment(conditions_, enrolment);
    if (first != nullptr && (!definition.strata.empty() || first.patient() != enrolment.patient)) {
        enrolment.holdout = first.holdout();
    } else if (!definition.strata.empty()) {
        enrolment.stratum = stratum_of(definition.strata, patient);
        enrolment.holdout = campaign::is_held_out_in_stratum(
            definition, enrolment.stratum,
            ledger_.steps().stratum_count(definition.name, enrolment.stratum));
    }
}

Result<Enrolment> Entrance::make_enrolment(const LoadedCampaign& campaign, Key patient_key,
                                           std::string_view key, const campaign::Entry& entry,
                                           Instant now) const {
    if (!entry.allowed) {
        return fail(ErrorCode::Conflict, "the patient " + std::string(entry.reason));
    }
    const auto& rules = campaign.definition.clinical_rules;
    if (rules && rules->signed_by.empty()) {
        return fail(ErrorCode::Conflict,
                    "no clinician has signed the campaign's clinical-rules, so it takes nobody in");
    }
    const auto patient = patients_.view(patient_key, now);
    if (!patient) {
        return pass_on(patient);
    }
    if (!may_be_reached(**patient)) {
        return fail(ErrorCode::Conflict,
                    "the patient has died, has left the practice, or their "
                    "record was merged into another one");
    }
    Enrolment enrolment =
        campaign::enrol(campaign.definition, campaign.release, patient_key, key, entry.round, now);
    draw_side(campaign, **patient, enrolment);
    const RecordWorld world(campaign, **patient, conditions_);
    if (campaign.definition.enter.when) {
        const auto holds = world.holds(*campaign.definition.enter.when, enrolment);
        if (!holds || *holds != campaign::Truth::True) {
            return fail(ErrorCode::Conflict, "the condition to come in (when) does not hold");
        }
    }
    if (std::string over = campaign::find_why_over(campaign.definition, enrolment, now, world);
        !over.empty()) {
        return fail(ErrorCode::Conflict, "it would be over at once: " + over);
    }
    return enrolment;
}

}  // namespace parcours::engine
