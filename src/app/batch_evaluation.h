#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "fhirpath/fhirpath.h"
#include "practice/folder.h"

namespace parcours::app {

/// Answers one line after another of `parcours eval --batch`: a question as JSON, its answer as
/// JSON. Expressions that were seen before are not compiled again, up to a bound.
class BatchEvaluation {
  public:
    /// `practice` is whose libraries and value sets CQL may name; null: those built in, where an
    /// expression includes any.
    explicit BatchEvaluation(Instant now,
                             std::shared_ptr<const practice::Folder> practice = nullptr)
        : now_(now), practice_(std::move(practice)) {}

    /// `{"id", "result"}` or `{"id", "error"}`; never fails.
    [[nodiscard]] std::string answer(std::string_view line);

  private:
    using FhirPath = fhirpath::Outcome<std::shared_ptr<const fhirpath::Expression>>;
    using Cql = Result<std::shared_ptr<const cql::Expression>>;

    const FhirPath& compiled_path(std::string_view text);
    const Cql& compiled_cql(std::string_view text);
    Cql compile_cql(std::string_view text);
    fhirpath::Outcome<std::string> path_result(const JsonView& question);
    fhirpath::Outcome<std::string> cql_result(const JsonView& question);
    fhirpath::Outcome<std::string> result(const JsonView& question);

    Instant now_;
    std::shared_ptr<const practice::Folder> practice_;
    JsonDocument document_;
    std::unordered_map<std::string, FhirPath> paths_;
    std::unordered_map<std::string, Cql> cqls_;
};

}  // namespace parcours::app
