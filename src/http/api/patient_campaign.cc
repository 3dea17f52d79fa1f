// Why a patient is in a campaign, at a step, or not in it.

#include "http/api/patient_campaign.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/campaign_story.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/ledger.h"
#include "engine/left_behind.h"
#include "engine/past_ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/discretion.h"
#include "http/api/patient_engagement.h"
#include "http/api/rows.h"
#include "http/message.h"
#include "record/identity.h"

namespace parcours::http::api {
namespace {

Result<engine::CampaignStory> tell(const Backend& backend, const engine::Published& record,
                                   engine::Releases& releases,
                                   const engine::LoadedCampaign& campaign, Key patient,
                                   const std::optional<engine::Ledger>& past, Instant as_of) {
    const auto patients =
        engine::PatientReader::make(backend.service.folder(), record.clinic, record.compiled);
    if (!patients) {
        return pass_on(patients);
    }
    const auto told = [&](const engine::Ledger& ledger) {
        engine::Conditions conditions(**patients, ledger);
        return engine::tell_campaign(campaign, releases, **patients, conditions, ledger, patient,
                                     as_of);
    };
    return past ? told(*past) : told(backend.service.ledger().ledger);
}

void write_ways(JsonWriter& json, const engine::EnrolmentStory& story) {
    json.key("ways").begin_array();
    for (const engine::StoryWay& way : story.ways) {
        json.begin_object().member("when", way.when).member("to", way.to).end_object();
    }
    json.end_array();
}

std::string write_story(const engine::CampaignStory& story, std::string_view patient,
                        Instant as_of) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patient", patient)
        .member("campaign", story.campaign)
        .member("as_of", format_instant(as_of))
        .member("outside", story.outside)
        .key("enrolments")
        .begin_array();
    for (const engine::EnrolmentStory& one : story.enrolments) {
        json.begin_object().key("enrolment");
        write_enrolment(json, one.state);
        json.member("came_in", one.came_in).member("held", one.held).member("says", one.step_says);
        write_ways(json, one);
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

}  // namespace

Result<const engine::LoadedCampaign*> find_campaign(const Backend& backend,
                                                    engine::Releases& releases,
                                                    const std::string& name) {
    // An older release is compiled when it is read: not while the ledger stands still.
    const auto launched = [&] {
        const auto reading = backend.service.ledger();
        return engine::launched_release(reading.ledger, name);
    }();
    return engine::find_with_left_out(releases, name, launched);
}

Result<Response> get_patient_campaign(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto number = asked_patient(*record->index, request.path_value("patient"));
    if (!number) {
        return pass_on(number);
    }
    const auto moment = asked_moment(backend, request);
    if (!moment) {
        return pass_on(moment);
    }
    const std::string name(request.path_value("campaign"));
    engine::Releases releases(backend.service.folder(), record->clinic, backend.releases);
    const auto campaign = Discretion(backend, request, *record).may_see_campaign(name)
                              ? find_campaign(backend, releases, name)
                              : nullptr;
    if (!campaign) {
        return pass_on(campaign);
    }
    if (*campaign == nullptr) {
        return fail(ErrorCode::NotFound, "there is no such campaign, or it is not yours to see");
    }
    const Key key = record->index->patients().key[*number];
    const std::string id = engine::patient_name(*record->index, key);
    if (const auto audited = backend.audit(request, "patient.read", id, "why in " + name);
        !audited) {
        return pass_on(audited);
    }
    const Instant as_of = moment->value_or(backend.service.clock().now());
    const auto past = past_of(backend, record->keys_of(*number), as_of);
    if (!past) {
        return pass_on(past);
    }
    const auto story = tell(backend, *record, releases, **campaign, key, *past, as_of);
    return story ? Response::json(write_story(*story, id, as_of))
                 : Result<Response>(pass_on(story));
}

}  // namespace parcours::http::api
