#include "http/fhir/write.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/import.h"
#include "engine/intake.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/entity_tag.h"
#include "http/fhir/finder.h"
#include "http/fhir/outcome.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

/// Where current versions stand, by key.
using Positions = std::unordered_map<Key, LogPosition>;

Positions positions_of(const population::LiveIndex& index, const std::vector<Incoming>& entries) {
    std::map<fhir::ResourceType, std::vector<Key>> keys;
    Positions found;
    for (const Incoming& entry : entries) {
        if (!entry.good()) {
            continue;
        }
        if (entry.type != fhir::ResourceType::Patient) {
            keys[entry.type].push_back(entry.key);
        } else if (const auto number = index.find_patient(entry.key);
                   number && index.patients().position[*number] != 0) {
            found[entry.key] = index.patients().position[*number];
        }
    }
    for (const auto& [type, of_type] : keys) {
        for (const population::RowPlace& place : find_rows(index, type, of_type)) {
            found[place.table->key[place.row]] = place.table->position[place.row];
        }
    }
    return found;
}

bool is_fhir_json(const Request& request) {
    const std::string type = request.media_type();
    return type == "application/fhir+json" || type == "application/json";
}

Response wrong_media_type() {
    return outcome(415, "not-supported", "send FHIR as application/fhir+json");
}

std::string location_of(const Incoming& entry) {
    return fmt::format("{}/{}", fhir::resource_type_name(entry.type), entry.id);
}

/// A document that somebody sent, on its way in.
struct Incomings {
    std::vector<Incoming> entries;
    std::string document;
    Request head;                       ///< without its body
    Positions before;                   ///< what was there when its turn came
    std::vector<std::string> warnings;  ///< of taking it in: of value sets that nobody can use
};

/// What is sent is taken in beside the one that writes, after what was sent before: `check` when
/// its turn has come (an answer ends it there), `make` when it is published.
struct Handling {
    std::function<Result<std::optional<Response>>(const Incomings& sent)> check;
    std::function<Result<Response>(const engine::Service& service, const Incomings& sent)> make;
};

Response answer_of(Result<Response> made) {
    return made ? std::move(*made) : outcome(made.error());
}

void begin_taking(engine::Service& service, const std::shared_ptr<Incomings>& sent,
                  const Handling& handling, const Answer& answer) {
    const auto refusal = std::make_shared<std::optional<Response>>();
    const auto check = [&service, sent, check = handling.check, refusal]() -> Result<> {
        sent->before = positions_of(*service.published()->index, sent->entries);
        auto checked = check(*sent);
        if (!checked) {
            return pass_on(checked);
        }
        *refusal = std::move(*checked);
        return *refusal ? fail(ErrorCode::Conflict, "refused") : Result<>{};
    };
    const auto done = [&service, sent, make = handling.make, refusal,
                       answer](const Result<engine::ImportReport>& taken) {
        if (*refusal) {
            answer(std::move(**refusal));
        } else {
            sent->warnings = taken ? taken->warnings : std::vector<std::string>();
            answer(answer_of(taken ? make(service, *sent) : pass_on(taken)));
        }
    };
    const auto begun =
        service.intake().begin_take_in(sent->document, std::string(api::main_feed), check, done);
    if (!begun) {
        answer(outcome(begun.error()));
    }
}

void hand_over(api::Backend& backend, std::shared_ptr<Incomings> sent, const Handling& handling,
               const Answer& answer) {
    const bool taken =
        backend.write([sent = std::move(sent), handling, answer](engine::Service& service) {
            begin_taking(service, sent, handling, answer);
        });
    if (!taken) {
        answer(outcome(503, "transient", "the server is busy or stopping; try again in a minute"));
    }
}

Response refuse_transaction(const IncomingBundle& bundle) {
    constexpr std::size_t issues_max = 20;
    std::vector<Issue> issues;
    for (std::size_t i = 0; i < bundle.entries.size() && issues.size() < issues_max; ++i) {
        if (!bundle.entries[i].good()) {
            issues.push_back({"error", "invalid", bundle.entries[i].mistake,
                              fmt::format("Bundle.entry[{}]", i)});
        }
    }
    return outcome(422, issues);
}

bool is_terminology(const Incoming& entry) {
    return entry.good() && (entry.type == fhir::ResourceType::ValueSet ||
                            entry.type == fhir::ResourceType::CodeSystem);
}

