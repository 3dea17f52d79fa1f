#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/own.h"
#include "http/message.h"
#include "http/router.h"
#include "http/site.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::facade {

/// Adds everything below /fhir: what the record holds, in FHIR R4's own words. `backend` outlives
/// the router.
void add_fhir_routes(Router& router, api::Backend& backend);

/// The same guard, whose refusals below /fhir are OperationOutcomes.
[[nodiscard]] Site::Guard with_outcomes(Site::Guard guard);

/// A problem below /fhir as an OperationOutcome, whether a handler gives it or the router: a path
/// or a method that is not here. What the connection refuses before that stays problem+json.
[[nodiscard]] Response outcome_for_problem(const Request& request, Response response);

// Each adds the routes of its file.
void add_metadata_route(Router& router, api::Backend& backend);
void add_read_route(Router& router, api::Backend& backend);
void add_search_routes(Router& router, api::Backend& backend);
void add_group_routes(Router& router, api::Backend& backend);
void add_cql_routes(Router& router, api::Backend& backend);
void add_measure_routes(Router& router, api::Backend& backend);
void add_write_routes(Router& router, api::Backend& backend);

/// A handler that answers at once; errors become OperationOutcomes.
[[nodiscard]] Handler answering_fhir(std::function<Result<Response>(const Request&)> make);

/// The same, for operations on CQL: their errors tell where in the text.
[[nodiscard]] Handler answering_cql(std::function<Result<Response>(const Request&)> make);

/// "https://clinic.example.org/fhir": as the practice says, else as the request came.
[[nodiscard]] std::string base_url(const engine::Published& record, const Request& request);

/// The type of `{type}`. Errors: NotFound, with the nearest name.
Result<fhir::ResourceType> asked_type(const Request& request);

/// A resource of the record, or one of our own.
struct Place {
    LogPosition position = 0;  ///< of an imported one
    Key key = 0;
    Instant updated = no_time;
    population::PatientNumber patient = population::no_patient;
    std::optional<OwnItem> own;
};
/// Where a resource with that id is. Errors: NotFound; Conflict where several feeds have one.
Result<Place> find_place(const api::Backend& backend, const engine::Published& record,
                         fhir::ResourceType type, std::string_view id);

/// The `ETag` of a stored version: where it stands in the log, which no two versions share.
[[nodiscard]] std::string etag_of(LogPosition position);

/// Whom a place is about, as the audit names them; empty for nobody.
[[nodiscard]] std::string audited_patient(const engine::Published& record, const Place& place);

}  // namespace parcours::http::facade
