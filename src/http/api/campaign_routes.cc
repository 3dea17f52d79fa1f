#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/steps.h"
#include "engine/campaign_counts.h"
#include "engine/clinic.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "engine/left_behind.h"
#include "engine/release_comparison.h"
#include "engine/releases.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/patient_campaign.h"
#include "http/api/rows.h"
#include "practice/folder.h"
#include "record/engagement.h"

namespace parcours::http::api {
namespace {

using campaign::Step;
using engine::CampaignCounts;
using engine::StepCounts;

/// What became of a campaign; of one in which nothing ever happened, nothing.
const CampaignCounts& counts_of(const engine::Ledger& ledger, const std::string& campaign) {
    static const CampaignCounts nothing;
    const CampaignCounts* const found = ledger.lists().campaigns.find(campaign);
    return found == nullptr ? nothing : *found;
}

void write_row(JsonWriter& json, const engine::LoadedCampaign& loaded, const engine::Ledger& ledger,
               const CampaignCounts& numbers) {
    const campaign::Campaign& campaign = loaded.definition;
    const engine::LaunchedCampaign* const launched = ledger.find_launched(campaign.name);
    json.begin_object().member("name", campaign.name).key("title").begin_object();
    for (const auto& [language, title] : campaign.title) {
        json.member(language, title);
    }
    json.end_object()
        .member("purpose", purpose_name(campaign.purpose))
        .member("concern", campaign.concern);
    write_moment(json, "launched",
                 launched == nullptr ? std::nullopt : std::optional(launched->at));
    json.member("paused", ledger.find_pause(campaign.name) != nullptr)
        .member("running", numbers.running)
        .member("ended", numbers.ended)
        .member("undone", numbers.undone)
        .member("successes", numbers.successes)
        .member("sent", numbers.sent)
        .member("not_sent", numbers.not_sent)
        .member("tasks_open", numbers.tasks_open)
        .member("holdout", numbers.holdout)
        .member("holdout_successes", numbers.holdout_successes)
        .end_object();
}

Result<Response> list_campaigns(const Backend& backend) {
    const auto record = backend.service.published();
    const auto reading = backend.service.ledger();
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("campaigns").begin_array();
    for (const engine::LoadedCampaign& loaded : record->clinic->campaigns) {
        write_row(json, loaded, reading.ledger, counts_of(reading.ledger, loaded.definition.name));
    }
    json.end_array();
    write_left_behind(json, engine::find_left_behind(*record->clinic, reading.ledger));
    json.end_object();
    return Response::json(std::move(out));
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? word : std::string(between) + word;
    }
    return text;
}

void write_steps(JsonWriter& json, const campaign::Campaign& campaign,
                 const CampaignCounts& numbers) {
    json.key("steps").begin_array();
    for (const Step& step : campaign.steps) {
        const auto found = numbers.steps.find(step.name);
        const StepCounts count = found == numbers.steps.end() ? StepCounts{} : found->second;
        json.begin_object()
            .member("name", step.name)
            .member("kind", campaign::kind_name(step))
            .member("summary", campaign::describe_step(campaign, step))
            .member("here", count.here)
            .member("entered", count.entered);
        if (std::holds_alternative<campaign::SendStep>(step.what)) {
            json.member("sent", count.sent).member("not_sent", count.not_sent);
        }
        json.end_object();
    }
    json.end_array();
}

bool waits_for_success(const Step& step) {
    const auto* const wait = std::get_if<campaign::WaitForStep>(&step.what);
    return wait != nullptr && wait->condition &&
           wait->condition->kind == campaign::Condition::Kind::Success;
}

/// Whether people left a step because success came while they stood there: a way that is watched
/// everywhere before it, and written at no step but those that wait for it.
bool left_by_success(const campaign::Campaign& campaign, const Step& step,
                     const CampaignCounts& numbers) {
    return campaign.success && !campaign.on_success.step.empty() && !step.after_success &&
           !waits_for_success(step) &&
           numbers.moves.contains({step.name, campaign.on_success.step});
}

void write_edges(JsonWriter& json, const campaign::Campaign& campaign,
                 const CampaignCounts& numbers) {
    json.key("edges").begin_array();
    for (const Step& step : campaign.steps) {
        // Several ways may lead to one step: one arrow with all their labels.
        std::map<std::string, std::vector<std::string>> ways;
        for (const campaign::Way& way : campaign::ways_out(step)) {
            if (!way.target->step.empty()) {
                ways[way.target->step].emplace_back(way.label);
            }
        }
        if (left_by_success(campaign, step, numbers)) {
            ways[campaign.on_success.step].emplace_back("success");
        }
        for (const auto& [to, labels] : ways) {
            const auto moved = numbers.moves.find({step.name, to});
            json.begin_object()
                .member("from", step.name)
                .member("to", to)
                .member("label", join(labels, ", "))
                .member("moved", moved == numbers.moves.end() ? 0U : moved->second)
                .end_object();
        }
    }
    json.end_array();
}

/// Whom the lot sent which way, and what became of them.
void write_arms(JsonWriter& json, const CampaignCounts& numbers) {
    json.key("arms").begin_array();
    for (const auto& [way, count] : numbers.arms) {
        json.begin_object()
            .member("split", way.first)
            .member("label", way.second)
            .member("entered", count.entered)
            .member("ended", count.ended)
            .member("successes", count.successes)
            .end_object();
    }
    json.end_array();
}

void write_releases(JsonWriter& json, const engine::Ledger& ledger, const std::string& name,
                    bool left_out) {
    json.key("releases").begin_array();
    for (const engine::KnownRelease& release : engine::known_releases(ledger, name)) {
        json.begin_object().member("id", release.id.to_hex());
        write_moment(json, "launched", std::optional(release.launched_at));
        json.member("running", release.running)
            .member("present", release.is_present && !left_out)
            .end_object();
    }
    json.end_array();
}

std::string entry_text(const campaign::Enter& enter) {
    switch (enter.by) {
        case campaign::Enter::By::Cohort:
            return "cohort " + enter.name;
        case campaign::Enter::By::Event:
            return "event " + enter.name;
        case campaign::Enter::By::Hand:
            return enter.name == "api"        ? "by a program"
                   : enter.name == "campaign" ? "by another campaign"
                   : enter.name == "crisis"   ? "by words of an emergency"
                                              : "by hand";
        case campaign::Enter::By::Schedule:
            return "cohort " + enter.name + " at " + (enter.schedule ? enter.schedule->text : "");
    }
    return {};
}

Result<Response> get_campaign(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const std::string name(request.path_value("name"));
    engine::Releases releases(backend.service.folder(), record->clinic, backend.releases);
    const auto loaded = find_campaign(backend, releases, name);
    if (!loaded) {
        return pass_on(loaded);
    }
    if (*loaded == nullptr) {
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + name + "\"");
    }
    const bool left_out = record->clinic->find_campaign(name) == nullptr;
    const auto reading = backend.service.ledger();
    const CampaignCounts& numbers = counts_of(reading.ledger, name);
    const campaign::Campaign& campaign = (*loaded)->definition;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("row");
    write_row(json, **loaded, reading.ledger, numbers);
    json.member("left_out", left_out)
        .member("release", (*loaded)->release.to_hex())
        .member("file", campaign.where.file)
        .member("cohort", entry_text(campaign.enter))
        .member("success", campaign.success ? campaign.success->text : std::string());
    write_steps(json, campaign, numbers);
    write_edges(json, campaign, numbers);
    json.key("results").begin_array();
    for (const auto& [result, count] : numbers.results) {
        json.begin_object().member("name", result).member("count", count).end_object();
    }
    json.end_array();
    write_arms(json, numbers);
    write_releases(json, reading.ledger, name, left_out);
    json.end_object();
    return Response::json(std::move(out));
}

