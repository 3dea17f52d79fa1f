#pragma once

#include "http/api/backend.h"
#include "http/router.h"

namespace parcours::http::api {

/// Holds requests to what the OpenAPI file says of their operations, before any handler sees them:
/// the names and bounds of parameters, the media type and the members of bodies; and makes changes
/// that take an `Idempotency-Key` once for each key. To be called when all routes are there.
void follow_description(Router& router, Backend& backend);

}  // namespace parcours::http::api
