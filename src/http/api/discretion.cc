#include "http/api/discretion.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "engine/clinic.h"
#include "engine/discreet.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/rows.h"
#include "http/message.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/patient_card.h"

namespace parcours::http::api {
namespace {

/// What providers said: they repeat the address, or the words.
void clear_details(engine::OutboxEntry& entry) {
    entry.detail.clear();
    for (engine::AttemptEnded& ended : entry.results) {
        ended.detail.clear();
    }
}

}  // namespace

Discretion::Discretion(const Backend& backend, const Request& request,
                       const engine::Published& record)
    : backend_(backend),
      record_(record),
      sees_sensitive_(request.caller->may(access::Permission::SensitiveRead)),
      sees_hidden_(request.caller->may(access::Permission::HiddenAddressRead)),
      closes_tasks_(request.caller->may(access::Permission::TaskClose)) {}

bool Discretion::may_see_concern(std::string_view concern) const {
    return sees_sensitive_ || !record_.clinic->confidentiality.is_sensitive(concern);
}

bool Discretion::may_see_campaign(std::string_view campaign) const {
    if (sees_sensitive_ || campaign.empty()) {
        return true;
    }
    // One that is not at work any more may have been of any kind.
    const engine::LoadedCampaign* const loaded = record_.clinic->find_campaign(campaign);
    return loaded != nullptr && !engine::is_sensitive(record_.clinic->folder, loaded->definition,
                                                      record_.clinic->confidentiality);
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
        // Both name what the step is about. What is closed still reads as closed.
        task.outcome = task.outcome.empty() ? std::string_view() : mask;
        state.closed_by.clear();
        if (!closes_tasks_) {
            task.outcomes.clear();
        }
    }
    return state;
}

engine::OutboxEntry Discretion::masked(engine::OutboxEntry entry) const {
    const auto number =
        sees_hidden_ ? std::nullopt : record_.index->find_patient(entry.message.patient);
    if (number && hides_address(*number, read_card(backend_.service, *record_.index, *number))) {
        for (engine::Attempted& attempt : entry.attempts) {
            attempt.to.clear();
        }
        clear_details(entry);
    }
    if (may_see_campaign(entry.message.campaign)) {
        return entry;
    }
    entry.message.campaign.clear();
    entry.message.step.clear();
    entry.message.content.clear();
    entry.held = entry.held.empty() ? std::string_view() : mask;  // it may name the campaign
    for (engine::Attempted& attempt : entry.attempts) {
        attempt.subject.clear();
        attempt.text = mask;
    }
    clear_details(entry);
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
    if (!sees_sensitive_ && campaign.empty() && !request.find_query("step").value_or("").empty()) {
        return fail(ErrorCode::Usage,
                    "\"step\" tells of sensitive campaigns, too: name its campaign with it, as in "
                    "campaign=NAME&step=NAME, or ask as somebody whose role has the permission "
                    "sensitive.read (no token has)");
    }
    if (may_see_concern(concern) && may_see_campaign(campaign)) {
        return {};
    }
    return fail(ErrorCode::Usage,
                "this is a sensitive matter: who has it is told only to those who have the "
                "permission sensitive.read; an administrator gives the role");
}

}  // namespace parcours::http::api
