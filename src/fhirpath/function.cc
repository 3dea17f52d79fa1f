#include "fhirpath/function.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/model.h"
#include "fhirpath/tree.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

std::vector<const Function*> gather() {
    std::vector<const Function*> all;
    const auto groups = std::to_array<std::span<const Function>>(
        {existence_functions(), filter_functions(), subset_functions(), conversion_functions(),
         string_functions(), regex_functions(), math_functions(), date_functions(),
         boundary_functions(), utility_functions(), fhir_functions()});
    for (const auto& group : groups) {
        for (const Function& function : group) {
            all.push_back(&function);
        }
    }
    std::ranges::sort(all, {}, [](const Function* one) { return one->name; });
    return all;
}

const std::vector<const Function*>& all_functions() {
    static const std::vector<const Function*> all = gather();
    return all;
}

std::string unknown_type(std::string_view name) {
    const fhir::Model& model = fhir::Model::r4();
    std::vector<std::string> names;
    for (std::size_t i = 1; i < model.type_count(); ++i) {
        const fhir::ModelType& type = model.type(static_cast<fhir::TypeId>(i));
        if (type.kind == fhir::TypeKind::System) {
            names.emplace_back(type.name.substr(7));
        } else if (type.kind != fhir::TypeKind::Backbone) {
            names.emplace_back(type.name);
        }
    }
    const std::string_view near = values::nearest(name, names);
    return fmt::format("there is no type '{}'{}", name,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

}  // namespace

const Function* find_function(std::string_view name) {
    const auto& all = all_functions();
    const auto found =
        std::ranges::lower_bound(all, name, {}, [](const Function* one) { return one->name; });
    return found != all.end() && (*found)->name == name ? *found : nullptr;
}

std::string_view nearest_function(std::string_view name) {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (const Function* function : all_functions()) {
            made.emplace_back(function->name);
        }
        return made;
    }();
    return values::nearest(name, names);
}

std::string arguments_text(const Function& function) {
    if (function.arguments_max == 0) {
        return "no arguments";
    }
    if (function.arguments_min == function.arguments_max) {
        return fmt::format("{} argument{}", function.arguments_min,
                           function.arguments_min == 1 ? "" : "s");
    }
    return fmt::format("{} to {} arguments", function.arguments_min, function.arguments_max);
}

std::span<const Function* const> functions() {
    return all_functions();
}

std::expected<TypeName, std::string> find_type_name(std::span<const std::string> names) {
    const fhir::Model& model = fhir::Model::r4();
    TypeName found;
    const std::string& name = names.back();
    if (names.size() == 1 || names.front() == "System") {
        found.system = model.find_type("System." + name);
    }
    if (names.size() == 1 || names.front() == "FHIR") {
        const bool plain = name.find('.') == std::string::npos;
        found.fhir = plain ? model.find_type(name) : fhir::TypeId{0};
    }
    if (found.system == 0 && found.fhir == 0) {
        return std::unexpected(unknown_type(name));
    }
    return found;
}

}  // namespace parcours::fhirpath
