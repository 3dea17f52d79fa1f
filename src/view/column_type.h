#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "fhir/model.h"
#include "fhirpath/item.h"

namespace parcours::view {

/// The type that a column says it has: "string", "Observation.referenceRange", or the URL of one.
/// 0 where it says none, or names what is no type of FHIR R4 itself (a profile). Errors,
/// InvalidInput: a plain name that no type has.
Result<fhir::TypeId> read_column_type(std::string_view written);

/// What is wrong with an item in a column of a type; nothing where it is of it. A text is of every
/// type of texts (a code of string), a whole number of decimal, a Date of dateTime; what JSON has
/// outside of FHIR's types may be anything.
[[nodiscard]] std::optional<std::string> wrong_type(fhir::TypeId type, const fhirpath::Item& item);

}  // namespace parcours::view
