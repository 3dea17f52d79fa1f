#pragma once

#include <cstdint>
#include <functional>

#include "access/access.h"
#include "access/audit.h"
#include "access/oidc_log_in.h"
#include "base/error.h"
#include "base/time.h"
#include "http/router.h"

namespace parcours::http::api {

/// What the routes about staff, sessions and the audit stand on. Outlives them.
struct AccessBackend {
    access::Access& access;
    const Clock& clock;
    access::AccessOptions options;
    /// One entry of the audit by its sequence. For any thread. Errors: NotFound, Damaged.
    std::function<Result<access::AuditEntry>(std::uint64_t sequence)> read_entry;
    /// The provider of OpenID Connect; null where none is configured.
    access::OidcLogIn* provider = nullptr;
};

/// All of the routes below.
void add_access_routes(Router& router, AccessBackend& backend);

// Each adds the routes of its file.
void add_session_routes(Router& router, AccessBackend& backend);
void add_provider_routes(Router& router, AccessBackend& backend);
void add_account_routes(Router& router, AccessBackend& backend);
void add_user_routes(Router& router, AccessBackend& backend);
void add_token_routes(Router& router, AccessBackend& backend);
void add_audit_routes(Router& router, AccessBackend& backend);

}  // namespace parcours::http::api
