#pragma once

#include <functional>
#include <string_view>

#include "access/log_in.h"
#include "access/password.h"
#include "access/principal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "http/api/access_backend.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {

// What several routes about staff and sessions share.

using access::password_bytes_max;

[[nodiscard]] access::Occasion occasion_of(const AccessBackend& backend, const Request& request);

/// The session of somebody, as the OpenAPI file describes it; without the closing brace.
void begin_session(JsonWriter& json, const AccessBackend& backend,
                   const access::Principal& principal);

/// A session was opened: its cookie, who it is and, where there are some, the recovery codes.
[[nodiscard]] Response opened(const AccessBackend& backend, const Request& request,
                              const access::LogIn& attempt);

/// 429 with how long to wait.
[[nodiscard]] Response too_early(Duration wait);

/// The answer to somebody who had to give their own password again: 403 where it was wrong.
[[nodiscard]] Response own_refused(access::LogIn::Outcome outcome, Duration wait);

/// A route for everybody.
[[nodiscard]] Route open_route(Method method, std::string_view path, std::string_view operation,
                               std::string_view why,
                               std::function<Result<Response>(const Request&)> make);

}  // namespace parcours::http::api
