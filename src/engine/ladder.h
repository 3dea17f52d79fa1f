#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "outreach/minors.h"

namespace parcours::engine {

/// The question whose answer names the channel a patient wants to be reached on.
inline constexpr std::string_view preferred_channel_question = "preferred-channel";

/// The channels of a step's ladder for a patient, each once. "preferred" stands for all of the
/// clinic's in the patient's own order: what they answered to "preferred-channel" (it counts for
/// nothing where a guardian is told), then by the rank that the record gives the address that is
/// used (a guardian's where a guardian is told), then as the clinic names them. Those on which they
/// can be reached, or whoever is told of a minor's matter, go first.
[[nodiscard]] std::vector<std::string> resolve_ladder(const std::vector<std::string>& ladder,
                                                      const PatientView& patient,
                                                      const Clinic& clinic, const Ledger& ledger,
                                                      outreach::MinorWay minor);

/// The same for a message on every channel: of "preferred" those alone on which the patient can be
/// reached, where there are any.
[[nodiscard]] std::vector<std::string> each_channel(const std::vector<std::string>& ladder,
                                                    const PatientView& patient,
                                                    const Clinic& clinic, const Ledger& ledger,
                                                    outreach::MinorWay minor);

}  // namespace parcours::engine
