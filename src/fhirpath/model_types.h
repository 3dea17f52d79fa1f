#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "fhir/model.h"

namespace parcours::fhirpath {

inline constexpr std::string_view ucum_url = "http://unitsofmeasure.org";

/// What the JSON of a type's value means where JSON alone does not say it.
enum class ValueClass : std::uint8_t { Plain, Decimal, Date, DateTime, Time, Quantity };

/// Numbers of the types that evaluation asks for again and again.
struct ModelTypes {
    fhir::TypeId resource = 0;
    fhir::TypeId element = 0;
    fhir::TypeId extension = 0;
    fhir::TypeId reference = 0;
    fhir::TypeId any = 0;                   ///< System.Any: whatever there is
    std::array<fhir::TypeId, 11> system{};  ///< by Kind
    std::vector<ValueClass> classes;        ///< by type

    [[nodiscard]] ValueClass value_class(fhir::TypeId type) const { return classes[type]; }
};

[[nodiscard]] const ModelTypes& model_types();

}  // namespace parcours::fhirpath