/// What a warning calls a value set or code system (engine/imported_terminology.h).
std::string called(const Incoming& entry) {
    JsonDocument document;
    const auto resource = document.parse(entry.text);
    const std::string url(resource ? (*resource)["url"].text() : std::string_view());
    return fmt::format("{} {} ", fhir::resource_type_name(entry.type),
                       url.empty() ? entry.id : url);
}

/// Warnings by the entry they are of: one about none of them goes to the first that could have
/// brought it about.
std::vector<std::vector<Issue>> issues_of(const std::vector<Incoming>& entries,
                                          const std::vector<std::string>& warnings) {
    std::vector<std::vector<Issue>> issues(entries.size());
    if (warnings.empty()) {
        return issues;
    }
    std::vector<std::pair<std::size_t, std::string>> names;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (is_terminology(entries[i])) {
            names.emplace_back(i, called(entries[i]));
        }
    }
    for (const std::string& warning : warnings) {
        const auto named = std::ranges::find_if(
            names, [&warning](const auto& name) { return warning.starts_with(name.second); });
        const auto at = named == names.end() ? names.begin() : named;
        if (at != names.end()) {
            issues[at->first].push_back({"warning", "not-supported", warning, {}});
        }
    }
    return issues;
}

void write_response(JsonWriter& json, const Incoming& entry, const Positions& before,
                    const Positions& after, const std::vector<Issue>& issues) {
    json.begin_object().key("response").begin_object();
    if (!entry.good()) {
        json.member("status", "400 Bad Request").key("outcome");
        write_outcome(json, {{"error", "invalid", entry.mistake, {}}});
    } else {
        json.member("status", before.contains(entry.key) ? "200 OK" : "201 Created");
        json.member("location", location_of(entry));
        if (const auto found = after.find(entry.key); found != after.end()) {
            json.member("etag", etag_of(found->second));
        }
        if (!issues.empty()) {
            json.key("outcome");
            write_outcome(json, issues);
        }
    }
    json.end_object().end_object();
}

Response bundle_response(const IncomingBundle& bundle, const Positions& before,
                         const Positions& after, const std::vector<std::string>& warnings) {
    const std::vector<std::vector<Issue>> issues = issues_of(bundle.entries, warnings);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("resourceType", "Bundle");
    json.member("type", bundle.transaction ? "transaction-response" : "batch-response");
    if (!bundle.entries.empty()) {
        json.key("entry").begin_array();
        for (std::size_t i = 0; i < bundle.entries.size(); ++i) {
            write_response(json, bundle.entries[i], before, after, issues[i]);
        }
        json.end_array();
    }
    json.end_object();
    return fhir_json(std::move(out));
}

/// Says whose record was written to; where all of it is one patient's, under their name.
Result<> audit_bundle(const api::Backend& backend, const Incomings& sent) {
    const auto good = std::ranges::count_if(sent.entries, &Incoming::good);
    const std::string what = fmt::format("Bundle of {} resources", good);
    std::set<std::string> about;
    for (const Incoming& entry : sent.entries) {
        if (entry.good() && !entry.patient.empty()) {
            about.insert(entry.patient);
        }
    }
    if (about.size() == 1) {
        return api::audit_question(backend, sent.head, "fhir.write", what, *about.begin());
    }
    const std::vector<std::string> patients(about.begin(), about.end());
    return api::audit_list(backend, sent.head, "fhir.write", patients, what);
}

Handling handling_of_bundle(const api::Backend& backend, bool transaction) {
    Handling handling;
    handling.check = [&backend](const Incomings& sent) -> Result<std::optional<Response>> {
        const auto audited = audit_bundle(backend, sent);
        return audited ? Result<std::optional<Response>>(std::nullopt) : pass_on(audited);
    };
    handling.make = [transaction](const engine::Service& service,
                                  const Incomings& sent) -> Result<Response> {
        const Positions after = positions_of(*service.published()->index, sent.entries);
        return bundle_response({transaction, sent.entries}, sent.before, after, sent.warnings);
    };
    return handling;
}

