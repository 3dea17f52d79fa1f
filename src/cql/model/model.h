#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cql/model/type_id.h"
#include "cql/type.h"

namespace parcours::cql::model {

/// What an element means, the same across types: the columns an index can hold.
enum class Column : std::uint8_t {
    None,  ///< no column: read from the resource itself
    Id,
    Code,  ///< code, vaccineCode, medication, Encounter.type, CarePlan.category …
    Category,
    Class,   ///< Encounter.class
    Status,  ///< status, lifecycleStatus
    ClinicalStatus,
    VerificationStatus,
    Clinical,  ///< the clinical date as written, a point or a period: onset, effective,
               ///< period, performed, occurrence, authoredOn, start …
    Abatement,
    Recorded,  ///< recordedDate, issued, created
    Value,     ///< Observation.value
    Interpretation,
    Reason,  ///< reasonCode
    BirthDate,
    Gender,
    Deceased,
    Active  ///< of Patient
};

/// One element of a type, named as FHIR names it and without the suffix of a choice (`onset`).
struct Property {
    std::string name;
    std::vector<std::string> fhir_types;  ///< "dateTime", "Period": several for a choice
    bool many = false;
    Column column = Column::None;
    Type type;  ///< as CQL sees it after FHIRHelpers: Interval<DateTime> for a Period
};

/// One type of the model.
struct ModelType {
    TypeId id{};
    std::string name;
    std::string primary_code;  ///< what `[Condition: "x"]` filters on; empty: nothing
    std::vector<Property> properties;

    [[nodiscard]] const Property* find(std::string_view property) const;
};

/// Properties of FHIR's complex types and backbone elements ("HumanName", "Observation.component").
struct ElementType {
    std::string name;
    std::vector<Property> properties;

    [[nodiscard]] const Property* find(std::string_view property) const;
};

/// The type of that id; every id of `TypeId` has one.
[[nodiscard]] const ModelType& get_type(TypeId id);
/// By name: "Condition", "Contact"; nothing for others.
[[nodiscard]] const ModelType* find_type(std::string_view name);
/// The name that needs the fewest edits, for messages.
[[nodiscard]] std::string_view nearest_type(std::string_view name);
/// The complex type or backbone element of that name; nothing for others.
[[nodiscard]] const ElementType* find_element(std::string_view name);
/// The CQL type of a FHIR type: "Period" → Interval<DateTime>, "code" → String,
/// "CodeableConcept" → Concept.
[[nodiscard]] Type cql_type(std::string_view fhir_type);

/// The type of a member of a value of type `of`, as FHIR or CQL names it (of a list: the list of
/// the members; of a choice: of the alternatives that have it). Nothing where there is none.
[[nodiscard]] std::optional<Type> member_type(const Type& of, std::string_view name);
/// The members a type has, for messages.
[[nodiscard]] std::vector<std::string> member_names(const Type& of);

/// A path from a row: `period`, `period.start`, `name.given`. Resolved once, when compiled.
struct PropertyPath {
    TypeId of{};
    std::vector<std::string> steps;      ///< at least one; the first is a property of `of`
    Column column = Column::None;        ///< of the first step
    const Property* property = nullptr;  ///< the first step
    Type type;                           ///< of the whole path

    [[nodiscard]] std::string to_text() const;
};

/// Resolves a path, or nothing where there is no such property.
[[nodiscard]] std::optional<PropertyPath> find_path(TypeId of,
                                                    const std::vector<std::string>& steps);

}  // namespace parcours::cql::model
