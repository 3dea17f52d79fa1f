#pragma once

#include <cstdint>

#include "fhir/resource_type.h"

namespace parcours::cql::model {

/// What can be retrieved: the resource types of FHIR R4, numbered as `fhir::ResourceType`, then
/// the types of engagement. It is also the `table` of a `Row`.
enum class TypeId : std::uint16_t {};

inline constexpr std::uint16_t engagement_first = fhir::resource_type_count;
inline constexpr TypeId contact{engagement_first};
inline constexpr TypeId position{engagement_first + 1};
inline constexpr TypeId enrolment{engagement_first + 2};
inline constexpr TypeId answer{engagement_first + 3};
inline constexpr TypeId message{engagement_first + 4};
inline constexpr std::uint16_t type_count = engagement_first + 5;

[[nodiscard]] constexpr TypeId type_id(fhir::ResourceType type) {
    return TypeId{static_cast<std::uint16_t>(type)};
}
[[nodiscard]] constexpr bool is_fhir(TypeId id) {
    return static_cast<std::uint16_t>(id) < engagement_first;
}
/// Must be a type of FHIR.
[[nodiscard]] constexpr fhir::ResourceType resource_type(TypeId id) {
    return static_cast<fhir::ResourceType>(static_cast<std::uint16_t>(id));
}

}  // namespace parcours::cql::model
