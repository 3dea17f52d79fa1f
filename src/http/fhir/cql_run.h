#pragma once

#include <deque>
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
#include "cql/value.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/engagement_seen.h"
#include "http/fhir/operation.h"
#include "http/message.h"
#include "population/live_index.h"
#include "population/source.h"
#include "quality/evaluate.h"
#include "record/log.h"

namespace parcours::http::facade {

/// One evaluation of CQL for one subject or none: over the server's record, over resources that
/// came with the request, or over both. Borrows; for one request and one expression.
class CqlRun {
  public:
    CqlRun(const api::Backend& backend, std::shared_ptr<const engine::Published> record)
        : backend_(backend), record_(std::move(record)) {}

    /// Reads `subject`, `useServerData`, `data` or `prefetchData`, and the moment. Of what comes
    /// with the request only what is about the subject is seen. Errors: Usage, NotFound, Conflict,
    /// those of reading bodies.
    Result<> open(const Request& request, const OperationInput& input);

    /// Errors: Usage (it asks for records, and there is no subject), those of CQL.
    Result<cql::Value> evaluate(const std::shared_ptr<const cql::Expression>& expression,
                                const std::vector<quality::Parameter>& parameters);
    /// The resource that a row of the value is. After `evaluate`.
    [[nodiscard]] Result<std::string> resource_of(cql::Row row) const;

    /// Whom the audit names; empty for nobody.
    [[nodiscard]] std::string audited_patient() const;

  private:
    Result<> add_data(const OperationInput& input);
    void add_resources(const JsonView& bundle);
    Result<> keep_subject();
    Result<> add_server_data();
    Result<> add_body(LogPosition position);
    Result<cql::Value> evaluate_here(const cql::Expression& expression,
                                     const cql::EvaluationContext& context);

    const api::Backend& backend_;
    std::shared_ptr<const engine::Published> record_;
    std::optional<population::PatientNumber> subject_;
    std::string subject_id_;  ///< as it was asked for, without its feed; empty: none
    Instant as_of_;
    bool brought_ = false;  ///< resources came with the request
    std::deque<JsonDocument> documents_;
    std::vector<JsonView> resources_;
    std::optional<cql::JsonSource> json_;
    std::shared_ptr<const cql::Expression> expression_;
};

/// The patient that "Patient/p1" names. Errors: Usage, NotFound, Conflict.
Result<population::PatientNumber> read_subject(const population::LiveIndex& index,
                                               std::string_view reference);

}  // namespace parcours::http::facade
