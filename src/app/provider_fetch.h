#pragma once

#include <string>

#include "access/fetch.h"

namespace parcours::app {

/// Asks a provider of OpenID Connect: within ten seconds in all, certificates verified by the
/// authorities in `ca_file`, or the system's where it is empty.
[[nodiscard]] access::Fetch fetch_by_curl(std::string ca_file);

}  // namespace parcours::app
