#include "http/api/evaluate_cohort.h"

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "engine/check_words.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/cohort_runs.h"
#include "http/api/engagement_seen.h"
#include "population/cohort.h"
#include "record/log.h"

namespace parcours::http::api {
namespace {

/// The CQL of a cohort's name.
std::optional<std::string> find_source(const Backend& backend, const engine::Published& record,
                                       const std::string& name) {
    const auto reading = backend.service.ledger();
    const auto saved = reading.ledger.cohorts().find(name);
    if (saved != reading.ledger.cohorts().end()) {
        return saved->second.cql;
    }
    const auto* const defined = record.clinic->folder.find_cohort(name);
    return defined == nullptr ? std::nullopt : std::optional(defined->cql);
}

}  // namespace

std::optional<CohortMembers> find_live_members(const Backend& backend,
                                               const engine::Published& record,
                                               const std::string& name) {
    const auto cql = find_source(backend, record, name);
    const auto known = cql ? backend.service.known_cohorts().find(name, *cql) : std::nullopt;
    if (!known || known->index != record.index) {
        return std::nullopt;  // the record that it is numbered by is about to be published
    }
    return CohortMembers{known->patients, known->count, 0, backend.service.clock().now()};
}

Result<CohortMembers> find_members(const Backend& backend, const engine::Published& record,
                                   const std::string& text, const std::optional<Instant>& at) {
    if (!at) {
        if (auto live = find_live_members(backend, record, text)) {
            return std::move(*live);
        }
    }
    const Instant as_of = at.value_or(backend.service.clock().now());
    auto answer = evaluate_cohort(backend, record, text, as_of);
    if (!answer) {
        return pass_on(answer);
    }
    return CohortMembers{std::make_shared<const population::Bitmap>(std::move(answer->patients)),
                         answer->count, answer->seconds, as_of};
}

Result<population::CohortAnswer> evaluate_cohort(const Backend& backend,
                                                 const engine::Published& record,
                                                 const std::string& text, Instant as_of,
                                                 population::CohortTrace* trace) {
    cql::CompileContext context = record.clinic->folder.vocabulary().context();
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    context.keep_words = trace != nullptr;
    const auto expression =
        cql::compile(find_source(backend, record, text).value_or(text), context);
    if (!expression) {
        return pass_on(expression);
    }
    if (const auto wrong = engine::check_words(**expression, record.clinic->map); !wrong.empty()) {
        return std::unexpected(wrong.front());
    }
    const auto place = backend.cohorts->enter();
    if (place == nullptr) {
        return fail(ErrorCode::Unavailable, "other cohorts are being counted; try again soon");
    }
    EngagementSeen seen;
    const bool by_ledger = asks_the_ledger((*expression)->retrieves);
    if (const auto opened = seen.open(backend, record, by_ledger, as_of); !opened) {
        return pass_on(opened);
    }
    population::CohortContext around;
    around.as_of = as_of;
    around.executor = &backend.service.executor();
    around.clock = &backend.service.clock();
    around.read_body = [&backend](LogPosition position) {
        return backend.service.folder().read_body(position);
    };
    around.engagement = &seen.rows();
    around.trace = trace;
    around.deadline = backend.service.clock().now() + CohortRuns::time_max;
    auto answer = population::evaluate(**expression, *record.index, around);
    if (seen.failed()) {
        return fail(ErrorCode::Unavailable, "the log could not be written: start the server again");
    }
    return answer;
}

}  // namespace parcours::http::api
