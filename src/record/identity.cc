#include "record/identity.h"

#include <cstdint>
#include <string_view>

#include "base/hash.h"
#include "fhir/reference.h"
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

Key reference_key(std::string_view source, std::string_view reference) {
    const ReferenceParts parts = split_reference(reference);
    const auto type = fhir::find_resource_type(parts.type);
    return type && !parts.id.empty() ? resource_key(source, *type, parts.id) : 0;
}

Key patient_reference_key(std::string_view source, std::string_view reference) {
    const std::string_view id = patient_id_of(reference);
    return id.empty() ? 0 : patient_key(source, id);
}

std::uint16_t shard_of(Key patient) {
    return patient == 0 ? shard_without_patient : static_cast<std::uint16_t>(patient % shard_count);
}

}  // namespace parcours
