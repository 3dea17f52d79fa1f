#pragma once

#include <string_view>

#include "fhirpath/item.h"

namespace parcours::fhirpath {

/// Whether a System value may stand in an element of one of FHIR's primitive types, by the rules of
/// FHIR R4, Data Types, Primitive Types.
[[nodiscard]] bool is_valid_primitive(std::string_view type, const Item& value);

}  // namespace parcours::fhirpath
