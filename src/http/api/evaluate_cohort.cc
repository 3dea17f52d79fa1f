#include "http/api/evaluate_cohort.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "engine/check_words.h"
#include "engine/engagement_rows.h"
#include "engine/ledger.h"
#include "engine/past_ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/cohort_runs.h"
#include "population/cohort.h"
#include "population/engagement.h"
#include "record/log.h"

namespace parcours::http::api {
namespace {

using engine::EngagementRows;

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

/// Whether it asks of what only the ledger knows: positions are folded from the record.
bool asks_the_ledger(const cql::Expression& expression) {
    return std::ranges::any_of(expression.retrieves, [](const cql::Retrieve& what) {
        return population::is_engagement(what.type) && what.type != cql::model::position;
    });
}

/// What an evaluation sees of engagement.
class Seen {
  public:
    /// Errors: those of reading the log.
    Result<> open(const Backend& backend, const engine::Published& record,
                  const cql::Expression& expression, Instant as_of) {
        if (!asks_the_ledger(expression)) {
            rows_.emplace(*record.index, record.map());
            return {};
        }
        if (!engine::is_past(backend.service.ledger().ledger, as_of)) {
            rows_.emplace(*record.index, record.map(),
                          [this, &backend](const EngagementRows::See& see) { look(backend, see); });
            return {};
        }
        auto made = backend.service.past_ledger().find_or_make(backend.service.folder(), as_of);
        if (!made) {
            return pass_on(made);
        }
        past_ = std::move(*made);
        rows_.emplace(*record.index, record.map(), *past_);
        return {};
    }

    [[nodiscard]] const EngagementRows& rows() const { return *rows_; }
    /// The ledger could not be read for somebody: the answer is none.
    [[nodiscard]] bool failed() const { return failed_; }

  private:
    /// In a task of the executor, where nothing may be thrown.
    void look(const Backend& backend, const EngagementRows::See& see) {
        try {
            const auto reading = backend.service.ledger();
            see(reading.ledger);
        } catch (const std::exception&) {
            failed_ = true;
        }
    }

    std::shared_ptr<const engine::Ledger> past_;
    std::optional<EngagementRows> rows_;
    std::atomic<bool> failed_ = false;
};

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
    const auto expression = cql::compile(find_source(backend, record, text).value_or(text), context);
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
    Seen seen;
    if (const auto opened = seen.open(backend, record, **expression, as_of); !opened) {
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
