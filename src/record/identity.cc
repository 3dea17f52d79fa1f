#include "record/identity.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/hash.h"
#include "fhir/resource_type.h"
#include "record/log.h"

namespace parcours {

Key resource_key(std::string_view source, fhir::ResourceType type, std::string_view id) {
    const std::uint64_t seed = fast_hash(source, static_cast<std::uint64_t>(type) + 1);
    const Key key = fast_hash(id, seed);
    return key == 0 ? 1 : key;
}

Key patient_key(std::string_view source, std::string_view id) {
    return resource_key(source, fhir::ResourceType::Patient, id);
}

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

Key reference_key(std::string_view source, std::string_view reference) {
    const ReferenceParts parts = split_reference(reference);
    const auto type = fhir::find_resource_type(parts.type);
    return type && !parts.id.empty() ? resource_key(source, *type, parts.id) : 0;
}

std::uint16_t shard_of(Key patient) {
    return patient == 0 ? shard_without_patient : static_cast<std::uint16_t>(patient % shard_count);
}

}  // namespace parcours
