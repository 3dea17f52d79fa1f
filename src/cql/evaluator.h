#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/tree.h"

namespace parcours::cql {

/// One evaluation of an expression for one patient. A failure is kept aside and every value after
/// it is null, so that values stay plain; `run` turns it into an error.
class Evaluator {
  public:
    Evaluator(const Expression& expression, const DataSource& source,
              const EvaluationContext& context);

    Result<Value> run(const Node& node);
    void set_variables(std::span<const Value> variables);

  private:
    Value eval(const Node& node);
    Value eval_node(const Node& node);
    Value eval_more(const Node& node);
    Value define(const Node& node);
    Value property(const Node& node);
    Value retrieve(const Node& node);
    Value retrieve_related(const Node& node);
    Value found_rows();
    Value in_value_set(const Node& node);
    [[nodiscard]] bool is_in_value_set(const Value& value, ValueSetId set) const;
    Value logical(const Node& node);
    Value exists(const Node& node);
    Value conditional(const Node& node);
    Value case_of(const Node& node);
    Value coalesce(const Node& node);
    Value as_type(const Node& node);
    Value call(const Node& node);
    [[nodiscard]] Value value_at(const Node& node, Instant moment) const;
    Value invoke(const Node& node);
    Value list(const Node& node);
    Value interval(const Node& node);
    Value tuple(const Node& node);

    // Queries.
    Value query(const Node& node);
    bool each_row(const Query& query, std::size_t source, const auto& take);
    bool accept_row(const Query& query);
    bool related(const Query::Relationship& relationship);
    [[nodiscard]] std::vector<Value> elements_of(const Query::Source& source);
    Value current(const Query& query);
    void sort(const Query& query, std::vector<Value>& rows);
    Value aggregate(const Query& query);

    void fail_at(const Node& node, ErrorCode code, std::string message);
    bool step(const Node& node);

    const Expression& expression_;
    const DataSource& source_;
    const EvaluationContext& context_;
    std::vector<Value> slots_;
    std::vector<std::optional<Value>> defines_;
    std::vector<Row> rows_;
    std::uint64_t steps_ = 0;
    std::uint32_t asked_to_stop_ = 0;  ///< steps since it was
    std::size_t depth_ = 0;
    std::optional<Error> error_;
};

/// Whether a value is of a type; null is of none.
[[nodiscard]] bool is_of_type(const Value& value, const Type& type);

}  // namespace parcours::cql
