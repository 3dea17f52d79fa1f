#pragma once

#include <cstdint>
#include <string_view>

#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "record/log.h"

namespace parcours {

/// A resource in tables of memory: XXH3-64 of source, type and id. Two of 30 million distinct
/// resources share a key with a probability of 2 in 100,000. 0 means "none".
using Key = std::uint64_t;

/// The key of (source, type, id); `source` is the feed's name.
[[nodiscard]] Key resource_key(std::string_view source, fhir::ResourceType type,
                               std::string_view id);

/// The key of a patient, computable before the Patient resource arrives.
[[nodiscard]] Key patient_key(std::string_view source, std::string_view id);

using fhir::patient_id_of;
using fhir::ReferenceParts;
using fhir::split_reference;

/// The key a reference of a resource of `source` points to; 0 where it names none.
[[nodiscard]] Key reference_key(std::string_view source, std::string_view reference);

/// The key of the patient a reference names (`fhir::patient_id_of`); 0 where it names none.
[[nodiscard]] Key patient_reference_key(std::string_view source, std::string_view reference);

/// Where the records of a patient live; the reserved shard for key 0.
[[nodiscard]] std::uint16_t shard_of(Key patient);

}  // namespace parcours
