#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "scenario/phrase.h"
#include "scenario/words.h"

namespace parcours::scenario {

/// Why none of several phrases fits a sentence: the place up to which the nearest of them did, and
/// what could have followed. `what` is said: "of a patient".
[[nodiscard]] Error misfit(const Words& sentence, std::span<const Phrase::Fit> misfits,
                           std::string_view what);

}  // namespace parcours::scenario
