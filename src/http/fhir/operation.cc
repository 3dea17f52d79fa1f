#include "http/fhir/operation.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"

namespace parcours::http::facade {
namespace {

Result<> check_name(std::string_view name, std::span<const OperationInput::Known> known) {
    const auto found = std::ranges::find(known, name, &OperationInput::Known::name);
    if (found != known.end() && found->refusal.empty()) {
        return {};
    }
    if (found != known.end()) {
        return fail(ErrorCode::Usage, fmt::format("the parameter \"{}\" is not supported here: {}",
                                                  name, found->refusal));
    }
    std::string names;
    for (const OperationInput::Known& one : known) {
        names +=
            one.refusal.empty() ? fmt::format("{}{}", names.empty() ? "" : ", ", one.name) : "";
    }
    return fail(ErrorCode::Usage,
                fmt::format("the parameter \"{}\" is not known here; known are {}", name, names));
}

bool is_silent(std::string_view name) {
    return name == "_format" || name == "_pretty" || name == "why" || name == "as_of";
}

std::optional<std::string> text_of(const JsonView& parameter) {
    const auto value = value_of(parameter);
    if (!value) {
        return std::nullopt;
    }
    if (value->second.is_string()) {
        return std::string(value->second.text());
    }
    return value->first == "Reference" ? std::string(value->second["reference"].text())
                                       : value->second.to_json();
}

}  // namespace

std::optional<std::pair<std::string, JsonView>> value_of(const JsonView& parameter) {
    static constexpr auto primitives = std::to_array<std::string_view>(
        {"Boolean", "Integer", "Decimal", "String", "Uri", "Url", "Canonical", "Base64Binary",
         "Instant", "Date", "DateTime", "Time", "Code", "Oid", "Id", "Markdown", "UnsignedInt",
         "PositiveInt", "Uuid"});
    for (const auto& [name, value] : parameter.members()) {
        if (!name.starts_with("value") || name.size() == 5) {
            continue;
        }
        std::string type(name.substr(5));
        if (std::ranges::find(primitives, type) != primitives.end()) {
            type[0] = static_cast<char>(type[0] - 'A' + 'a');
        }
        return std::pair(std::move(type), value);
    }
    return std::nullopt;
}

Result<OperationInput> OperationInput::read(const Request& request, std::span<const Known> known) {
    OperationInput out;
    for (const auto& pair : request.query) {
        if (is_silent(pair.first)) {
            continue;
        }
        if (const auto checked = check_name(pair.first, known); !checked) {
            return pass_on(checked);
        }
        out.query_.push_back(pair);
    }
    if (request.method != Method::Post || request.body.empty()) {
        return out;
    }
    const auto root = out.document_->parse(request.body);
    if (!root) {
        return pass_on(root);
    }
    if ((*root)["resourceType"].text() != "Parameters") {
        return fail(ErrorCode::InvalidInput, "the body of an operation is a Parameters resource");
    }
    for (const JsonView& parameter : (*root)["parameter"].elements()) {
        const std::string name(parameter["name"].text());
        if (const auto checked = check_name(name, known); !checked) {
            return pass_on(checked);
        }
        out.body_.emplace_back(name, parameter);
    }
    return out;
}

std::vector<std::string> OperationInput::texts(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [given, text] : query_) {
        if (given == name && !text.empty()) {
            out.push_back(text);
        }
    }
    for (const JsonView& element : elements(name)) {
        if (auto text = text_of(element)) {
            out.push_back(std::move(*text));
        }
    }
    return out;
}

std::optional<std::string> OperationInput::text(std::string_view name) const {
    auto all = texts(name);
    return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
}

std::vector<JsonView> OperationInput::elements(std::string_view name) const {
    std::vector<JsonView> out;
    for (const auto& [given, element] : body_) {
        if (given == name) {
            out.push_back(element);
        }
    }
    return out;
}

JsonView OperationInput::resource(std::string_view name) const {
    const auto all = resources(name);
    return all.empty() ? JsonView() : all.front();
}

std::vector<JsonView> OperationInput::resources(std::string_view name) const {
    std::vector<JsonView> out;
    for (const JsonView& element : elements(name)) {
        if (const JsonView found = element["resource"]) {
            out.push_back(found);
        }
    }
    return out;
}

}  // namespace parcours::http::facade
