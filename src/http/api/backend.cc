#include "http/api/backend.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/audit_texts.h"
#include "http/api/idempotency.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "population/live_index.h"
#include "record/fact.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t page_rows = 50;
constexpr std::size_t page_rows_max = 200;

Result<std::size_t> read_number(std::string_view name, std::string_view text, std::size_t max) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number > max) {
        return fail(ErrorCode::Usage, "\"" + std::string(name) +
                                          "\" must be a whole number of at most " +
                                          std::to_string(max));
    }
    return number;
}

/// What pages must ask for again after a change by this operation.
std::string_view kind_of_change(std::string_view operation) {
    return operation == "closeTask" ? "task"
           : operation == "pauseCampaign" || operation == "publishDefinitions" ||
                   operation == "enrolPatient" || operation == "setHold" ||
                   operation == "undoLaunch"
               ? "campaign"
           : operation == "retryQuarantine" ? "quarantine"
                                            : "map";
}

Result<> audit_texts(const Backend& backend, const Request& request, std::string_view action,
                     std::string_view patient, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        if (const auto audited = backend.audit(request, action, patient, text); !audited) {
            return audited;
        }
    }
    return {};
}

}  // namespace

Result<std::optional<Instant>> asked_moment(const Backend& backend, const Request& request) {
    if (const auto text = request.find_query("as_of"); text && !text->empty()) {
        const auto at = parse_instant(*text);
        if (!at) {
            return fail(ErrorCode::Usage, "\"as_of\": " + at.error().message);
        }
        return std::optional(*at);
    }
    if (const auto run = backend.service.ledger().ledger.virtual_run()) {
        return std::optional(run->until);
    }
    return std::optional<Instant>{};
}

Result<std::shared_ptr<const position::Standings>> asked_standings(const Backend& backend,
                                                                   const engine::Published& record,
                                                                   const Request& request) {
    const auto at = asked_moment(backend, request);
    if (!at) {
        return pass_on(at);
    }
    return *at ? backend.service.standings_at(record, **at) : record.standings;
}

Result<population::PatientNumber> find_patient(const population::LiveIndex& index,
                                               std::string_view id) {
    std::vector<population::PatientNumber> found = index.find_patients(id);
    std::erase_if(found, [&index](population::PatientNumber number) {
        return index.patients().position[number] == 0;
    });
    if (found.empty()) {
        return fail(ErrorCode::NotFound, "there is no such patient here");
    }
    if (found.size() > 1) {
        return fail(ErrorCode::Conflict, std::string(several_feeds) + "main%2Fid");
    }
    return found.front();
}

Result<population::PatientNumber> asked_patient(const population::LiveIndex& index,
                                                std::string_view id) {
    const auto found = find_patient(index, id);
    return found ? Result<population::PatientNumber>(index.patients().survivor[*found])
                 : pass_on(found);
}

Result<> audit_list(const Backend& backend, const Request& request, std::string_view action,
                    std::span<const std::string> patients, std::string_view question) {
    return audit_texts(backend, request, action, {}, list_texts(question, patients));
}

Result<> audit_question(const Backend& backend, const Request& request, std::string_view action,
                        std::string_view question, std::string_view patient) {
    return audit_texts(backend, request, action, patient, question_texts(question));
}

Result<> audit_asked(const Backend& backend, const Request& request) {
    return audit_question(backend, request, request.route->operation,
                          request.target + ": is asked for");
}

Result<> audit_change(const Backend& backend, const Request& request, std::string_view what,
                      std::string_view patient) {
    std::string detail = request.target;
    if (!what.empty()) {
        detail.append(": ").append(what);
    }
    return audit_question(backend, request, request.route->operation, detail, patient);
}

Result<Page> asked_page(const Request& request, std::size_t total) {
    std::size_t rows = page_rows;
    if (const auto limit = request.find_query("limit")) {
        const auto number = read_number("limit", *limit, page_rows_max);
        if (!number || *number == 0) {
            return fail(ErrorCode::Usage,
                        "\"limit\" must be 1 to " + std::to_string(page_rows_max));
        }
        rows = *number;
    }
    Page page;
    if (const auto cursor = request.find_query("cursor"); cursor && !cursor->empty()) {
        const auto from = read_number("cursor", *cursor, std::size_t{1} << 40U);
        if (!from) {
            return fail(ErrorCode::Usage,
                        "\"cursor\" is not one of ours; give back what \"next\" said");
        }
        page.from = std::min(*from, total);
    }
    page.to = std::min(page.from + rows, total);
    page.next = page.to < total ? std::to_string(page.to) : std::string();
    return page;
}

