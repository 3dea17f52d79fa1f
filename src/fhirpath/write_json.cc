#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "fhir/model.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/item.h"
#include "fhirpath/literals.h"
#include "fhirpath/nodes.h"

namespace parcours::fhirpath {
namespace {

std::string type_json(const Item& item) {
    const fhir::Model& model = fhir::Model::r4();
    const bool system = model.type(item.type).kind == fhir::TypeKind::System;
    const std::string_view full = model.public_name(item.type);
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("namespace", std::string_view(system ? "System" : "FHIR"))
        .member("name", system ? full.substr(full.find('.') + 1) : full)
        .end_object();
    return out;
}

std::string number_text(const Item& item) {
    std::string text = item.decimal().to_text();
    if (text.ends_with(".0")) {
        text.resize(text.size() - 2);
    }
    return text;
}

}  // namespace

std::string to_json(const Item& item) {
    switch (item.kind) {
        case Kind::Node:
            return item.has_value ? item.value().to_json() : std::string();
        case Kind::Type:
            return type_json(item);
        case Kind::Boolean:
            return item.truth() ? "true" : "false";
        case Kind::Integer:
            return to_text(item).value_or("");
        case Kind::Decimal:
            return number_text(item);
        default: {
            std::string out;
            JsonWriter(out).value(std::string_view(to_text(item).value_or("")));
            return out;
        }
    }
}

std::string to_json(std::span<const Item> items) {
    std::string out = "[";
    for (const Item& item : items) {
        const std::string json = to_json(item);
        if (!json.empty()) {
            out += out.size() > 1 ? "," : "";
            out += json;
        }
    }
    return out + "]";
}

}  // namespace parcours::fhirpath
