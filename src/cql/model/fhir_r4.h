#pragma once

#include <span>
#include <string_view>

namespace parcours::cql::model {

/// What is written by hand of one type of the model.
struct Description {
    std::string_view name;
    std::string_view primary_code;  ///< of resources: what a retrieve filters on
    /// Of a resource of FHIR: `name@Column`, of those with a column. Of a type of engagement:
    /// `name[*]:type[|type…][@Column]` of all; `*` marks lists. Separated by blanks.
    std::string_view elements;
};

/// The resource types of FHIR R4 (4.0.1) that have a primary code or columns; the elements of all
/// are those of fhir/model.h.
[[nodiscard]] std::span<const Description> resource_descriptions();
/// The types of engagement.
[[nodiscard]] std::span<const Description> engagement_descriptions();

}  // namespace parcours::cql::model
