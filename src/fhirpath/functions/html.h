#pragma once

#include <string_view>

namespace parcours::fhirpath {

/// Whether the text is a `div` of balanced elements that narratives may have, without scripts
/// (FHIR R4, Narrative, txt-1).
[[nodiscard]] bool is_narrative(std::string_view text);

}  // namespace parcours::fhirpath
