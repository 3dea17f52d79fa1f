// The functions that FHIR adds to FHIRPath, and those of SQL on FHIR.

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/model.h"
#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/function.h"
#include "fhirpath/functions/html.h"
#include "fhirpath/item.h"
#include "fhirpath/model_types.h"
#include "fhirpath/nodes.h"

namespace parcours::fhirpath {
namespace {

constexpr std::string_view definitions = "http://hl7.org/fhir/StructureDefinition/";

bool extension(const Call& call) {
    std::optional<std::string_view> url;
    if (!call.evaluator.string_argument(call, 0, url)) {
        return false;
    }
    static const fhir::NameId name = fhir::Model::r4().find_name("extension");
    for (std::size_t i = 0; url && i < call.input.size(); ++i) {
        Collection all;
        append_member(call.input[i], "extension", name, all);
        for (const Item& one : all) {
            if (one.value()["url"].text() == *url) {
                call.out.push(one);
            }
        }
    }
    return true;
}

// The only item where it is a primitive with a value.
std::optional<Item> only_value(const Collection& input) {
    static const fhir::TypeId xhtml = fhir::Model::r4().find_type("xhtml");
    if (input.size() != 1 || input[0].kind == Kind::Quantity || !is_primitive(input[0]) ||
        (input[0].is_node() && input[0].type == xhtml)) {
        return std::nullopt;
    }
    return to_system(input[0]);
}

bool has_value(const Call& call) {
    call.out.push(Item::of(only_value(call.input).has_value()));
    return true;
}

bool get_value(const Call& call) {
    if (const auto value = only_value(call.input)) {
        call.out.push(*value);
    }
    return true;
}

// The resource that a reference means within `resource`: contained, or in the same Bundle.
JsonView find_within(const JsonView& resource, std::string_view reference) {
    if (reference.starts_with('#')) {
        for (const JsonView& one : resource["contained"].elements()) {
            if (one["id"].text() == reference.substr(1)) {
                return one;
            }
        }
        return reference == "#" ? resource : JsonView{};
    }
    for (const JsonView& entry : resource["entry"].elements()) {
        const std::string_view url = entry["fullUrl"].text();
        const JsonView inner = entry["resource"];
        const std::string key =
            fmt::format("{}/{}", inner["resourceType"].text(), inner["id"].text());
        if (url == reference || key == reference || url.ends_with("/" + std::string(reference))) {
            return inner;
        }
    }
    return {};
}

std::string_view reference_of(const Item& item) {
    return item.value().is_string() ? item.value().text() : item.value()["reference"].text();
}

bool resolve(const Call& call) {
    const Environment& environment = call.evaluator.environment();
    const auto roots =
        environment.resource.empty() ? call.evaluator.context() : environment.resource;
    for (const Item& item : call.input) {
        const std::string_view reference =
            item.kind == Kind::String ? item.text() : reference_of(item);
        if (reference.empty()) {
            continue;
        }
        JsonView found;
        for (const Item& root : roots) {
            found = found.exists() ? found : find_within(root.value(), reference);
        }
        if (!found.exists() && environment.resolver != nullptr) {
            found = environment.resolver->resolve(reference);
        }
        if (found.exists()) {
            call.out.push(object_item(found));
        }
    }
    return true;
}

bool conforms_to(const Call& call) {
    std::optional<std::string_view> url;
    if (!call.evaluator.string_argument(call, 0, url)) {
        return false;
    }
    if (!url || call.input.size() != 1) {
        return true;
    }
    const bool base = url->starts_with(definitions);
    const fhir::TypeId type =
        base ? fhir::Model::r4().find_type(url->substr(definitions.size())) : fhir::TypeId{0};
    if (type == 0) {
        return call.evaluator.fail(call.node,
                                   fmt::format("the profile {} is not known here", *url));
    }
    call.out.push(Item::of(fhir::Model::r4().is_subtype(type_of(call.input[0]), type)));
    return true;
}

// The codes of a code, Coding or CodeableConcept.
std::vector<std::pair<std::string_view, std::string_view>> codes_of(const Item& item) {
    std::vector<std::pair<std::string_view, std::string_view>> codes;
    if (item.kind == Kind::String) {
        codes.emplace_back("", item.text());
    } else if (item.value().is_string()) {
        codes.emplace_back("", item.value().text());
    } else if (item.value()["coding"].exists()) {
        for (const JsonView& coding : item.value()["coding"].elements()) {
            codes.emplace_back(coding["system"].text(), coding["code"].text());
        }
    } else {
        codes.emplace_back(item.value()["system"].text(), item.value()["code"].text());
    }
    return codes;
}

bool member_of(const Call& call) {
    std::optional<std::string_view> set;
    if (!call.evaluator.string_argument(call, 0, set)) {
        return false;
    }
    if (!set || call.input.size() != 1) {
        return true;
    }
    const Terminology* const terminology = call.evaluator.environment().terminology;
    bool member = false;
    for (const auto& [system, code] : codes_of(call.input[0])) {
        const auto known =
            terminology == nullptr ? std::nullopt : terminology->is_member(*set, system, code);
        if (!known) {
            return call.evaluator.fail(call.node,
                                       fmt::format("the value set {} is not known here", *set));
        }
        member = member || *known;
    }
    call.out.push(Item::of(member));
    return true;
}

bool subsumption(const Call& call, bool reversed) {
    Collection other;
    if (!call.evaluator.argument(call, 0, other)) {
        return false;
    }
    if (call.input.size() != 1 || other.size() != 1) {
        return true;
    }
    const Terminology* const terminology = call.evaluator.environment().terminology;
    bool found = false;
    for (const auto& [system, code] : codes_of(call.input[0])) {
        for (const auto& [other_system, other_code] : codes_of(other[0])) {
            if (system != other_system) {
                continue;
            }
            if (code == other_code) {
                found = true;
                continue;
            }
            const auto known = terminology == nullptr
                                   ? std::nullopt
                                   : terminology->subsumes(system, reversed ? other_code : code,
                                                           reversed ? code : other_code);
            if (!known) {
                return call.evaluator.fail(
                    call.node, fmt::format("the hierarchy of {} is not known here", system));
            }
            found = found || *known;
        }
    }
    call.out.push(Item::of(found));
    return true;
}

bool subsumes(const Call& call) {
    return subsumption(call, false);
}
bool subsumed_by(const Call& call) {
    return subsumption(call, true);
}

bool html_checks(const Call& call) {
    std::optional<std::string_view> text;
    if (!call.evaluator.string_input(call, text)) {
        return false;
    }
    if (text) {
        call.out.push(Item::of(is_narrative(*text)));
    }
    return true;
}

bool check_modifiers(const Call& call) {
    Collection known;
    for (std::size_t i = 0; i < call.node.arguments.size(); ++i) {
        if (!call.evaluator.argument(call, i, known)) {
            return false;
        }
    }
    for (const Item& item : call.input) {
        for (const JsonView& one : item.value()["modifierExtension"].elements()) {
            bool found = false;
            for (const Item& url : known) {
                const auto value = to_system(url);
                found = found || (value && value->kind == Kind::String &&
                                  value->text() == one["url"].text());
            }
            if (!found) {
                return call.evaluator.fail(
                    call.node,
                    fmt::format("the modifier extension {} is not understood", one["url"].text()));
            }
        }
    }
    call.out.append(call.input.items());
    return true;
}

// Profiles' definitions and slices are not known here: no element has one.
bool nothing(const Call& call) {
    return call.out.empty();
}

bool resource_key(const Call& call) {
    if (call.input.size() == 1 && call.input[0].value()["id"].exists()) {
        call.out.push(Item::of(call.input[0].value()["id"].text()));
    }
    return true;
}

// The id of what a Reference means; with a type, only where it is of that type.
bool reference_key(const Call& call) {
    for (const Item& item : call.input) {
        std::string_view reference = reference_of(item);
        const std::size_t version = reference.find("/_history/");
        reference = reference.substr(0, version);
        const std::size_t slash = reference.rfind('/');
        if (reference.empty() || slash == std::string_view::npos) {
            continue;
        }
        std::string_view type = reference.substr(0, slash);
        type = type.substr(type.rfind('/') + 1);
        if (call.node.arguments.empty() ||
            call.node.types.fhir == fhir::Model::r4().find_type(type)) {
            call.out.push(Item::of(reference.substr(slash + 1)));
        }
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"extension", 1, 1, extension, "The extensions with a url"},
    {"hasValue", 0, 0, has_value, "Whether it is one primitive with a value"},
    {"getValue", 0, 0, get_value, "The value of one primitive"},
    {"resolve", 0, 0, resolve, "The resources that references mean, where they are known"},
    {"conformsTo", 1, 1, conforms_to, "Whether it is of the type with that definition"},
    {"memberOf", 1, 1, member_of, "Whether its code is in a value set"},
    {"subsumes", 1, 1, subsumes, "Whether its code is the other's or above it"},
    {"subsumedBy", 1, 1, subsumed_by, "Whether its code is the other's or below it"},
    {"htmlChecks", 0, 0, html_checks, "Whether it is XHTML as narratives may have it"},
    {"htmlChecks2", 0, 0, html_checks, "Whether it is XHTML as narratives may have it"},
    {"checkModifiers", 1, 16, check_modifiers, "The input; unknown modifiers are an error"},
    {"elementDefinition", 0, 0, nothing, "Its definition in a profile; none is known"},
    {"slice", 2, 2, nothing, "The elements of a slice; none is known"},
    {"getResourceKey", 0, 0, resource_key, "The key of a resource's rows (SQL on FHIR)"},
    {"getReferenceKey", 0, 1, reference_key, "The key of the rows of what it refers to", true},
});

}  // namespace

std::span<const Function> fhir_functions() {
    return table;
}

}  // namespace parcours::fhirpath
