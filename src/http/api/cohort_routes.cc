#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/check_words.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/patient_filter.h"
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

void write_cohort(JsonWriter& json, std::string_view name, std::string_view title,
                  std::string_view cql, bool saved) {
    json.begin_object()
        .member("name", name)
        .member("title", title)
        .member("cql", cql)
        .member("saved", saved)
        .end_object();
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
            write_cohort(json, cohort.name, title_of(cohort), cohort.cql, false);
        }
    }
    for (const auto& [name, cql] : saved) {
        write_cohort(json, name, name, cql, true);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

/// A cohort that is asked about, and when.
struct Asked {
    std::string cql;
    Instant as_of;
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
    asked.as_of = moment->value_or(backend.service.clock().now());
    return asked;
}

/// A count can say something of one person: it is written down with the question.
Result<population::CohortAnswer> evaluate_audited(const Backend& backend, const Request& request,
                                                  const Asked& asked,
                                                  population::CohortTrace* trace) {
    const std::string_view action = trace == nullptr ? "cohort.count" : "cohort.explain";
    if (const auto audited = backend.audit(request, action, "", asked.cql); !audited) {
        return pass_on(audited);
    }
    const auto record = backend.service.published();
    return evaluate_cohort(backend, *record, asked.cql, asked.as_of, trace);
}

Result<Response> count_cohort(const Backend& backend, const Request& request) {
    const auto asked = read_asked(backend, request);
    if (!asked) {
        return pass_on(asked);
    }
    const auto answer = evaluate_audited(backend, request, *asked, nullptr);
    if (!answer) {
        return pass_on(answer);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("patients", answer->count)
        .member("seconds", answer->seconds)
        .member("as_of", format_instant(asked->as_of))
        .end_object();
    return Response::json(std::move(out));
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

Result<Changed> save_cohort(engine::Service& service, const Request& request) {
    const auto body = read_body(request, {{"cql", BodyKind::Text, true, cql_bytes_max}});
    if (!body) {
        return pass_on(body);
    }
    const auto record = service.published();
    cql::CompileContext context;
    context.terminology = &record->clinic->folder.value_sets;
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    const std::string text = body->text("cql");
    const auto expression = cql::compile(text, context);
    if (!expression) {
        return pass_on(expression);
    }
    if (const auto wrong = engine::check_words(**expression, record->clinic->map); !wrong.empty()) {
        return std::unexpected(wrong.front());
    }
    const std::string name(request.path_value("name"));
    if (const auto saved = service.save_cohort(name, text); !saved) {
        return pass_on(saved);
    }
    std::string out;
    JsonWriter json(out);
    write_cohort(json, name, name, text, true);
    return Changed{Response::json(std::move(out)), "saved " + name + " as " + text, {}};
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