void post_bundle(api::Backend& backend, const Request& request, const Answer& answer) {
    if (!is_fhir_json(request)) {
        answer(wrong_media_type());
        return;
    }
    auto read = read_bundle(request.body);
    if (!read) {
        answer(outcome(read.error()));
        return;
    }
    if (read->transaction && !std::ranges::all_of(read->entries, &Incoming::good)) {
        answer(refuse_transaction(*read));
        return;
    }
    const auto sent = std::make_shared<Incomings>();
    sent->head = request;
    sent->head.body.clear();
    sent->head.receipts = nullptr;  // nothing is taken in before its audit is durable
    sent->entries = std::move(read->entries);
    sent->document = as_document(sent->entries);
    if (std::ranges::none_of(sent->entries, &Incoming::good)) {
        const IncomingBundle nothing{read->transaction, sent->entries};
        answer(bundle_response(nothing, {}, {}, {}));
        return;
    }
    hand_over(backend, sent, handling_of_bundle(backend, read->transaction), answer);
}

/// Whether a precondition of the sender forbids the change; nothing where it may go on.
std::optional<Response> broken_condition(const Request& request, const Incoming& entry,
                                         std::optional<LogPosition> present) {
    if (const auto match = request.headers.find("If-Match")) {
        if (!present || !lists_tag(*match, etag_of(*present))) {
            return outcome(412, "conflict",
                           "this resource has changed since you read it; read it again");
        }
    }
    if (request.headers.find("If-None-Exist")) {
        return outcome(412, "not-supported",
                       "If-None-Exist is not known here: name the resource by its id");
    }
    if (request.method == Method::Post && present) {
        return outcome(409, "conflict",
                       fmt::format("there is a {} with this id already; PUT changes it",
                                   fhir::resource_type_name(entry.type)));
    }
    return std::nullopt;
}

Result<std::optional<Response>> check_single(const api::Backend& backend, const Incomings& sent) {
    const Incoming& entry = sent.entries.front();
    const auto known = sent.before.find(entry.key);
    const auto present = known == sent.before.end() ? std::nullopt : std::optional(known->second);
    if (auto refused = broken_condition(sent.head, entry, present)) {
        return refused;
    }
    const auto audited = backend.audit(sent.head, "fhir.write", entry.patient, location_of(entry));
    return audited ? Result<std::optional<Response>>(std::nullopt) : pass_on(audited);
}

Result<Response> single_response(const engine::Service& service, const Incomings& sent) {
    const Incoming& entry = sent.entries.front();
    const auto record = service.published();
    const Positions after = positions_of(*record->index, sent.entries);
    const auto now = after.find(entry.key);
    if (now == after.end()) {
        return fail(ErrorCode::Internal, "a stored resource is not in the index");
    }
    auto body = service.folder().read_body(now->second);
    if (!body) {
        return pass_on(body);
    }
    Response response = fhir_json(std::move(*body), sent.before.contains(entry.key) ? 200 : 201);
    response.headers.set("ETag", etag_of(now->second));
    response.headers.set("Location", base_url(*record, sent.head) + "/" + location_of(entry));
    return response;
}

void write_single(api::Backend& backend, const Request& request, const Answer& answer) {
    if (!is_fhir_json(request)) {
        answer(wrong_media_type());
        return;
    }
    const auto type = asked_type(request);
    if (!type) {
        answer(outcome(type.error()));
        return;
    }
    auto entry = read_single(request.body, *type);
    if (!entry) {
        answer(outcome(entry.error()));
        return;
    }
    if (request.method == Method::Put && entry->id != request.path_value("id")) {
        answer(outcome(400, "invalid", "the resource's id must be the one in the address"));
        return;
    }
    const auto sent = std::make_shared<Incomings>();
    sent->head = request;
    sent->head.body.clear();
    sent->head.receipts = nullptr;  // nothing is taken in before its audit is durable
    sent->document = entry->text;
    sent->entries.push_back(std::move(*entry));
    Handling handling;
    handling.check = [&backend](const Incomings& asked) { return check_single(backend, asked); };
    handling.make = single_response;
    hand_over(backend, sent, handling, answer);
}

}  // namespace

void add_write_routes(Router& router, api::Backend& backend) {
    const auto access = RouteAccess::needs(access::Permission::FhirWrite);
    const Handler single = [&backend](const Request& request, const Answer& answer) {
        write_single(backend, request, answer);
    };
    router.add({Method::Post, "/fhir", "fhirBundle", access,
                [&backend](const Request& request, const Answer& answer) {
                    post_bundle(backend, request, answer);
                },
                written_bytes_max});
    router.add({Method::Post, "/fhir/{type}", "fhirCreate", access, single, written_bytes_max});
    router.add({Method::Put, "/fhir/{type}/{id}", "fhirUpdate", access, single, written_bytes_max});
}

}  // namespace parcours::http::facade
