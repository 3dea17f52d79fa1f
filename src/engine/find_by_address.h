#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/directory.h"
#include "engine/patient_view.h"
#include "population/live_index.h"
#include "record/identity.h"

namespace parcours::engine {

/// The patients whose record has an address of a channel ("sms", "email"), normalised: current or
/// not, since whoever has it may still read it. Passes over everybody's names, so it is for what is
/// rare. Whose record cannot be read is left out.
[[nodiscard]] std::vector<Key> find_by_address(const Directory& directory,
                                               const population::LiveIndex& index,
                                               PatientReader& patients, const std::string& channel,
                                               const std::string& address);

/// The same with what it looks at bound; empty where nobody keeps a directory.
using FindByAddress = std::function<std::vector<Key>(
    PatientReader& patients, const std::string& channel, const std::string& address)>;

}  // namespace parcours::engine