Result<std::size_t> asked_number(const Request& request, std::string_view name,
                                 std::size_t otherwise, std::size_t max) {
    const auto text = request.find_query(name);
    return text ? read_number(name, *text, max) : Result<std::size_t>(otherwise);
}

void write_moment(JsonWriter& json, std::string_view name, Instant at) {
    if (at == no_time) {
        json.key(name).null();
    } else {
        json.member(name, format_instant(at));
    }
}

void write_moment(JsonWriter& json, std::string_view name, const std::optional<Instant>& at) {
    write_moment(json, name, at.value_or(no_time));
}

void write_text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
    if (text.empty()) {
        json.key(name).null();
    } else {
        json.member(name, text);
    }
}

void write_next(JsonWriter& json, const Page& page) {
    write_text_or_null(json, "next", page.next);
}

namespace {

// Changes run in the writer's thread, which a defect of one request must not end, unless it left
// something half done.
using MakeChange = std::function<Result<Changed>(engine::Service&, const Request&)>;

Changed refused(Response response) {
    return {std::move(response), {}, {}};
}

Changed make_change(const MakeChange& make, engine::Service& service, const Request& request) {
    try {
        auto made = make(service, request);
        return made ? std::move(*made) : refused(problem(made.error()));
    } catch (const std::exception& thrown) {
        service.note_break();
        return refused(problem(thrown));
    }
}

/// Makes a change that has a key, and commits it together with its answer. An answer is kept as
/// soon as anything was changed, even where it is a failure: asked again, nothing happens twice.
Changed make_keyed(const MakeChange& make, engine::Service& service, const Request& request) {
    service.hold();
    Changed changed = make_change(make, service, request);
    const bool keep = changed.response.status < 300 || service.holds();
    const auto committed =
        keep ? keep_answer(service, request, changed.response) : service.let_go();
    return committed ? std::move(changed) : refused(problem(committed.error()));
}

Response change(const Backend& backend, const MakeChange& make, engine::Service& service,
                const Request& request) {
    if (request.keyed) {
        // Another one of the same key may have been before it in the queue.
        if (auto kept = find_kept_answer(backend, request)) {
            return std::move(*kept);
        }
    }
    Changed changed =
        request.keyed ? make_keyed(make, service, request) : make_change(make, service, request);
    if (changed.response.status >= 300) {
        return std::move(changed.response);
    }
    const auto audited = audit_change(backend, request, changed.what, changed.patient);
    tell(backend, kind_of_change(request.route->operation), "");
    return audited ? std::move(changed.response) : problem(audited.error());
}

}  // namespace

void tell(const Backend& backend, std::string_view kind, std::string_view id) {
    std::string data;
    JsonWriter(data).begin_object().member("id", id).end_object();
    backend.events.publish({std::string(kind), std::move(data)});
}

Route reading(Method method, std::string_view path, std::string_view operation,
              access::Permission permission, std::function<Result<Response>(const Request&)> make) {
    return {method, path, operation, RouteAccess::needs(permission),
            [make = std::move(make)](const Request& request, const Answer& answer) {
                auto made = make(request);
                answer(made ? std::move(*made) : problem(made.error()));
            }};
}

Route writing(Backend& backend, Method method, std::string_view path, std::string_view operation,
              access::Permission permission,
              std::function<Result<Changed>(engine::Service& service, const Request&)> make) {
    return {method, path, operation, RouteAccess::needs(permission),
            [&backend, make = std::move(make)](const Request& request, const Answer& answer) {
                Request asked = request;
                asked.receipts = nullptr;  // a change is told of when its audit is durable
                if (const auto audited = audit_asked(backend, asked); !audited) {
                    answer(problem(audited.error()));
                    return;
                }
                const bool taken = backend.write(
                    [&backend, make, asked = std::move(asked), answer](engine::Service& service) {
                        answer(change(backend, make, service, asked));
                    });
                if (!taken) {
                    answer(problem(503, "the server is busy or stopping", "try again in a minute"));
                }
            }};
}

}  // namespace parcours::http::api
