#pragma once

#include <string>

#include "base/error.h"
#include "base/json.h"
#include "engine/service.h"

namespace parcours::app {

/// Holds, or lets go on: a campaign, a channel, or everything. Errors: NotFound.
Result<std::string> hold_or_release(engine::Service& service, const JsonView& request);

/// Takes a launch back. Errors: as `engine::undo_launch`.
Result<std::string> undo_launch(engine::Service& service, const JsonView& request);

}  // namespace parcours::app
