#pragma once

#include <vector>

#include "base/error.h"
#include "campaign/advance.h"
#include "engine/data_folder.h"
#include "record/engagement.h"

namespace parcours::engine {

/// What a patient said since their enrolment came to the step at which it stands, by replies and
/// answers, the oldest first: read back from the log for a step that could not take it in when it
/// came. By the order of the log, whatever the clock said meanwhile. A wish to hear no more is no
/// answer. Errors: Damaged.
Result<std::vector<campaign::Happened>> heard_at_step(const DataFolder& folder,
                                                      const Enrolment& enrolment);

}  // namespace parcours::engine
