#include "quality/each_patient.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "cql/cql.h"
#include "population/cohort.h"
#include "population/index_layer.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/source.h"

namespace parcours::quality {
namespace {

/// So many are evaluated between two looks at the clock.
constexpr std::size_t run_length = 256;

}  // namespace

EachPatient::EachPatient(const cql::Expression& expression, const population::LiveIndex& index,
                         const population::CohortContext& context)
    : index_(index), context_(context) {
    const population::PreparedRetrieves first(expression, *index.layers().front().index,
                                              index.dictionary());
    for (const population::IndexLayer& layer : index.layers()) {
        layers_.push_back({&layer, population::PreparedRetrieves(first, *layer.index),
                           context.engagement == nullptr
                               ? nullptr
                               : std::make_unique<const population::LayerEngagement>(
                                     *context.engagement, layer)});
    }
}

const EachPatient::Layer& EachPatient::layer_of(const population::PatientPlace& place) const {
    return *std::ranges::find(layers_, place.layer, &Layer::layer);
}

Result<cql::Value> EachPatient::evaluate(population::PatientNumber patient) const {
    const population::PatientPlace place = index_.place_of(patient);
    const Layer& layer = layer_of(place);
    const population::IndexSource source(layer.retrieves, place.own, context_.as_of,
                                         context_.read_body, layer.engagement.get(),
                                         context_.recorded_until);
    auto value =
        cql::evaluate(layer.retrieves.expression(), source, {context_.as_of, context_.parameters});
    if (!source.state()) {
        return pass_on(source.state());
    }
    return value;
}

Result<bool> EachPatient::holds(population::PatientNumber patient) const {
    const auto value = evaluate(patient);
    return value ? Result<bool>(value->is_true()) : pass_on(value);
}

Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const population::LiveIndex& index,
                                                const population::CohortContext& context,
                                                const population::Bitmap& patients) {
    std::vector<PatientValue> out;
    patients.for_each([&out](std::size_t number) {
        out.push_back({static_cast<population::PatientNumber>(number), {}});
    });
    const EachPatient each(expression, index, context);
    std::mutex mutex;
    std::optional<Error> error;
    std::size_t failed = out.size();
    std::atomic<bool> late = false;
    const auto run = [&](std::size_t number) {
        const std::size_t end = std::min(out.size(), (number + 1) * run_length);
        for (std::size_t at = number * run_length; at < end; ++at) {
            auto value = each.evaluate(out[at].patient);
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
        return fail(
            ErrorCode::Limit,
            fmt::format("this takes too long for {} patients; narrow the initial population",
                        out.size()));
    }
    if (error) {
        error->message =
            fmt::format("patient {}: {}", index.patients().id(out[failed].patient), error->message);
        return std::unexpected(std::move(*error));
    }
    return out;
}

}  // namespace parcours::quality
