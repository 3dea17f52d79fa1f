#pragma once

#include <string_view>

#include "http/api/backend.h"
#include "http/router.h"

namespace parcours::http::api {

/// /healthz, /readyz and /api/openapi.json.
void add_system_routes(Router& router, Backend& backend);

/// The OpenAPI file as it was built into this program.
[[nodiscard]] std::string_view openapi_json();

}  // namespace parcours::http::api
