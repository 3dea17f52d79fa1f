#include <chrono>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/outbox.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/entity_tag.h"
#include "http/fhir/finder.h"
#include "http/fhir/outcome.h"
#include "http/fhir/own.h"
#include "http/fhir/routes.h"
#include "http/http_date.h"
#include "http/message.h"
#include "http/router.h"
#include "http/site.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/fact.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

std::unexpected<Error> not_here(fhir::ResourceType type) {
    return fail(ErrorCode::NotFound,
                fmt::format("there is no such {} here", fhir::resource_type_name(type)));
}

std::unexpected<Error> ambiguous() {
    return fail(ErrorCode::Conflict, std::string(api::several_feeds) + "main%2Fid");
}

Result<Place> find_patient_place(const population::LiveIndex& index, std::string_view id) {
    const auto number = api::find_patient(index, id);
    if (!number) {
        return pass_on(number);
    }
    const population::LivePatients& patients = index.patients();
    return Place{patients.position[*number], patients.key[*number], patients.last_updated[*number],
                 *number, std::nullopt};
}

/// Whether the sender has this version already (RFC 9110 §13.1.2; weak comparison).
bool has_already(const Request& request, const std::string& etag) {
    const auto known = request.headers.find("If-None-Match");
    return known && lists_tag(*known, etag);
}

Response with_version(Response response, const std::string& etag, Instant updated) {
    response.headers.set("ETag", etag);
    if (updated != no_time) {
        response.headers.set("Last-Modified",
                             http_date(std::chrono::floor<std::chrono::seconds>(updated)));
    }
    return response;
}

/// A resource that may change without a version of its own: its content tells.
Result<Response> read_own(const api::Backend& backend, const engine::Published& record,
                          fhir::ResourceType type, const OwnItem& item, const Request& request) {
    const auto moment = api::asked_moment(backend, request);
    if (!moment) {
        return pass_on(moment);
    }
    auto body = render_own(backend, record, type, item, {true, *moment});
    if (!body) {
        return pass_on(body);
    }
    const std::string etag = "W/\"" + content_hash(*body).to_hex() + "\"";
    Response response =
        has_already(request, etag) ? Response::text(304, fhir_media_type, {}) : fhir_json(*body);
    return with_version(std::move(response), etag, no_time);
}

Result<Response> read_one(const api::Backend& backend, const Request& request) {
    const auto type = asked_type(request);
    if (!type) {
        return pass_on(type);
    }
    const auto record = backend.service.published();
    const auto place = find_place(backend, *record, *type, request.path_value("id"));
    if (!place) {
        return pass_on(place);
    }
    const std::string what =
        fmt::format("{}/{}", fhir::resource_type_name(*type), request.path_value("id"));
    if (const auto audited =
            backend.audit(request, "fhir.read", audited_patient(*record, *place), what);
        !audited) {
        return pass_on(audited);
    }
    if (place->own) {
        return read_own(backend, *record, *type, *place->own, request);
    }
    const std::string etag = etag_of(place->position);
    if (has_already(request, etag)) {
        return with_version(Response::text(304, fhir_media_type, {}), etag, place->updated);
    }
    auto body = backend.service.folder().read_body(place->position);
    if (!body) {
        return pass_on(body);
    }
    return with_version(fhir_json(std::move(*body)), etag, place->updated);
}

}  // namespace

Handler answering_fhir(std::function<Result<Response>(const Request&)> make) {
    return [make = std::move(make)](const Request& request, const Answer& answer) {
        auto made = make(request);
        answer(made ? std::move(*made) : outcome(made.error()));
    };
}

Handler answering_cql(std::function<Result<Response>(const Request&)> make) {
    return [make = std::move(make)](const Request& request, const Answer& answer) {
        auto made = make(request);
        answer(made ? std::move(*made) : cql_outcome(made.error()));
    };
}

