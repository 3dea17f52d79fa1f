// Releases of a campaign side by side, and people in flight from one to the other.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "campaign/compare.h"
#include "engine/migration.h"
#include "engine/release_comparison.h"
#include "engine/releases.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/move_answers.h"

namespace parcours::http::api {
namespace {

Result<Response> compare(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const engine::ComparisonOrder order{std::string(request.path_value("name")),
                                        std::string(request.find_query("before").value_or("")),
                                        std::string(request.find_query("after").value_or(""))};
    std::vector<engine::KnownRelease> known;
    {
        const auto reading = backend.service.ledger();
        known = engine::known_releases(reading.ledger, order.campaign);
    }
    engine::Releases releases(backend.service.folder(), record->clinic);
    const auto comparison = engine::compare_releases(releases, std::move(known), order);
    if (!comparison) {
        return pass_on(comparison);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("campaign", order.campaign)
        .member("before", comparison->before.to_hex())
        .member("after", comparison->after.to_hex())
        .key("differences")
        .begin_array();
    for (const campaign::Difference& one : comparison->differences) {
        json.begin_object()
            .member("what", campaign::difference_name(one.what))
            .member("kind", one.kind)
            .member("name", one.name)
            .member("before", one.before)
            .member("after", one.after)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

campaign::WrittenMoves moves_of(const BodyFields& body) {
    campaign::WrittenMoves moves;
    for (const auto& [from, to] : body.words("moves")) {
        moves[from] = to;
    }
    return moves;
}

Result<Changed> preview(engine::Service& service, const Request& request) {
    const auto body = read_body(request, {{"moves", BodyKind::Words, false}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("campaign", name);
    const auto done = service.act([&](engine::Runner& runner, Instant) -> Result<> {
        const auto plan = runner.migration().plan(name, moves_of(*body));
        if (!plan) {
            return pass_on(plan);
        }
        write_move_plan(json, *plan);
        return {};
    });
    if (!done) {
        return pass_on(done);
    }
    json.end_object();
    return Changed{Response::json(std::move(out)), "looked at moves, moved nobody", {}};
}

Result<Changed> move_people(engine::Service& service, const Request& request) {
    const auto body = read_body(
        request, {{"moves", BodyKind::Words, false}, {"rest", BodyKind::Text, false, 10}});
    if (!body) {
        return pass_on(body);
    }
    const std::string rest = body->text("rest");
    if (body->has("rest") && rest != "finish" && rest != "stop") {
        return fail(ErrorCode::InvalidInput,
                    "\"rest\" is \"finish\" or \"stop\", not \"" + rest + "\"");
    }
    using Rest = engine::WithoutEquivalent;
    const engine::MigrationOrder order{std::string(request.path_value("name")), moves_of(*body),
                                       rest.empty()     ? Rest::Refuse
                                       : rest == "stop" ? Rest::Stop
                                                        : Rest::Finish,
                                       request.caller->actor.name};
    engine::MigrationReport report;
    const auto done = service.act([&](engine::Runner& runner, Instant now) -> Result<> {
        const auto moved = runner.migration().carry_out(order, now);
        report = moved.value_or(report);
        return moved ? Result<>{} : pass_on(moved);
    });
    if (!done) {
        return pass_on(done);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("campaign", order.campaign);
    write_move_report(json, report);
    json.end_object();
    return Changed{Response::json(std::move(out)),
                   "moved " + std::to_string(report.moved) + " to the release that runs, stopped " +
                       std::to_string(report.stopped),
                   {}};
}

}  // namespace

void add_move_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/campaigns/{name}/comparison", "compareReleases",
                       Permission::CampaignRead,
                       [&backend](const Request& request) { return compare(backend, request); }));
    router.add(writing(backend, Method::Post, "/api/v1/campaigns/{name}/moves/preview",
                       "previewMoves", Permission::CampaignPause, preview));
    router.add(writing(backend, Method::Post, "/api/v1/campaigns/{name}/moves", "movePeople",
                       Permission::CampaignPause, move_people));
}

}  // namespace parcours::http::api
