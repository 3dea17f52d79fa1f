#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/error.h"
#include "practice/folder.h"
#include "scenario/scenario.h"

namespace parcours::scenario {

/// The practice of a scenario, by the names of its versions; that of the start has none. It is the
/// built-in one with `under` laid over it, then the folder the scenario names beside `file`, then
/// its own files. Errors: a folder that cannot be read, a campaign that is not there.
Result<std::map<std::string, practice::FileMap, std::less<>>> make_versions(
    const Setting& setting, const std::string& file, const practice::FileMap& under);

/// The place in the scenario of a place in one of its practice's files; others stay as they are.
[[nodiscard]] Location place_in_scenario(const Setting& setting, const Location& where);

}  // namespace parcours::scenario
