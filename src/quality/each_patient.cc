#include "quality/each_patient.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "cql/cql.h"
#include "population/cohort.h"
#include "population/source.h"

namespace parcours::quality {
namespace {

/// So many are evaluated between two looks at the clock.
constexpr std::size_t run_length = 256;

}  // namespace

Result<cql::Value> evaluate_one(const population::PreparedRetrieves& retrieves,
                                population::PatientNumber patient,
                                const population::CohortContext& context) {
    const population::IndexSource source(retrieves, patient, context.as_of, context.read_body,
                                         context.engagement, context.recorded_until);
    auto value = cql::evaluate(retrieves.expression(), source, {context.as_of, context.parameters});
    if (!source.state()) {
        return pass_on(source.state());
    }
    return value;
}

Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const population::Index& index,
                                                const population::CohortContext& context,
                                                const population::Bitmap& patients) {
    std::vector<PatientValue> out;
    patients.for_each([&out](std::size_t number) {
        out.push_back({static_cast<population::PatientNumber>(number), {}});
    });
    const population::PreparedRetrieves retrieves(expression, index);
    std::mutex mutex;
    std::optional<Error> error;
    std::size_t failed = out.size();
    std::atomic<bool> late = false;
    const auto run = [&](std::size_t number) {
        const std::size_t end = std::min(out.size(), (number + 1) * run_length);
        for (std::size_t at = number * run_length; at < end; ++at) {
            auto value = evaluate_one(retrieves, out[at].patient, context);
            if (!value) {
                const std::scoped_lock lock(mutex);
                if (at < failed) {
                    failed = at;
                    error = value.error();
                }
                return;
            }
            out[at].value = std::move(*value);
        }
        if (context.clock != nullptr && context.clock->now() > context.deadline) {
            late = true;
        }
    };
    SerialExecutor serial;
    Executor& executor = context.executor == nullptr ? serial : *context.executor;
    executor.run((out.size() + run_length - 1) / run_length, [&](std::size_t number) {
        if (!late) {
            run(number);
        }
    });
    if (late) {
        return fail(ErrorCode::Limit,
                    fmt::format("this takes too long for {} patients; narrow the initial population",
                                out.size()));
    }
    if (error) {
        error->message = fmt::format("patient {}: {}",
                                     index.patients().id(out[failed].patient), error->message);
        return std::unexpected(std::move(*error));
    }
    return out;
}

}  // namespace parcours::quality
