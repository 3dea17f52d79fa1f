#include "http/api/system_routes.h"

#include <string>

#include "http/api/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {

void add_system_routes(Router& router, Backend& backend) {
    router.add({Method::Get, "/healthz", "healthz", RouteAccess::open("says only that we live"),
                answering([](const Request&) {
                    return Response::text(200, "text/plain; charset=utf-8", "ok\n");
                })});
    router.add({Method::Get, "/readyz", "readyz", RouteAccess::open("says only that we can answer"),
                answering([&backend](const Request&) {
                    const bool ready = backend.service.published() != nullptr;
                    return Response::text(ready ? 200 : 503, "text/plain; charset=utf-8",
                                          ready ? "ready\n" : "not yet\n");
                })});
    router.add({Method::Get, "/api/openapi.json", "getOpenApi",
                RouteAccess::open("describes the API, not the data"), answering([](const Request&) {
                    return Response::json(std::string(openapi_json()));
                })});
}

}  // namespace parcours::http::api
