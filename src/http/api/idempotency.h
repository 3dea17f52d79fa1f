#pragma once

#include <optional>

#include "base/error.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {

/// A handler of a change that does it once for each `Idempotency-Key` of a caller: the same request
/// under the key is given the first one's answer again for a day, also after a restart; another
/// request under it is refused, and so is a second one while the first is under way. Requests
/// without the header pass through.
[[nodiscard]] Handler once_for_each_key(Backend& backend, Handler handler);

/// The answer that was kept for a request with a key, or nothing where it is new. For the writer,
/// and ahead of it.
[[nodiscard]] std::optional<Response> find_kept_answer(const Backend& backend,
                                                       const Request& request);

/// Keeps what a keyed request is answered, in the same commit as what `service` holds. Errors:
/// those of the store; then the change may not be durable.
Result<> keep_answer(engine::Service& service, const Request& request, const Response& response);

}  // namespace parcours::http::api
