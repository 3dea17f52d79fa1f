#pragma once

#include "base/error.h"
#include "engine/played_clinic.h"
#include "practice/folder.h"
#include "scenario/report.h"
#include "scenario/scenario.h"

namespace parcours::scenario {

/// Plays a scenario from its beginning to its end on a store of its own, which is opened anew at
/// each start of the program. `under` lies over the built-in practice, and under what the scenario
/// brings. Errors: what is wrong with the scenario, at its place; those of the engine.
Result<Report> play(const Scenario& scenario, const practice::FileMap& under,
                    engine::PlayedClinic::OpenStore open_store);

/// The same on a store in memory.
Result<Report> play(const Scenario& scenario, const practice::FileMap& under = {});

}  // namespace parcours::scenario
