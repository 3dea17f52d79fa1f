#include "http/api/system_routes.h"

#include <string>

#include "http/api/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {

void add_system_routes(Router& router, Backend& backend) {
    // At once: whoever watches must not take a server whose workers are busy for a dead one.
    router.add({.method = Method::Get,
                .path = "/healthz",
                .operation = "healthz",
                .access = RouteAccess::open("says only that we live"),
                .handler = answering([](const Request&) {
                    return Response::text(200, "text/plain; charset=utf-8", "ok\n");
                }),
                .at_once = true});
    router.add({.method = Method::Get,
                .path = "/readyz",
                .operation = "readyz",
                .access = RouteAccess::open("says only that we can answer"),
                .handler = answering([&backend](const Request&) {
                    const bool ready = backend.service.published() != nullptr;
                    return Response::text(ready ? 200 : 503, "text/plain; charset=utf-8",
                                          ready ? "ready\n" : "not yet\n");
                }),
                .at_once = true});
    router.add({Method::Get, "/api/openapi.json", "getOpenApi",
                RouteAccess::open("describes the API, not the data"), answering([](const Request&) {
                    return Response::json(std::string(openapi_json()));
                })});
}

}  // namespace parcours::http::api
