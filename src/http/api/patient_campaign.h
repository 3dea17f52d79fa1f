#pragma once

#include <string>

#include "base/error.h"
#include "engine/clinic.h"
#include "engine/releases.h"
#include "http/api/backend.h"
#include "http/message.h"

namespace parcours::http::api {

/// A campaign of the practice, or one that it leaves out; null where none was ever called so.
/// Errors: those of reading the release of one that is left out, which stays with `releases`.
Result<const engine::LoadedCampaign*> find_campaign(const Backend& backend,
                                                    engine::Releases& releases,
                                                    const std::string& name);

/// Why a patient is in a campaign, at a step, or not in it: answers a request that names both.
Result<Response> get_patient_campaign(const Backend& backend, const Request& request);

}  // namespace parcours::http::api
