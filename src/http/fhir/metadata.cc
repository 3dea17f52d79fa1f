#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "base/time.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/outcome.h"
#include "http/fhir/parameters.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "population/table.h"

namespace parcours::http::facade {
namespace {

void write_codes(JsonWriter& json, std::string_view name,
                 std::initializer_list<std::string_view> codes) {
    json.key(name).begin_array();
    for (const std::string_view code : codes) {
        json.begin_object().member("code", code).end_object();
    }
    json.end_array();
}

void write_parameters(JsonWriter& json, fhir::ResourceType type) {
    json.key("searchParam").begin_array();
    for (const auto& list : {common_parameters(), parameters_of(type)}) {
        for (const Parameter& parameter : list) {
            json.begin_object()
                .member("name", parameter.name)
                .member("type", parameter_type(parameter.matching))
                .end_object();
        }
    }
    json.end_array();
}

struct Operation {
    std::optional<fhir::ResourceType> type;  ///< nothing: of the whole system
    std::string_view name;
    std::string_view definition;
};

constexpr std::array operations{
    Operation{std::nullopt, "cql", "http://hl7.org/fhir/uv/cql/OperationDefinition/cql-cql"},
    Operation{fhir::ResourceType::Group, "members",
              "https://parcours.example/fhir/OperationDefinition/group-members"},
    Operation{fhir::ResourceType::Library, "evaluate",
              "http://hl7.org/fhir/uv/cql/OperationDefinition/cql-library-evaluate"},
    Operation{fhir::ResourceType::Measure, "evaluate-measure",
              "http://hl7.org/fhir/OperationDefinition/Measure-evaluate-measure"}};

void write_operations(JsonWriter& json, const std::optional<fhir::ResourceType>& type) {
    const auto fits = [&type](const Operation& one) { return one.type == type; };
    if (std::ranges::none_of(operations, fits)) {
        return;
    }
    json.key("operation").begin_array();
    for (const Operation& operation : operations) {
        if (fits(operation)) {
            json.begin_object().member("name", operation.name);
            json.member("definition", operation.definition).end_object();
        }
    }
    json.end_array();
}

void write_type(JsonWriter& json, fhir::ResourceType type) {
    json.begin_object().member("type", fhir::resource_type_name(type));
    write_codes(json, "interaction", {"read", "search-type", "create", "update"});
    json.member("versioning", "no-version")
        .member("readHistory", false)
        .member("updateCreate", true)
        .member("conditionalCreate", false)
        .member("conditionalRead", "not-match")
        .member("conditionalUpdate", false);
    if (has_patient(type)) {
        const std::string name(fhir::resource_type_name(type));
        json.key("searchInclude").begin_array().value(name + ":patient");
        if (find_parameter(type, "subject") != nullptr) {
            json.value(name + ":subject");
        }
        json.end_array();
    }
    write_parameters(json, type);
    write_operations(json, type);
    json.end_object();
}

/// The types that the record holds, with those that are our own.
std::set<fhir::ResourceType> served_types(const engine::Published& record) {
    std::set<fhir::ResourceType> types{
        fhir::ResourceType::Patient, fhir::ResourceType::Communication, fhir::ResourceType::Task,
        fhir::ResourceType::Consent, fhir::ResourceType::Group,         fhir::ResourceType::Library,
        fhir::ResourceType::Measure};
    for (const fhir::ResourceType type : record.index->types()) {
        types.insert(type);
    }
    return types;
}

Response metadata(const api::Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("resourceType", "CapabilityStatement")
        .member("status", "active")
        .member("date", format_date(backend.service.clock().now()))
        .member("kind", "instance");
    json.key("software").begin_object().member("name", "Parcours").end_object();
    json.key("implementation").begin_object();
    json.member("description", record->clinic->folder.config.name)
        .member("url", base_url(*record, request))
        .end_object();
    json.member("fhirVersion", "4.0.1");
    json.key("format").begin_array().value("application/fhir+json").end_array();
    json.key("rest").begin_array().begin_object().member("mode", "server");
    json.key("security").begin_object();
    json.member("description",
                "Authorization: Bearer TOKEN, with the scope fhir.read or fhir.write")
        .end_object();
    json.key("resource").begin_array();
    for (const fhir::ResourceType type : served_types(*record)) {
        write_type(json, type);
    }
    json.end_array();
    write_codes(json, "interaction", {"transaction", "batch"});
    write_operations(json, std::nullopt);
    json.end_object().end_array().end_object();
    return fhir_json(std::move(out));
}

}  // namespace

void add_metadata_route(Router& router, api::Backend& backend) {
    router.add(
        {Method::Get, "/fhir/metadata", "fhirMetadata",
         RouteAccess::open("says what can be asked for, nothing of anybody"),
         answering([&backend](const Request& request) { return metadata(backend, request); })});
}

}  // namespace parcours::http::facade
