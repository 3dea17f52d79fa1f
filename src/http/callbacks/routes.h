#pragma once

#include "http/api/backend.h"
#include "http/router.h"

namespace parcours::http::callbacks {

/// Adds what providers and the links in messages call. None of it needs a log-in: a signature or a
/// token says who may. `backend` outlives the router.
void add_callback_routes(Router& router, api::Backend& backend);

}  // namespace parcours::http::callbacks
