#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "engine/undo_launch.h"
#include "http/api/backend.h"
#include "http/api/body.h"

namespace parcours::http::api {
namespace {

Result<Response> list_holds(const Backend& backend) {
    const auto reading = backend.service.ledger();
    const engine::Ledger& ledger = reading.ledger;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("holds").begin_array();
    for (const auto& [name, hold] : ledger.traffic().holds()) {
        json.begin_object()
            .member("name", name)
            .member("by", hold.by)
            .member("reason", hold.reason)
            .member("since", format_instant(hold.at))
            .end_object();
    }
    const std::size_t waiting =
        engine::count_resting(ledger, [](const engine::MessageState&) { return true; });
    json.end_array().member("waiting", waiting).end_object();
    return Response::json(std::move(out));
}

std::string told(std::string what, const std::string& reason) {
    return reason.empty() ? std::move(what) : what + ", " + reason;
}

Result<Changed> set_hold(engine::Service& service, const Request& request) {
    const auto body = read_body(
        request, {{"held", BodyKind::Boolean, true}, {"reason", BodyKind::Text, false, 500}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    const bool held = body->boolean("held");
    const std::string reason = body->text("reason");
    const auto done = service.act([&](engine::Runner& runner, Instant now) {
        return engine::hold(runner, name, held, {request.caller->actor.name, reason}, now);
    });
    if (!done) {
        return pass_on(done);
    }
    std::string out;
    JsonWriter(out).begin_object().member("name", name).member("held", held).end_object();
    return Changed{Response::json(std::move(out)), told(held ? "held" : "released", reason), {}};
}

Result<Changed> undo_launch(engine::Service& service, const Request& request) {
    const auto body = read_body(request, {{"reason", BodyKind::Text, false, 500}});
    if (!body) {
        return pass_on(body);
    }
    const std::string name(request.path_value("name"));
    const std::string reason = body->text("reason");
    engine::Undone undone;
    const auto done = service.act([&](engine::Runner& runner, Instant now) -> Result<> {
        const auto count =
            engine::undo_launch(runner, name, {request.caller->actor.name, reason}, now);
        undone = count.value_or(engine::Undone{});
        return count ? Result<>{} : pass_on(count);
    });
    if (!done) {
        return pass_on(done);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("campaign", name)
        .member("undone", undone.left)
        .member("elsewhere", undone.elsewhere)
        .end_object();
    return Changed{Response::json(std::move(out)),
                   told("launch undone for " + std::to_string(undone.left) + ", elsewhere for " +
                            std::to_string(undone.elsewhere),
                        reason),
                   {}};
}

}  // namespace

void add_hold_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/holds", "listHolds", Permission::CampaignRead,
                       [&backend](const Request&) { return list_holds(backend); }));
    router.add(writing(backend, Method::Put, "/api/v1/holds/{name}", "setHold",
                       Permission::CampaignPause, set_hold));
    router.add(writing(backend, Method::Post, "/api/v1/campaigns/{name}/undo-launch", "undoLaunch",
                       Permission::CampaignPause, undo_launch));
}

}  // namespace parcours::http::api
