#include "fhir/reference.h"

#include <cstddef>
#include <string_view>

namespace parcours::fhir {

ReferenceParts split_reference(std::string_view reference) {
    if (reference.starts_with("urn:") || reference.starts_with('#')) {
        return {};
    }
    if (const std::size_t history = reference.find("/_history/");
        history != std::string_view::npos) {
        reference = reference.substr(0, history);
    }
    const std::size_t id_at = reference.rfind('/');
    if (id_at == std::string_view::npos || id_at == 0) {
        return {};
    }
    const std::string_view before = reference.substr(0, id_at);
    const std::size_t type_at = before.rfind('/');
    return {type_at == std::string_view::npos ? before : before.substr(type_at + 1),
            reference.substr(id_at + 1)};
}

std::string_view patient_id_of(std::string_view reference) {
    constexpr std::string_view uuid = "urn:uuid:";
    if (reference.starts_with(uuid)) {
        return reference.substr(uuid.size());
    }
    const ReferenceParts parts = split_reference(reference);
    return parts.type == "Patient" ? parts.id : std::string_view{};
}

}  // namespace parcours::fhir
