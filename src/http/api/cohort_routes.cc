#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/check_words.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/evaluate_cohort.h"
#include "http/entity_tag.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "population/cohort.h"
#include "population/cohort_trace.h"
#include "practice/cohorts.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t cql_bytes_max = 20'000;

/// A title for a screen: English where there is one, else any.
std::string title_of(const practice::Cohort& cohort) {
    const auto english = cohort.title.find("en");
    if (english != cohort.title.end()) {
        return english->second;
    }
    return cohort.title.empty() ? cohort.name : cohort.title.begin()->second;
}

void write_defined(JsonWriter& json, const practice::Cohort& cohort) {
    json.begin_object()
        .member("name", cohort.name)
        .member("title", title_of(cohort))
        .member("cql", cohort.cql)
        .member("saved", false)
        .end_object();
}

/// Of what a cohort says now: saved again with the same expression, it is the same.
std::string tag_of(const engine::CohortSaved& cohort) {
    return quoted_tag(named_hash("cohort", {cohort.name, cohort.cql}).to_hex());
}

void write_saved(JsonWriter& json, const engine::CohortSaved& cohort) {
    json.begin_object()
        .member("name", cohort.name)
        .member("title", cohort.name)
        .member("cql", cohort.cql)
        .member("saved", true);
    if (!cohort.by.empty()) {
        json.member("saved_by", cohort.by);
    }
    json.member("saved_at", format_instant(cohort.at)).member("etag", tag_of(cohort)).end_object();
}

