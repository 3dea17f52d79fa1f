#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "channel/crisis_words.h"
#include "engine/clinic.h"
#include "engine/enroller.h"
#include "engine/journal.h"
#include "record/answer.h"

namespace parcours::engine {

/// How long words of an emergency wait for a person, at most.
inline constexpr std::chrono::minutes urgent_within{15};

/// What an emergency in a text is about, also by the clinic's own words; nothing where there is
/// none.
[[nodiscard]] std::optional<channel::Crisis> find_crisis(const Clinic& clinic,
                                                         std::string_view text);

/// "words of an emergency (chest pain)": why it is urgent.
[[nodiscard]] std::string crisis_words(channel::Crisis crisis);

/// What a patient told in their own words may be an emergency, wherever it was written down: then
/// it is given to a person, and campaigns that wait for it begin.
void look_for_crisis(const Clinic& clinic, Enroller& enroller, Journal& journal,
                     const Answer& answer, Instant now);

}  // namespace parcours::engine
