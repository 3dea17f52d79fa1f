#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/releases.h"
#include "engine/service.h"
#include "http/api/cohort_runs.h"
#include "http/event_stream.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "population/live_index.h"

namespace parcours::http::api {

/// Work for the thread that writes; called there, in the order of asking.
using WriterJob = std::function<void(engine::Service& service)>;

class ImportJobs;

/// The feed whose ids stand for themselves: those of others have their feed's name before them.
inline constexpr std::string_view main_feed = "main";

/// What the handlers stand on. Outlives them.
struct Backend {
    engine::Service& service;
    /// Hands a job to the writer; false where it is stopping or has too much to do.
    std::function<bool(WriterJob job)> write;
    /// Writes into the audit that the caller saw a patient's data or did something. Durable before
    /// the answer leaves where the request has receipts, else when it returns: nothing with
    /// patients' data leaves before. Errors: Unavailable.
    std::function<Result<>(const Request& request, std::string_view action,
                           std::string_view patient, std::string_view detail)>
        audit;
    EventHub& events;  ///< tells pages what changed
    /// The real path, without links, that an import may read in the place of this one: below the
    /// folders that the administrator allowed. Nothing where it may not.
    std::function<std::optional<std::string>(const std::string& path)> may_import;
    ImportJobs& imports;
    /// Whether the caller of a request that goes on is still in. Empty: always.
    std::function<bool(const access::Principal& caller)> is_in;
    std::shared_ptr<CohortRuns> cohorts = std::make_shared<CohortRuns>();
    /// Of campaigns that the practice leaves out: compiled once for all who look at them.
    std::shared_ptr<engine::KeptReleases> releases = std::make_shared<engine::KeptReleases>();
};

/// The moment a request asks for: `as_of`; without it the end of a virtual run; nothing: now.
/// Errors: Usage.
Result<std::optional<Instant>> asked_moment(const Backend& backend, const Request& request);

/// Standings of a record at the moment a request asks for.
Result<std::shared_ptr<const position::Standings>> asked_standings(const Backend& backend,
                                                                   const engine::Published& record,
                                                                   const Request& request);

/// The patient of an id, or of "source/id", as it was asked for: they may have been merged into
/// somebody. Errors: NotFound, Conflict.
Result<population::PatientNumber> find_patient(const population::LiveIndex& index,
                                               std::string_view id);
/// What is wrong with an id that is not of one feed alone.
inline constexpr std::string_view several_feeds =
    "several feeds know this id; put the feed's name before it: ";

/// The patient that `{patient}` names, or whom they were merged into. Errors: NotFound, Conflict.
Result<population::PatientNumber> asked_patient(const population::LiveIndex& index,
                                                std::string_view id);

// What goes into the audit, each in as many entries as it takes: nothing is cut.

/// That these patients were in a list, with what was asked for.
Result<> audit_list(const Backend& backend, const Request& request, std::string_view action,
                    std::span<const std::string> patients, std::string_view question);

/// A question, and whom its answer was about where that was one.
Result<> audit_question(const Backend& backend, const Request& request, std::string_view action,
                        std::string_view question, std::string_view patient = {});

/// That a change is asked for, before it is made: where this cannot be written nothing is changed.
Result<> audit_asked(const Backend& backend, const Request& request);

/// What a change did, beside the request's target.
Result<> audit_change(const Backend& backend, const Request& request, std::string_view what,
                      std::string_view patient = {});

/// One page of a list of `total`: which rows, and the cursor of what follows.
struct Page {
    std::size_t from = 0;
    std::size_t to = 0;
    std::string next;  ///< empty at the end
};
/// By `cursor` and `limit`. A cursor names a row by its place: rows that come or go meanwhile may
/// shift it. Errors: Usage.
Result<Page> asked_page(const Request& request, std::size_t total);

/// A whole number of the query, at most `max`. Errors: Usage.
Result<std::size_t> asked_number(const Request& request, std::string_view name,
                                 std::size_t otherwise, std::size_t max);

// JSON that may be null.
void write_moment(JsonWriter& json, std::string_view name, Instant at);  ///< no_time: null
void write_moment(JsonWriter& json, std::string_view name, const std::optional<Instant>& at);
void write_text_or_null(JsonWriter& json, std::string_view name, std::string_view text);
void write_next(JsonWriter& json, const Page& page);

/// A route that needs a permission and answers at once; errors become problems.
[[nodiscard]] Route reading(Method method, std::string_view path, std::string_view operation,
                            access::Permission permission,
                            std::function<Result<Response>(const Request&)> make);

/// What a change answers, and what the audit says of it.
struct Changed {
    Response response;
    std::string what;     ///< was done, in plain words
    std::string patient;  ///< empty where it is not about one
};

/// A route whose work is done by the writer.
[[nodiscard]] Route writing(
    Backend& backend, Method method, std::string_view path, std::string_view operation,
    access::Permission permission,
    std::function<Result<Changed>(engine::Service& service, const Request&)> make);

// Each adds the routes of its file.
void add_map_routes(Router& router, Backend& backend);
void add_patient_routes(Router& router, Backend& backend);
void add_cohort_routes(Router& router, Backend& backend);
void add_campaign_routes(Router& router, Backend& backend);
void add_enrolment_routes(Router& router, Backend& backend);
void add_hold_routes(Router& router, Backend& backend);
void add_move_routes(Router& router, Backend& backend);
void add_work_routes(Router& router, Backend& backend);
void add_definition_routes(Router& router, Backend& backend);
void add_event_routes(Router& router, Backend& backend);
void add_import_routes(Router& router, Backend& backend);

/// Tells pages that something of a kind ("task") changed; `id` may be empty; no patient's data.
void tell(const Backend& backend, std::string_view kind, std::string_view id);

}  // namespace parcours::http::api
