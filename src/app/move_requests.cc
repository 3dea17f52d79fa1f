#include "app/move_requests.h"

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/migration.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "http/api/move_answers.h"

namespace parcours::app {
namespace {

Result<engine::MigrationOrder> read_order(const JsonView& request) {
    engine::MigrationOrder order;
    order.campaign = request["campaign"].text();
    order.by = request["by"].text();
    for (const auto& [from, to] : request["moves"].members()) {
        order.moves[std::string(from)] = to.text();
    }
    const std::string_view rest = request["rest"].text();
    if (!rest.empty() && rest != "finish" && rest != "stop") {
        return fail(ErrorCode::Usage, "those without an equivalent \"finish\" or \"stop\", not \"" +
                                          std::string(rest) + "\"");
    }
    using Rest = engine::WithoutEquivalent;
    order.rest = rest.empty() ? Rest::Refuse : rest == "stop" ? Rest::Stop : Rest::Finish;
    return order;
}

}  // namespace

Result<std::string> move_people(engine::Service& service, const JsonView& request) {
    const auto order = read_order(request);
    if (!order) {
        return pass_on(order);
    }
    const bool preview = request["preview"].boolean().value_or(false);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("campaign", order->campaign);
    const auto done = service.act([&](engine::Runner& runner, Instant now) -> Result<> {
        engine::Migration migration = runner.migration();
        if (preview) {
            const auto plan = migration.plan(order->campaign, order->moves);
            if (!plan) {
                return pass_on(plan);
            }
            http::api::write_move_plan(json, *plan);
            return {};
        }
        const auto report = migration.carry_out(*order, now);
        if (!report) {
            return pass_on(report);
        }
        http::api::write_move_report(json, *report);
        return {};
    });
    if (!done) {
        return pass_on(done);
    }
    json.end_object();
    return out;
}

}  // namespace parcours::app
