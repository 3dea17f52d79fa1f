#include "fhirpath/model_types.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "fhir/model.h"
#include "fhirpath/item.h"

namespace parcours::fhirpath {
namespace {

ModelTypes make() {
    const fhir::Model& model = fhir::Model::r4();
    ModelTypes made;
    made.resource = model.find_type("Resource");
    made.element = model.find_type("Element");
    made.extension = model.find_type("Extension");
    made.reference = model.find_type("Reference");
    made.any = model.find_type("System.Any");
    constexpr auto kinds =
        std::to_array<std::pair<Kind, std::string_view>>({{Kind::Boolean, "System.Boolean"},
                                                          {Kind::Integer, "System.Integer"},
                                                          {Kind::Long, "System.Long"},
                                                          {Kind::Decimal, "System.Decimal"},
                                                          {Kind::String, "System.String"},
                                                          {Kind::Date, "System.Date"},
                                                          {Kind::DateTime, "System.DateTime"},
                                                          {Kind::Time, "System.Time"},
                                                          {Kind::Quantity, "System.Quantity"}});
    for (const auto& [kind, name] : kinds) {
        made.system[static_cast<std::size_t>(kind)] = model.find_type(name);
    }
    constexpr auto classes = std::to_array<std::pair<std::string_view, ValueClass>>(
        {{"decimal", ValueClass::Decimal},
         {"date", ValueClass::Date},
         {"dateTime", ValueClass::DateTime},
         {"instant", ValueClass::DateTime},
         {"time", ValueClass::Time},
         {"Quantity", ValueClass::Quantity}});
    made.classes.resize(model.type_count(), ValueClass::Plain);
    for (std::size_t type = 1; type < model.type_count(); ++type) {
        for (const auto& [name, kind] : classes) {
            if (model.is_subtype(static_cast<fhir::TypeId>(type), model.find_type(name))) {
                made.classes[type] = kind;
            }
        }
    }
    return made;
}

}  // namespace

const ModelTypes& model_types() {
    static const ModelTypes types = make();
    return types;
}

}  // namespace parcours::fhirpath