bool is_known(const engine::Ledger& ledger, const std::string& campaign) {
    return ledger.find_pause(campaign) != nullptr || ledger.find_launched(campaign) != nullptr;
}

Result<Changed> pause_campaign(const Backend& backend, const Request& request) {
    engine::Service& service = backend.service;
    const auto body = read_body(
        request, {{"paused", BodyKind::Boolean, true}, {"reason", BodyKind::Text, false, 500}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    const auto record = service.published();
    engine::Releases releases(service.folder(), record->clinic, backend.releases);
    const auto found = find_campaign(backend, releases, name);
    const engine::LoadedCampaign* loaded = found ? *found : nullptr;
    // One that the practice left out may have people in it, or be paused; also where its release
    // cannot be read any more.
    engine::LoadedCampaign unread;
    unread.definition.name = name;
    if (loaded == nullptr && is_known(service.ledger().ledger, name)) {
        loaded = &unread;
    }
    if (loaded == nullptr) {
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + name + "\"");
    }
    const bool paused = body->boolean("paused");
    const std::string reason = body->text("reason");
    const auto done = service.act([&](engine::Runner& runner, Instant now) {
        return engine::pause_campaign(runner, name, paused, {request.caller->actor.name, reason},
                                      now);
    });
    if (!done) {
        return pass_on(done);
    }
    const auto reading = service.ledger();
    std::string out;
    JsonWriter json(out);
    write_row(json, *loaded, reading.ledger, counts_of(reading.ledger, name));
    const std::string what = paused ? "paused" : "resumed";
    return Changed{
        Response::json(std::move(out)), reason.empty() ? what : what + ", " + reason, {}};
}

}  // namespace

void add_campaign_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/campaigns", "listCampaigns", Permission::CampaignRead,
                       [&backend](const Request&) { return list_campaigns(backend); }));
    router.add(
        reading(Method::Get, "/api/v1/campaigns/{name}", "getCampaign", Permission::CampaignRead,
                [&backend](const Request& request) { return get_campaign(backend, request); }));
    router.add(writing(backend, Method::Put, "/api/v1/campaigns/{name}/pause", "pauseCampaign",
                       Permission::CampaignPause,
                       [&backend](engine::Service&, const Request& request) {
                           return pause_campaign(backend, request);
                       }));
}

}  // namespace parcours::http::api
