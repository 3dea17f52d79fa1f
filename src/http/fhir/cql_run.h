#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/engagement_seen.h"
#include "http/fhir/operation.h"
#include "http/message.h"
#include "population/cohort.h"
#include "population/each_patient.h"
#include "population/live_index.h"
#include "quality/evaluate.h"
#include "record/log.h"

namespace parcours::http::facade {

/// One evaluation of CQL for one subject or none: over the server's record, over resources that
/// came with the request, or over both. Everybody else's records are at hand for contexts
/// Unfiltered and related ones. Borrows; for one request and one expression.
class CqlRun {
  public:
    CqlRun(const api::Backend& backend, std::shared_ptr<const engine::Published> record)
        : backend_(backend), record_(std::move(record)) {}

    /// Reads `subject`, `useServerData`, `data` or `prefetchData`, and the moment. Of what comes
    /// with the request the subject's is what is about the subject. Errors: Usage, NotFound,
    /// Conflict, those of reading bodies.
    Result<> open(const Request& request, const OperationInput& input);

    /// Makes it ready to be asked. Errors: Usage (it looks at other patients both of the server and
    /// of what came), Unavailable.
    Result<> prepare(const std::shared_ptr<const cql::Expression>& expression,
                     const std::vector<quality::Parameter>& parameters);
    /// The value of the expression, or of a part of it. After `prepare`. Errors: Usage (it asks for
    /// one patient's record, and there is no subject), Limit, those of CQL.
    [[nodiscard]] Result<cql::Value> evaluate(const cql::Node& part) const;
    /// Whether a patient is known whose record it is asked of.
    [[nodiscard]] bool has_subject() const { return subject_ || (brought_ && !of_nobody_); }
    /// The resource that a row of a value is. After `prepare`. Errors: Limit (so many were given
    /// already), InvalidInput, those of reading bodies.
    [[nodiscard]] Result<std::string> resource_of(cql::Row row) const;

    /// Whom the audit names; empty for nobody.
    [[nodiscard]] std::string audited_patient() const;

  private:
    Result<> add_data(const OperationInput& input);
    void add_resources(const JsonView& bundle);
    Result<> keep_subject();
    void set_aside(const std::function<bool(const JsonView&)>& is_others);
    Result<> add_server_data();
    Result<> add_body(LogPosition position);
    Result<> prepare_record(const cql::Expression& expression);
    [[nodiscard]] Result<cql::Value> evaluate_sent(const cql::Node& part) const;

    /// What the record is asked by.
    struct Asked {
        std::shared_ptr<void> place;  ///< among the cohorts that are counted; null: it needs none
        api::EngagementSeen seen;
        population::CohortContext context;
        std::optional<population::EachPatient> each;
    };

    const api::Backend& backend_;
    std::shared_ptr<const engine::Published> record_;
    std::optional<population::PatientNumber> subject_;
    std::string subject_id_;  ///< as it was asked for, without its feed; empty: none
    Instant as_of_;
    bool brought_ = false;    ///< resources came with the request
    bool of_server_ = true;   ///< the record may be asked
    bool of_nobody_ = false;  ///< several patients came, and none is named
    std::deque<JsonDocument> documents_;
    std::vector<JsonView> resources_;
    std::vector<JsonView> others_;  ///< about other patients
    std::vector<cql::Value> values_;
    std::optional<cql::JsonSource> json_;
    std::unique_ptr<Asked> asked_;
    std::shared_ptr<const cql::Expression> expression_;
    Instant deadline_;              ///< of all that is asked of it
    mutable std::size_t told_ = 0;  ///< resources given
};

/// The patient that "Patient/p1" names. Errors: Usage, NotFound, Conflict.
Result<population::PatientNumber> read_subject(const population::LiveIndex& index,
                                               std::string_view reference);

}  // namespace parcours::http::facade
