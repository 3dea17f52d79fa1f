#include "http/api/discretion.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "practice/confidentiality.h"
#include "record/engagement.h"
#include "record/patient_card.h"

namespace parcours::http::api {

Discretion::Discretion(const Backend& backend, const Request& request,
                       const engine::Published& record)
    : backend_(backend),
      record_(record),
      sees_sensitive_(request.caller->may(access::Permission::SensitiveRead)),
      sees_hidden_(request.caller->may(access::Permission::HiddenAddressRead)),
      confidentiality_(practice::confidentiality_of(record.clinic->folder)) {}

bool Discretion::may_see_concern(std::string_view concern) const {
    return sees_sensitive_ || !confidentiality_.is_sensitive(concern);
}

bool Discretion::may_see_campaign(std::string_view campaign) const {
    if (sees_sensitive_ || campaign.empty()) {
        return true;
    }
    // One that is not at work any more may have been of any kind.
    const engine::LoadedCampaign* const loaded = record_.clinic->find_campaign(campaign);
    return loaded != nullptr &&
           !engine::is_sensitive(record_.clinic->folder, loaded->definition, confidentiality_);
}

const Position* Discretion::headline(const std::vector<Position>& positions) const {
    const auto found = std::ranges::find_if(
        positions, [this](const Position& position) { return may_see_concern(position.concern); });
    return found == positions.end() ? nullptr : &*found;
}

bool Discretion::hides_address(population::PatientNumber number, const PatientCard& card) const {
    if (sees_hidden_) {
        return false;
    }
    if (card.confidential) {
        return true;
    }
    const std::vector<Key> person = record_.keys_of(number);
    const auto reading = backend_.service.ledger();
    return engine::find_safe_contact(reading.ledger, person,
                                     record_.clinic->folder.config.contact_hours)
        .has_value();
}

void Discretion::hide_address(PatientCard& card) {
    card.phones.clear();
    card.emails.clear();
    card.address.clear();
}

engine::TaskState Discretion::masked(engine::TaskState state) const {
    if (!may_see_campaign(state.task.campaign)) {
        Task& task = state.task;
        task.campaign.clear();
        task.step.clear();
        task.script.clear();
        task.reason = mask;
    }
    return state;
}

engine::OutboxEntry Discretion::masked(engine::OutboxEntry entry) const {
    if (may_see_campaign(entry.message.campaign)) {
        return entry;
    }
    entry.message.campaign.clear();
    entry.message.step.clear();
    entry.message.content.clear();
    for (engine::Attempted& attempt : entry.attempts) {
        attempt.subject.clear();
        attempt.text = mask;
    }
    for (engine::Decided& decided : entry.decisions) {
        for (CheckResult& check : decided.decision.checks) {
            check.detail.clear();
        }
    }
    return entry;
}

Result<> Discretion::allow_question(const Request& request) const {
    const std::string_view concern = request.find_query("concern").value_or("");
    const std::string_view campaign = request.find_query("campaign").value_or("");
    if (may_see_concern(concern) && may_see_campaign(campaign)) {
        return {};
    }
    return fail(ErrorCode::Usage,
                "this is a sensitive matter: who has it is told only to those who have the "
                "permission sensitive.read; an administrator gives the role");
}

}  // namespace parcours::http::api
