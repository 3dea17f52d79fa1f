#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/writer_steps.h"

namespace parcours::engine {

/// Imports one JSON document that is in memory, a resource or a Bundle, by the way of all imports.
/// What cannot be read is refused, not quarantined: whoever sent it is told. Errors: InvalidInput
/// where anything of it was refused; those of the store.
Result<ImportReport> take_in(DataFolder& folder, const Clock& clock, std::string_view document,
                             const std::string& source, const WriterSteps& steps = {});

}  // namespace parcours::engine
