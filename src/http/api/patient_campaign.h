#pragma once

#include "base/error.h"
#include "http/api/backend.h"
#include "http/message.h"

namespace parcours::http::api {

/// Why a patient is in a campaign, at a step, or not in it: answers a request that names both.
Result<Response> get_patient_campaign(const Backend& backend, const Request& request);

}  // namespace parcours::http::api
