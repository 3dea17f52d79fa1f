#include <utility>

#include "access/roles.h"
#include "http/api/backend.h"
#include "http/event_stream.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {

void add_event_routes(Router& router, Backend& backend) {
    Route stream =
        reading(Method::Get, "/api/v1/events", "streamEvents", access::Permission::MapRead,
                [&backend](const Request& request) -> Result<Response> {
                    return backend.events.watch(request, {}, [&backend, caller = request.caller] {
                        return !backend.is_in || backend.is_in(*caller);
                    });
                });
    stream.asked_by_pages = true;
    router.add(std::move(stream));
}

}  // namespace parcours::http::api
