#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fhir/resource_type.h"

namespace parcours::http::facade {

/// How a search parameter is decided.
enum class Matching : std::uint8_t {
    Id,
    LastUpdated,
    Patient,        ///< whom the resource is about
    Code,           ///< by the column `code`
    Category,       ///< by the column `category`
    MixedCategory,  ///< the same column, which holds another member too
    Date,           ///< by the clinical date
    Status,         ///< a plain code
    ClinicalStatus,
    Verification,
    Uri,     ///< a member, letter by letter
    Text,    ///< a member, as words
    Member,  ///< a member that is a plain code, in no column
    // Of Patient alone:
    Identifier,
    Name,
    Family,
    Given,
    Birthdate,
    Gender,
    Phone,
    Email,
    Active,
    Deceased
};

/// One search parameter of a type.
struct Parameter {
    std::string_view name;
    Matching matching = Matching::Id;
    std::string_view member;  ///< the JSON member of codes and states
    std::string_view point;   ///< of dates: the member that holds a dateTime, date or instant
    std::string_view other_point;
    std::string_view period;  ///< … and the one that holds a Period
};

/// The kind as a CapabilityStatement names it: token, date, reference, string, uri.
[[nodiscard]] std::string_view parameter_type(Matching matching);

/// The parameters of a type, without those that every type has.
[[nodiscard]] std::span<const Parameter> parameters_of(fhir::ResourceType type);

/// Those that every type has: `_id` and `_lastUpdated`.
[[nodiscard]] std::span<const Parameter> common_parameters();

/// A parameter of a type by its name; null where it has none of that name.
[[nodiscard]] const Parameter* find_parameter(fhir::ResourceType type, std::string_view name);

/// Whether a resource of this type may be searched for by patient.
[[nodiscard]] bool has_patient(fhir::ResourceType type);

/// The parameter that dates the type, for `_sort`; null where none does.
[[nodiscard]] const Parameter* dating_parameter(fhir::ResourceType type);

}  // namespace parcours::http::facade
