#pragma once

#include <vector>

#include "base/error.h"
#include "engine/clinic.h"

namespace parcours::engine {

/// What can be read and compiled, and cannot be meant: messages that no channel of this clinic
/// takes or that are too long for it, tasks that nobody would see, campaigns in files of another
/// name, lengths of nothing. Asked before a practice is published, never of one that is at work
/// already.
void check_practice(const Clinic& clinic, std::vector<Error>& errors);

/// What may be meant, and most likely is not: conditions about questions that nobody is asked.
[[nodiscard]] std::vector<Error> find_doubts(const Clinic& clinic);

}  // namespace parcours::engine
