#pragma once

#include <span>
#include <string_view>

namespace parcours::cql::model {

/// One type of the model in short: `elements` are written `name[*]:type[|type…][@Column]`,
/// separated by blanks; `*` marks lists.
struct Description {
    std::string_view name;
    std::string_view primary_code;  ///< of resources: what a retrieve filters on
    std::string_view elements;
};

/// The resource types of FHIR R4 (4.0.1) that are described, without what all of them have.
[[nodiscard]] std::span<const Description> resource_descriptions();
/// The complex types and backbone elements.
[[nodiscard]] std::span<const Description> element_descriptions();
/// The types of engagement.
[[nodiscard]] std::span<const Description> engagement_descriptions();
/// What every resource has.
inline constexpr std::string_view resource_elements =
    "id:id@Id meta:Meta implicitRules:uri language:code extension*:Extension";

}  // namespace parcours::cql::model
