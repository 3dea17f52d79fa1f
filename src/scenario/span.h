#pragma once

#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "scenario/phrase.h"

namespace parcours::scenario {

/// A length of time in two words, "2 hours". Errors, InvalidInput: not a number, not a unit.
Result<Duration> read_span(const Slots& slots, std::string_view number, std::string_view unit);
/// A number of things. Errors, InvalidInput.
Result<int> read_count(const Slots& slots, std::string_view number);

}  // namespace parcours::scenario
