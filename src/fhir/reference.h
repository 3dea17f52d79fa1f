#pragma once

#include <string_view>

namespace parcours::fhir {

/// A reference taken apart: "Patient/x", "http://host/fhir/Patient/x/_history/3".
struct ReferenceParts {
    std::string_view type;
    std::string_view id;
};

/// The type and id a literal reference names; both empty for fragments ("#x"), urn: references
/// and text that is no reference.
[[nodiscard]] ReferenceParts split_reference(std::string_view reference);

/// The id of the patient a reference names: "Patient/x", a URL of one, or the "urn:uuid:x" of a
/// Bundle whose patient has the id x. Empty where it names none.
[[nodiscard]] std::string_view patient_id_of(std::string_view reference);

}  // namespace parcours::fhir
