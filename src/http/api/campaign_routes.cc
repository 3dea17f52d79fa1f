#include <array>
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
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "practice/folder.h"
#include "record/engagement.h"

namespace parcours::http::api {
namespace {

using campaign::Step;
using engine::MessageState;

/// How often something happened at a step.
struct StepNumbers {
    std::uint64_t here = 0;
    std::uint64_t entered = 0;
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
};

struct CampaignNumbers {
    std::uint64_t running = 0;
    std::uint64_t ended = 0;
    std::uint64_t successes = 0;
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
    std::uint64_t tasks_open = 0;
    std::uint64_t holdout = 0;
    std::map<std::string, StepNumbers, std::less<>> steps;
    std::map<std::pair<std::string, std::string>, std::uint64_t> moves;
    std::map<std::string, std::uint64_t> results;
};

void count_enrolment(const engine::EnrolmentState& state, CampaignNumbers& numbers) {
    const Enrolment& enrolment = state.enrolment;
    numbers.holdout += enrolment.holdout ? 1U : 0U;
    if (enrolment.ended()) {
        ++numbers.ended;
        ++numbers.results[enrolment.result];
        numbers.successes += enrolment.result == "success" || enrolment.result == "completed";
    } else {
        ++numbers.running;
        ++numbers.steps[enrolment.step].here;
    }
    for (std::size_t i = 0; i < state.path.size(); ++i) {
        ++numbers.steps[state.path[i].step].entered;
        if (i > 0) {
            ++numbers.moves[{state.path[i - 1].step, state.path[i].step}];
        }
    }
}

using NumbersByCampaign = std::map<std::string, CampaignNumbers, std::less<>>;

NumbersByCampaign count_campaigns(const engine::Ledger& ledger) {
    NumbersByCampaign all;
    for (const engine::EnrolmentState& state : ledger.enrolments()) {
        count_enrolment(state, all[state.enrolment.campaign]);
    }
    for (const MessageState* const state : ledger.messages()) {
        CampaignNumbers& numbers = all[state->message.campaign];
        StepNumbers& step = numbers.steps[state->message.step];
        const bool sent = state->status == MessageState::Status::Accepted;
        const bool refused = state->status == MessageState::Status::NotSent;
        numbers.sent += sent ? 1U : 0U;
        numbers.not_sent += refused ? 1U : 0U;
        step.sent += sent ? 1U : 0U;
        step.not_sent += refused ? 1U : 0U;
    }
    for (const engine::TaskState* const state : ledger.tasks()) {
        all[state->task.campaign].tasks_open += state->open() ? 1U : 0U;
    }
    return all;
}

void write_row(JsonWriter& json, const engine::LoadedCampaign& loaded, const engine::Ledger& ledger,
               const CampaignNumbers& numbers) {
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
        .member("successes", numbers.successes)
        .member("sent", numbers.sent)
        .member("not_sent", numbers.not_sent)
        .member("tasks_open", numbers.tasks_open)
        .member("holdout", numbers.holdout)
        .end_object();
}

Result<Response> list_campaigns(const Backend& backend) {
    const auto record = backend.service.published();
    const auto reading = backend.service.ledger();
    const NumbersByCampaign all = count_campaigns(reading.ledger);
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("campaigns").begin_array();
    for (const engine::LoadedCampaign& loaded : record->clinic->campaigns) {
        const auto found = all.find(loaded.definition.name);
        write_row(json, loaded, reading.ledger,
                  found == all.end() ? CampaignNumbers{} : found->second);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

std::string_view kind_of(const Step& step) {
    constexpr std::array<std::string_view, 6> kinds = {"send",   "wait", "wait-for",
                                                       "branch", "task", "end"};
    return kinds.at(step.what.index());
}

std::string join(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? word : std::string(between) + word;
    }
    return text;
}

void write_steps(JsonWriter& json, const campaign::Campaign& campaign,
                 const CampaignNumbers& numbers) {
    json.key("steps").begin_array();
    for (const Step& step : campaign.steps) {
        const auto found = numbers.steps.find(step.name);
        const StepNumbers count = found == numbers.steps.end() ? StepNumbers{} : found->second;
        json.begin_object()
            .member("name", step.name)
            .member("kind", kind_of(step))
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

void write_edges(JsonWriter& json, const campaign::Campaign& campaign,
                 const CampaignNumbers& numbers) {
    json.key("edges").begin_array();
    for (const Step& step : campaign.steps) {
        // Several ways may lead to one step: one arrow with all their labels.
        std::map<std::string, std::vector<std::string>> ways;
        for (const campaign::Way& way : campaign::ways_out(step)) {
            if (!way.target->step.empty()) {
                ways[way.target->step].emplace_back(way.label);
            }
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

std::string entry_text(const campaign::Enter& enter) {
    switch (enter.by) {
        case campaign::Enter::By::Cohort:
            return "cohort " + enter.name;
        case campaign::Enter::By::Event:
            return "event " + enter.name;
        case campaign::Enter::By::Hand:
            return "by hand";
    }
    return {};
}

Result<Response> get_campaign(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const std::string name(request.path_value("name"));
    const engine::LoadedCampaign* const loaded = record->clinic->find_campaign(name);
    if (loaded == nullptr) {
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + name + "\"");
    }
    const auto reading = backend.service.ledger();
    const NumbersByCampaign all = count_campaigns(reading.ledger);
    const auto found = all.find(name);
    const CampaignNumbers numbers = found == all.end() ? CampaignNumbers{} : found->second;
    const campaign::Campaign& campaign = loaded->definition;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("row");
    write_row(json, *loaded, reading.ledger, numbers);
    json.member("release", loaded->release.to_hex())
        .member("file", campaign.where.file)
        .member("cohort", entry_text(campaign.enter))
        .member("success", campaign.success ? campaign.success->text : std::string());
    write_steps(json, campaign, numbers);
    write_edges(json, campaign, numbers);
    json.key("results").begin_array();
    for (const auto& [result, count] : numbers.results) {
        json.begin_object().member("name", result).member("count", count).end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<Response> pause_campaign(engine::Service& service, const Request& request) {
    const auto body = read_body(
        request, {{"paused", BodyKind::Boolean, true}, {"reason", BodyKind::Text, false, 500}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    const auto record = service.published();
    const engine::LoadedCampaign* const loaded = record->clinic->find_campaign(name);
    if (loaded == nullptr) {
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + name + "\"");
    }
    if (const auto done = service.pause_campaign(name, body->boolean("paused"),
                                                 request.caller->actor.name, body->text("reason"));
        !done) {
        return pass_on(done);
    }
    const auto reading = service.ledger();
    const NumbersByCampaign all = count_campaigns(reading.ledger);
    const auto found = all.find(name);
    std::string out;
    JsonWriter json(out);
    write_row(json, *loaded, reading.ledger,
              found == all.end() ? CampaignNumbers{} : found->second);
    return Response::json(std::move(out));
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
                       Permission::CampaignPause, pause_campaign));
}

}  // namespace parcours::http::api
