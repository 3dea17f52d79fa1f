#include "http/fhir/write.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/finder.h"
#include "http/fhir/outcome.h"
#include "http/fhir/routes.h"
#include "http/finish.h"
#include "http/message.h"
#include "http/router.h"
#include "population/index.h"
#include "population/table.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

constexpr std::string_view feed = "main";

/// Where current versions stand, by key.
using Positions = std::unordered_map<Key, LogPosition>;

Positions positions_of(const population::Index& index, const std::vector<Incoming>& entries) {
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
        if (const population::Table* const table = index.find_table(type)) {
            for (const std::uint32_t row : find_rows(*table, of_type)) {
                found[table->key[row]] = table->position[row];
            }
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

/// Work of the writer whose answer is FHIR.
using FhirJob = std::function<Result<Response>(engine::Service& service, const Request& request)>;

void hand_over(api::Backend& backend, const Request& request, const Answer& answer, FhirJob job) {
    Request asked = request;
    asked.receipts = nullptr;  // nothing is taken in before its audit is durable
    const bool taken = backend.write(
        [job = std::move(job), asked = std::move(asked), answer](engine::Service& service) {
            try {
                auto made = job(service, asked);
                answer(made ? std::move(*made) : outcome(made.error()));
            } catch (const std::exception&) {
                // The writer goes on with the work of others.
                answer(outcome(500, "exception", "the server failed at this request"));
            }
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

void write_response(JsonWriter& json, const Incoming& entry, const Positions& before,
                    const Positions& after) {
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
    }
    json.end_object().end_object();
}

Result<Response> take_bundle(const api::Backend& backend, engine::Service& service,
                             const Request& request, const IncomingBundle& bundle) {
    const Positions before = positions_of(*service.published()->index, bundle.entries);
    const auto good = std::ranges::count_if(bundle.entries, &Incoming::good);
    if (const auto audited =
            backend.audit(request, "fhir.write", "", fmt::format("Bundle of {} resources", good));
        !audited) {
        return pass_on(audited);
    }
    if (good > 0) {
        if (const auto taken = service.take_in(as_document(bundle.entries), std::string(feed));
            !taken) {
            return pass_on(taken);
        }
    }
    api::tell(backend, "map", "");
    const Positions after = positions_of(*service.published()->index, bundle.entries);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("resourceType", "Bundle");
    json.member("type", bundle.transaction ? "transaction-response" : "batch-response");
    if (!bundle.entries.empty()) {
        json.key("entry").begin_array();
        for (const Incoming& entry : bundle.entries) {
            write_response(json, entry, before, after);
        }
        json.end_array();
    }
    json.end_object();
    return fhir_json(std::move(out));
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
    const auto bundle = std::make_shared<const IncomingBundle>(std::move(*read));
    Request head = request;
    head.body.clear();
    hand_over(backend, head, answer,
              [&backend, bundle](engine::Service& service, const Request& asked) {
                  return take_bundle(backend, service, asked, *bundle);
              });
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

Result<Response> take_single(const api::Backend& backend, engine::Service& service,
                             const Request& request, const std::vector<Incoming>& entries) {
    const Incoming& entry = entries.front();
    const Positions before = positions_of(*service.published()->index, entries);
    const auto known = before.find(entry.key);
    const auto present = known == before.end() ? std::nullopt : std::optional(known->second);
    if (auto refused = broken_condition(request, entry, present)) {
        return std::move(*refused);
    }
    if (const auto audited = backend.audit(request, "fhir.write", "", location_of(entry));
        !audited) {
        return pass_on(audited);
    }
    if (const auto taken = service.take_in(entry.text, std::string(feed)); !taken) {
        return pass_on(taken);
    }
    api::tell(backend, "map", "");
    const auto record = service.published();
    const Positions after = positions_of(*record->index, entries);
    const auto now = after.find(entry.key);
    if (now == after.end()) {
        return fail(ErrorCode::Internal, "a stored resource is not in the index");
    }
    auto body = service.folder().read_body(now->second);
    if (!body) {
        return pass_on(body);
    }
    Response response = fhir_json(std::move(*body), present ? 200 : 201);
    response.headers.set("ETag", etag_of(now->second));
    response.headers.set("Location", base_url(*record, request) + "/" + location_of(entry));
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
    const auto entries =
        std::make_shared<const std::vector<Incoming>>(std::vector{std::move(*entry)});
    Request head = request;
    head.body.clear();
    hand_over(backend, head, answer,
              [&backend, entries](engine::Service& service, const Request& asked) {
                  return take_single(backend, service, asked, *entries);
              });
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