Site::Guard with_outcomes(Site::Guard guard) {
    return [guard = std::move(guard)](Request& request) -> std::optional<Response> {
        auto refused = guard(request);
        const bool ours = request.path == "/fhir" || request.path.starts_with("/fhir/");
        if (!refused || !ours) {
            return refused;
        }
        Response told =
            refused->status == 401
                ? outcome(401, "login", "send a token: Authorization: Bearer …")
                : outcome(refused->status, "forbidden",
                          "this needs the scope fhir.read, for changes fhir.write, or a "
                          "role that has it");
        for (const auto& [name, value] : refused->headers.fields()) {
            if (!told.headers.find(name)) {
                told.headers.add(name, value);
            }
        }
        return told;
    };
}

Response outcome_for_problem(const Request& request, Response response) {
    const bool ours = request.path == "/fhir" || request.path.starts_with("/fhir/");
    const auto* const text = std::get_if<std::string>(&response.body);
    if (!ours || text == nullptr ||
        response.headers.find("Content-Type").value_or("") != "application/problem+json") {
        return response;
    }
    JsonDocument document;
    const auto problem = document.parse(*text);
    if (!problem) {
        return response;
    }
    const std::string_view code = response.status == 404   ? "not-found"
                                  : response.status == 405 ? "not-supported"
                                  : response.status == 429 ? "throttled"
                                  : response.status >= 500 ? "transient"
                                                           : "invalid";
    Response told =
        outcome(response.status, code,
                fmt::format("{}; {}", (*problem)["detail"].text(), (*problem)["cure"].text()));
    for (const auto& [name, value] : response.headers.fields()) {
        if (!told.headers.find(name)) {
            told.headers.add(name, value);
        }
    }
    told.defect = std::move(response.defect);
    return told;
}

std::string base_url(const engine::Published& record, const Request& request) {
    const std::string& known = record.clinic->folder.config.public_url;
    if (!known.empty()) {
        return known + "/fhir";
    }
    return std::string(request.secure ? "https://" : "http://") +
           std::string(request.headers.find("Host").value_or("localhost")) + "/fhir";
}

Result<fhir::ResourceType> asked_type(const Request& request) {
    const std::string_view name = request.path_value("type");
    const auto type = fhir::find_resource_type(name);
    if (!type) {
        return fail(ErrorCode::NotFound,
                    fmt::format("this is no resource type of FHIR R4; did you mean {}?",
                                fhir::nearest_resource_type(name)));
    }
    return *type;
}

Result<Place> find_place(const api::Backend& backend, const engine::Published& record,
                         fhir::ResourceType type, std::string_view id) {
    const population::LiveIndex& index = *record.index;
    if (auto own = find_own(backend, record, type, id)) {
        Place place;
        if (const auto number = index.find_patient(own->patient)) {
            place.patient = *number;
        }
        place.own = std::move(own);
        return place;
    }
    if (type == fhir::ResourceType::Patient) {
        return find_patient_place(index, id);
    }
    const auto rows = find_rows(index, type, keys_of(index, type, id));
    if (rows.empty()) {
        return not_here(type);
    }
    if (rows.size() > 1) {
        return ambiguous();
    }
    const population::Table* const table = rows.front().table;
    const std::uint32_t row = rows.front().row;
    return Place{table->position[row], table->key[row], table->last_updated[row],
                 rows.front().owner(), std::nullopt};
}

std::string etag_of(LogPosition position) {
    return fmt::format("W/\"{}\"", position);
}

std::string audited_patient(const engine::Published& record, const Place& place) {
    return place.patient == population::no_patient
               ? std::string()
               : engine::patient_name(*record.index, record.index->patients().key[place.patient]);
}

void add_read_route(Router& router, api::Backend& backend) {
    router.add({Method::Get, "/fhir/{type}/{id}", "fhirRead",
                RouteAccess::needs(access::Permission::FhirRead),
                answering_fhir(
                    [&backend](const Request& request) { return read_one(backend, request); })});
}

void add_fhir_routes(Router& router, api::Backend& backend) {
    add_metadata_route(router, backend);
    add_read_route(router, backend);
    add_search_routes(router, backend);
    add_group_routes(router, backend);
    add_cql_routes(router, backend);
    add_measure_routes(router, backend);
    add_write_routes(router, backend);
}

}  // namespace parcours::http::facade
