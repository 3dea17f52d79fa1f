#include "http/api/access_backend.h"
#include "http/router.h"

namespace parcours::http::api {

void add_access_routes(Router& router, AccessBackend& backend) {
    add_session_routes(router, backend);
    add_provider_routes(router, backend);
    add_account_routes(router, backend);
    add_user_routes(router, backend);
    add_token_routes(router, backend);
    add_audit_routes(router, backend);
}

}  // namespace parcours::http::api
