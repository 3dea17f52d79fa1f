#include "view/column_type.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "fhirpath/nodes.h"

namespace parcours::view {
namespace {

using fhir::Model;
using fhir::TypeId;

/// What values of primitive types are, whatever FHIR calls them.
enum class Family : std::uint8_t { Other, Boolean, Whole, Decimal, Text, Date, DateTime, Time };

struct Named {
    std::string_view name;
    Family family;
};

Family family_of(TypeId type) {
    constexpr auto named = std::to_array<Named>({{"boolean", Family::Boolean},
                                                 {"System.Boolean", Family::Boolean},
                                                 {"integer", Family::Whole},
                                                 {"System.Integer", Family::Whole},
                                                 {"System.Long", Family::Whole},
                                                 {"decimal", Family::Decimal},
                                                 {"System.Decimal", Family::Decimal},
                                                 {"date", Family::Date},
                                                 {"System.Date", Family::Date},
                                                 {"dateTime", Family::DateTime},
                                                 {"instant", Family::DateTime},
                                                 {"System.DateTime", Family::DateTime},
                                                 {"time", Family::Time},
                                                 {"System.Time", Family::Time},
                                                 {"System.String", Family::Text}});
    const Model& model = Model::r4();
    for (const auto& [name, family] : named) {
        if (model.is_subtype(type, model.find_type(name))) {
            return family;
        }
    }
    return model.type(type).kind == fhir::TypeKind::Primitive ? Family::Text : Family::Other;
}

bool fits(Family column, Family item) {
    return column == item || (column == Family::Decimal && item == Family::Whole) ||
           (column == Family::DateTime && item == Family::Date);
}

}  // namespace

Result<TypeId> read_column_type(std::string_view written) {
    constexpr auto prefixes = std::to_array<std::string_view>(
        {"http://hl7.org/fhir/StructureDefinition/", "http://hl7.org/fhirpath/"});
    std::string_view name = written;
    for (const std::string_view prefix : prefixes) {
        name.remove_prefix(name.starts_with(prefix) ? prefix.size() : 0);
    }
    const TypeId type = name.empty() ? TypeId{0} : Model::r4().find_type(name);
    const bool plain = name.find_first_of(":/#") == std::string_view::npos;
    if (type == 0 && !name.empty() && plain) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("there is no type \"{}\" in FHIR R4; write one such as \"string\" "
                                "or \"dateTime\"",
                                name));
    }
    return type;
}

std::optional<std::string> wrong_type(TypeId type, const fhirpath::Item& item) {
    const Model& model = Model::r4();
    const TypeId given = fhirpath::type_of(item);
    if (type == 0 || given == 0 || model.is_subtype(given, type)) {
        return std::nullopt;
    }
    const Family family = family_of(type);
    if (family != Family::Other && fits(family, family_of(given))) {
        return std::nullopt;
    }
    return fmt::format("the column is to hold {}, and its path gives {}", model.public_name(type),
                       model.public_name(given));
}

}  // namespace parcours::view
