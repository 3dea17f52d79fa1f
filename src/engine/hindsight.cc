#include "engine/hindsight.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "campaign/still.h"
#include "campaign/world.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/world.h"
#include "outreach/reasons.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/engagement.h"

namespace parcours::engine {

Hindsight::Hindsight(std::unique_ptr<PatientReader> patients, std::shared_ptr<const Clinic> clinic,
                     const Ledger& ledger)
    : patients_(std::move(patients)),
      clinic_(std::move(clinic)),
      ledger_(ledger),
      conditions_(*patients_, ledger) {}

Result<std::unique_ptr<Hindsight>> Hindsight::make(
    const DataFolder& folder, std::shared_ptr<const Clinic> clinic, const Ledger& ledger,
    std::shared_ptr<const position::CompiledMap> map) {
    auto patients = PatientReader::make(folder, clinic, std::move(map));
    if (!patients) {
        return pass_on(patients);
    }
    return std::unique_ptr<Hindsight>(
        new Hindsight(std::move(*patients), std::move(clinic), ledger));
}

const Hindsight::Late& Hindsight::find_late(population::PatientNumber patient, Instant since) {
    if (late_.patient == patient && late_.since <= since) {
        return late_;
    }
    late_.patient = patient;
    late_.since = since;
    late_.rows.clear();
    const population::PatientPlace place = patients_->index().place_of(patient);
    for (const population::Table& table : place.index().tables()) {
        const auto [begin, end] = table.rows_of(place.own);
        for (std::uint32_t row = begin; row < end; ++row) {
            if (const Instant recorded = table.recorded[row]; recorded > since) {
                late_.rows.emplace_back(table.occurred[row], recorded);
            }
        }
    }
    return late_;
}

/// Only then is more known today than was then.
Result<bool> Hindsight::was_written_later(Key patient, Instant at) {
    const auto number = patients_->find_patient(patient);
    if (!number) {
        return false;
    }
    const PatientFact known = patients_->index().patients().fact(*number);
    if (known.recorded > at && known.deceased != no_time && known.deceased <= at) {
        return true;
    }
    if (known.recorded > at && !known.active) {
        // Whoever was seen between that moment and the leaving had not left.
        const auto then = patients_->view(patient, at);
        if (!then) {
            return pass_on(then);
        }
        if ((*then)->care.left) {
            return true;
        }
    }
    return std::ranges::any_of(find_late(*number, at).rows, [at](const auto& row) {
        const auto& [occurred, recorded] = row;
        return recorded > at && occurred <= at;
    });
}

Result<bool> Hindsight::was_due(const LoadedCampaign& campaign, const Enrolment& enrolment) {
    if (campaign.cohort == nullptr || asks_of_engagement(*campaign.cohort)) {
        return true;
    }
    const auto then = patients_->view(enrolment.patient, enrolment.enrolled_at);
    if (!then) {
        return pass_on(then);
    }
    const auto member = conditions_.holds(campaign.cohort, **then, {});
    return !member || *member == campaign::Truth::True;
}

Result<std::string_view> Hindsight::find_against(const MessageState& sent) {
    const Message& message = sent.message;
    const EnrolmentView state = ledger_.find_enrolment(message.enrolment);
    const LoadedCampaign* const campaign = clinic_->find_campaign(message.campaign);
    if (state == nullptr || campaign == nullptr || campaign->release != message.release) {
        return std::string_view();
    }
    const auto later = was_written_later(message.patient, sent.settled_at);
    if (!later) {
        return pass_on(later);
    }
    if (!*later) {
        return std::string_view();
    }
    const auto due = was_due(*campaign, state.enrolment());
    if (!due) {
        return pass_on(due);
    }
    if (!*due) {
        return std::string_view("was-not-due");
    }
    const auto patient = patients_->view(message.patient, sent.settled_at);
    if (!patient) {
        return pass_on(patient);
    }
    if ((*patient)->care.dead) {
        return outreach::reason::deceased;
    }
    if ((*patient)->care.left) {
        return outreach::reason::left_care;
    }
    Enrolment then = state->enrolment;
    then.step = message.step;
    then.occurrence = message.occurrence;
    then.result.clear();
    const RecordWorld world(*campaign, **patient, conditions_);
    const auto still = campaign::still_wanted(campaign->definition, then, message, world);
    return still.answer == campaign::StillWanted::Answer::No ? outreach::reason::no_longer_true
                                                             : std::string_view();
}

}  // namespace parcours::engine
