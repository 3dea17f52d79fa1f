#include "engine/planned_conditions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "engine/cql_nodes.h"
#include "population/cohort.h"
#include "population/cohort_plan.h"
#include "population/column.h"
#include "population/engagement.h"
#include "population/everybody.h"
#include "population/source.h"
#include "population/time_shape.h"
#include "population/truth.h"

namespace parcours::engine {
namespace {

/// Neither what campaigns do, nor where patients stand, nor of an enrolment, nor of others.
bool asks_record_alone(const cql::Expression& expression) {
    bool alone = !population::knows_others(expression) &&
                 std::ranges::none_of(expression.retrieves, [](const cql::Retrieve& retrieve) {
                     return population::is_engagement(retrieve.type);
                 });
    const auto see = [&alone](const cql::Node& node) {
        alone = alone && node.kind != cql::NodeKind::Parameter;
    };
    for (const cql::Definition& definition : expression.defines) {
        each_node(definition.root.get(), see);
    }
    for (const cql::FunctionBody& function : expression.functions) {
        each_node(function.root.get(), see);
    }
    return alone;
}

}  // namespace

std::optional<Result<population::Truth>> PlannedConditions::judge(
    const cql::Expression& expression, const population::PreparedRetrieves& retrieves,
    population::PatientNumber number, Instant as_of, Instant recorded_until) {
    const auto [found, is_new] = planned_.try_emplace(&expression);
    Planned& planned = found->second;
    if (is_new && asks_record_alone(expression)) {
        auto times = std::make_unique<const population::TimeShape>(expression);
        if (times->is_tracked()) {
            planned.times = std::move(times);
        }
    }
    if (planned.times == nullptr) {
        return std::nullopt;
    }
    if (planned.plan == nullptr) {
        population::CohortContext context;
        context.as_of = as_of;
        context.recorded_until = recorded_until;
        context.read_body = read_body_;
        context.times = planned.times.get();
        planned.plan =
            std::make_unique<population::CohortPlan>(retrieves, context, population::UnknownAs());
    }
    const auto held = planned.plan->judge(number, as_of, recorded_until);
    return held ? Result<population::Truth>(held->truth) : pass_on(held);
}

}  // namespace parcours::engine
