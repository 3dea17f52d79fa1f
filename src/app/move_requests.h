#pragma once

#include <string>

#include "base/error.h"
#include "base/json.h"
#include "engine/service.h"

namespace parcours::app {

/// "move": takes people in flight of a campaign over to the release that runs, or with "preview"
/// tells who would go where. `moves` maps steps of earlier releases; `rest` is "finish", "stop" or
/// empty. Errors: those of `engine::Migration`; Usage where `rest` is another word.
Result<std::string> move_people(engine::Service& service, const JsonView& request);

}  // namespace parcours::app
