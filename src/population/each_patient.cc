#include "population/each_patient.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/everybody.h"
#include "population/everyone_source.h"
#include "population/live_index.h"

namespace parcours::population {
namespace {

/// So many are evaluated between two looks at the clock.
constexpr std::size_t run_length = 256;

}  // namespace

EachPatient::EachPatient(const cql::Expression& expression, const LiveIndex& index,
                         const CohortContext& context)
    : context_(context), whole_(expression, index, context.read_body) {}

const Result<KnownDefines>& EachPatient::known() const {
    std::call_once(asked_, [this] {
        if (context_.known.empty()) {
            known_ = find_known_defines(whole_, context_);
        } else {
            known_ = KnownDefines(context_.known.begin(), context_.known.end());
        }
        ready_ = context_;
        if (known_) {
            ready_.known = *known_;
        }
    });
    return known_;
}

Result<cql::Value> EachPatient::evaluate(PatientNumber patient) const {
    return evaluate_part(whole_.expression().root(), patient);
}

Result<cql::Value> EachPatient::evaluate_part(const cql::Node& part,
                                              std::optional<PatientNumber> patient) const {
    if (!known()) {
        return pass_on(known());
    }
    return population::evaluate_part(whole_, part, patient, ready_);
}

Result<cql::Value> evaluate_part(const WholeIndex& whole, const cql::Node& part,
                                 std::optional<PatientNumber> patient,
                                 const CohortContext& context) {
    const std::function<bool()> gives_up = [&context] { return is_late(context); };
    cql::EvaluationContext moment{context.as_of, context.parameters};
    moment.known = context.known;
    moment.gives_up = &gives_up;
    const EveryoneSource source(whole, patient, context);
    auto value = cql::evaluate_node(whole.expression(), part, source, moment, {});
    if (const auto state = source.state(); !state) {
        return pass_on(state);
    }
    if (source.asked_for_one()) {
        return fail(ErrorCode::Usage, "it asks for one patient's record, and nobody is named");
    }
    return value;
}

Result<bool> EachPatient::holds(PatientNumber patient) const {
    const auto value = evaluate(patient);
    return value ? Result<bool>(value->is_true()) : pass_on(value);
}

Result<std::vector<PatientValue>> evaluate_each(const cql::Expression& expression,
                                                const LiveIndex& index,
                                                const CohortContext& context,
                                                const Bitmap& patients) {
    std::vector<PatientValue> out;
    patients.for_each(
        [&out](std::size_t number) { out.push_back({static_cast<PatientNumber>(number), {}}); });
    const EachPatient each(expression, index, context);
    std::mutex mutex;
    std::optional<Error> error;
    std::size_t failed = out.size();
    std::atomic<bool> late = false;
    const auto run = [&](std::size_t number) {
        const std::size_t end = std::min(out.size(), (number + 1) * run_length);
        for (std::size_t at = number * run_length; at < end; ++at) {
            auto value = each.evaluate(out[at].patient);
            if (!value && is_late(context)) {
                late = true;
                return;
            }
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
        if (is_late(context)) {
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

}  // namespace parcours::population
