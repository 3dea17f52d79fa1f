#pragma once

#include <cstdint>
#include <functional>

#include "access/access.h"
#include "access/audit.h"
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
};

void add_access_routes(Router& router, AccessBackend& backend);

}  // namespace parcours::http::api
