#pragma once

#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "engine/data_folder.h"
#include "record/identity.h"

namespace parcours::engine {

/// What a patient said from a moment on, by replies and answers, the oldest first: read back from
/// the log for a step that could not take it in when it came. A wish to hear no more is no answer.
/// Errors: Damaged.
Result<std::vector<campaign::Happened>> heard_since(const DataFolder& folder, Key patient,
                                                    Instant since);

}  // namespace parcours::engine
