#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "engine/patient_view.h"
#include "outreach/render.h"
#include "practice/config.h"

namespace parcours::engine {

/// Every variable that content may use, with its type: what `check` knows.
[[nodiscard]] const outreach::KnownVariables& known_variables();

/// The values of a patient's variables at a moment. What is not known is left out, so that a
/// wording that needs it is *not sent*. `appointment` is the start of the enrolment's appointment;
/// `language` the one it is said in.
[[nodiscard]] outreach::Variables make_variables(const PatientReader& patients,
                                                 const PatientView& patient,
                                                 const practice::Config& config,
                                                 std::optional<Instant> appointment,
                                                 std::string_view language);

}  // namespace parcours::engine
