#pragma once

#include <span>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "position/walk.h"
#include "record/fact.h"

namespace parcours::position {

/// Where the patient stands at `as_of`, read from a walk to `moment` (the same, or the moment when
/// the patient died or left).
void read_outcome(const CompiledMap& map, const Walk& walk, const PatientFact& patient,
                  Instant moment, std::span<const ManualSetting> manual, PatientPositions& out);

}  // namespace parcours::position