Result<Response> list_cohorts(const Backend& backend) {
    const auto record = backend.service.published();
    const auto reading = backend.service.ledger();
    const auto& saved = reading.ledger.cohorts();
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("cohorts").begin_array();
    for (const practice::Cohort& cohort : record->clinic->folder.cohorts) {
        if (!saved.contains(cohort.name)) {
            write_defined(json, cohort);
        }
    }
    for (const auto& [name, cohort] : saved) {
        write_saved(json, cohort);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

/// A cohort that is asked about, and when.
struct Asked {
    std::string cql;
    Instant as_of;
    bool now = true;  ///< no moment was named
};

/// Of a body, or of the query where the request has no body.
Result<Asked> read_asked(const Backend& backend, const Request& request) {
    Asked asked{std::string(request.find_query("cql").value_or("")), {}};
    auto moment = asked_moment(backend, request);
    if (request.method == Method::Post) {
        const auto body = read_body(request, {{"cql", BodyKind::Text, true, cql_bytes_max},
                                              {"as_of", BodyKind::Text, false, 40}});
        if (!body) {
            return pass_on(body);
        }
        asked.cql = body->text("cql");
        if (body->has("as_of")) {
            const auto at = parse_instant(body->text("as_of"));
            if (!at) {
                return fail(ErrorCode::InvalidInput, "\"as_of\": " + at.error().message);
            }
            moment = std::optional(*at);
        }
    }
    if (!moment) {
        return pass_on(moment);
    }
    if (asked.cql.empty()) {
        return fail(ErrorCode::Usage, "\"cql\" must be CQL or the name of a cohort");
    }
    asked.now = !moment->has_value();
    asked.as_of = moment->value_or(backend.service.clock().now());
    return asked;
}

/// A count can say something of one person: it is written down with the question.
Result<population::CohortAnswer> evaluate_audited(const Backend& backend, const Request& request,
                                                  const Asked& asked,
                                                  population::CohortTrace* trace) {
    const std::string_view action = trace == nullptr ? "cohort.count" : "cohort.explain";
    if (const auto audited = audit_question(backend, request, action, asked.cql); !audited) {
        return pass_on(audited);
    }
    const auto record = backend.service.published();
    return evaluate_cohort(backend, *record, asked.cql, asked.as_of, trace);
}

/// Who asks for now asks what is always known of a cohort that has a name.
std::optional<CohortMembers> find_live(const Backend& backend, const Asked& asked) {
    return asked.now ? find_live_members(backend, *backend.service.published(), asked.cql)
                     : std::nullopt;
}

Result<Response> write_count(std::size_t patients, double seconds, Instant as_of) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("patients", patients)
        .member("seconds", seconds)
        .member("as_of", format_instant(as_of))
        .end_object();
    return Response::json(std::move(out));
}

Result<Response> count_cohort(const Backend& backend, const Request& request) {
    const auto asked = read_asked(backend, request);
    if (!asked) {
        return pass_on(asked);
    }
    if (const auto live = find_live(backend, *asked)) {
        if (const auto audited = backend.audit(request, "cohort.count", "", asked->cql); !audited) {
            return pass_on(audited);
        }
        return write_count(live->count, 0, asked->as_of);
    }
    const auto answer = evaluate_audited(backend, request, *asked, nullptr);
    if (!answer) {
        return pass_on(answer);
    }
    return write_count(answer->count, answer->seconds, asked->as_of);
}

Result<Response> explain_cohort(const Backend& backend, const Request& request) {
    const auto asked = read_asked(backend, request);
    if (!asked) {
        return pass_on(asked);
    }
    population::CohortTrace trace(backend.service.clock());
    const auto answer = evaluate_audited(backend, request, *asked, &trace);
    if (!answer) {
        return pass_on(answer);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("patients", answer->count)
        .member("seconds", answer->seconds)
        .member("as_of", format_instant(asked->as_of))
        .member("singly", answer->evaluated_singly)
        .member("singly_us", trace.singly_us.load())
        .key("steps")
        .begin_array();
    for (const population::CohortStep& step : trace.steps()) {
        json.begin_object()
            .member("text", step.text)
            .member("at", std::to_string(step.place.line) + ':' + std::to_string(step.place.column))
            .member("depth", step.depth)
            .member("join", step.join)
            .member("way", step.way)
            .member("asked", step.asked)
            .member("left", step.held + step.open)
            .member("open", step.open)
            .member("time_us", step.time_us)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

/// What speaks against replacing what is saved under the name now. Asked where changes are made:
/// nothing comes between.
std::optional<Response> judge_replacing(const engine::CohortSaved* now, const Request& request) {
    const auto match = request.headers.find("If-Match");
    const bool is_new = request.headers.find("If-None-Match").value_or("") == "*";
    if (!match && !is_new) {
        return problem(428, "it is not said which cohort this replaces",
                       "send If-Match with the etag of GET /api/v1/cohorts, or If-None-Match: * "
                       "where the name is to be new");
    }
    const bool as_expected =
        match ? now != nullptr && lists_tag(*match, tag_of(*now)) && !is_new : now == nullptr;
    if (as_expected) {
        return std::nullopt;
    }
    if (now == nullptr) {
        return problem(412, "there is no saved cohort of this name",
                       "send If-None-Match: * to save it as a new one");
    }
    const std::string who = now->by.empty() ? "somebody" : now->by;
    return problem(412, who + " saved a cohort under this name at " + format_instant(now->at),
                   "read GET /api/v1/cohorts again, and decide anew");
}

std::optional<engine::CohortSaved> find_saved(const engine::Service& service,
                                              const std::string& name) {
    const auto reading = service.ledger();
    const auto found = reading.ledger.cohorts().find(name);
    return found == reading.ledger.cohorts().end() ? std::nullopt : std::optional(found->second);
}

Result<Changed> save_cohort(engine::Service& service, const Request& request) {
    const std::string name(request.path_value("name"));
    const auto before = find_saved(service, name);
    if (auto refused = judge_replacing(before ? &*before : nullptr, request)) {
        return Changed{std::move(*refused), {}, {}};
    }
    const auto body = read_body(request, {{"cql", BodyKind::Text, true, cql_bytes_max}});
    if (!body) {
        return pass_on(body);
    }
    const auto record = service.published();
    cql::CompileContext context = record->clinic->folder.vocabulary().context();
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    const std::string text = body->text("cql");
    const auto expression = cql::compile(text, context);
    if (!expression) {
        return pass_on(expression);
    }
    if (const auto wrong = engine::check_words(**expression, record->clinic->map); !wrong.empty()) {
        return std::unexpected(wrong.front());
    }
    if (const auto saved = service.save_cohort(name, text, request.caller->actor.name); !saved) {
        return pass_on(saved);
    }
    const auto now = find_saved(service, name);
    check(now.has_value(), "what was saved is there");
    std::string out;
    JsonWriter json(out);
    write_saved(json, *now);
    Response response = Response::json(std::move(out));
    response.headers.set("ETag", tag_of(*now));
    return Changed{std::move(response), "saved " + name + " as " + text, {}};
}

}  // namespace

void add_cohort_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/cohorts", "listCohorts", Permission::CohortRead,
                       [&backend](const Request&) { return list_cohorts(backend); }));
    router.add(
        reading(Method::Post, "/api/v1/cohorts/count", "countCohort", Permission::CohortRead,
                [&backend](const Request& request) { return count_cohort(backend, request); }));
    const auto explain = [&backend](const Request& request) {
        return explain_cohort(backend, request);
    };
    router.add(reading(Method::Get, "/api/v1/cohorts/explain", "explainNamedCohort",
                       Permission::CohortRead, explain));
    router.add(reading(Method::Post, "/api/v1/cohorts/explain", "explainCohort",
                       Permission::CohortRead, explain));
    router.add(writing(backend, Method::Put, "/api/v1/cohorts/{name}", "saveCohort",
                       Permission::CohortSave, save_cohort));
}

}  // namespace parcours::http::api
