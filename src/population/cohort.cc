#include "population/cohort.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "population/cohort_trace.h"
#include "population/horizon.h"
#include "population/leaf.h"
#include "population/patient_plan.h"

namespace parcours::population {
namespace {

/// Patients judged together: their truths stay in the processor's cache, and runs of a multiple of
/// 64 share no word of the answer between threads.
constexpr PatientNumber run_length = 1 << 14;

/// Judges one run of patients after another; several threads may.
class CohortRun {
  public:
    CohortRun(const Query& query, const PatientCondition& condition, CohortAnswer& answer)
        : query_(query), condition_(condition), answer_(answer) {}

    void judge_run(std::size_t run) {
        if (gives_up()) {
            return;
        }
        const auto first = static_cast<PatientNumber>(run * run_length);
        const PatientNumber count = std::min(run_length, query_.index.patient_count() - first);
        Truths truths(count);
        const Untils untils =
            query_.times == nullptr ? Untils() : Untils(answer_.untils).subspan(first, count);
        condition_.judge(first, std::vector<std::uint8_t>(count, 1), truths, untils);
        const Patients& patients = query_.index.patients();
        std::size_t members = 0;
        std::size_t singly = 0;
        for (PatientNumber i = 0; i < count; ++i) {
            const PatientNumber number = first + i;
            if ((truths[i] != Truth::True && truths[i] != Truth::Open) ||
                !is_person(patients, number, query_.context.as_of)) {
                continue;
            }
            bool member = truths[i] == Truth::True;
            if (!member) {
                ++singly;
                if (gives_up()) {
                    break;
                }
                const auto found = judge_singly(number);
                if (!found && note_error(number, found.error())) {
                    continue;
                }
                if (!found) {
                    return;
                }
                member = found->truth == Truth::True;
                if (!untils.empty()) {
                    untils[i] = found->until;
                }
            }
            if (member) {
                ++members;
                answer_.patients.set(number);
            }
        }
        const std::scoped_lock lock(mutex_);
        answer_.count += members;
        answer_.evaluated_singly += singly;
    }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }
    [[nodiscard]] bool late() const { return late_; }

  private:
    /// Whether the time is over, for one of the threads and so for all.
    bool gives_up() {
        const CohortContext& context = query_.context;
        if (context.clock != nullptr && context.clock->now() > context.deadline) {
            late_.store(true, std::memory_order_relaxed);
        }
        return late_.load(std::memory_order_relaxed);
    }

    Result<Held> judge_singly(PatientNumber number) const {
        CohortTrace* const trace = query_.context.trace;
        if (trace == nullptr) {
            return judge_patient(query_.retrieves, number, query_.context);
        }
        const Instant begin = trace->clock().now();
        auto judged = judge_patient(query_.retrieves, number, query_.context);
        trace->singly_us += static_cast<std::uint64_t>((trace->clock().now() - begin).count());
        return judged;
    }

    /// Whether others are judged all the same. Of several errors the one of the first patient is
    /// told, whatever the threads.
    bool note_error(PatientNumber number, Error error) {
        error.message =
            fmt::format("patient {}: {}", query_.index.patients().id(number), error.message);
        const std::scoped_lock lock(mutex_);
        if (query_.context.failing != nullptr) {
            query_.context.failing->emplace(number, std::move(error));
            return true;
        }
        if (!error_ || number < failed_) {
            failed_ = number;
            error_ = std::move(error);
        }
        return false;
    }

    const Query& query_;
    const PatientCondition& condition_;
    CohortAnswer& answer_;
    std::mutex mutex_;
    std::optional<Error> error_;
    PatientNumber failed_ = 0;
    std::atomic<bool> late_{false};
};

}  // namespace

Result<Held> judge_patient(const PreparedRetrieves& retrieves, PatientNumber number,
                           const CohortContext& context) {
    const IndexSource source(retrieves, number, context.as_of, context.read_body,
                             context.engagement, context.recorded_until);
    cql::EvaluationContext moment{context.as_of, context.parameters};
    std::optional<HorizonFinder> finder;
    if (context.times != nullptr) {
        moment.watcher = &finder.emplace(*context.times, context.as_of);
    }
    const auto value = cql::evaluate(retrieves.expression(), source, moment);
    if (!source.state()) {
        return pass_on(source.state());
    }
    if (!value) {
        return pass_on(value);
    }
    const Instant until =
        finder ? std::min(finder->horizon(), source.next_change()) : Instant::max();
    return Held{truth_of(value->is_true()), until};
}

Result<CohortAnswer> evaluate(const cql::Expression& expression, const Index& index,
                              const CohortContext& context) {
    const bool may_be_true = expression.type().is(cql::Type::Kind::Boolean) ||
                             expression.type().is(cql::Type::Kind::Any);
    if (!may_be_true) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("a cohort is an expression that is true or false; this one gives "
                                "{}",
                                expression.type().to_text()));
    }
    const Instant begin = context.clock == nullptr ? Instant{} : context.clock->now();
    const PreparedRetrieves retrieves(expression, index);
    const Query query{expression, index, context, retrieves, context.times};
    const PatientConditionPtr condition = plan_patient_condition(query, expression.root());
    CohortAnswer answer;
    answer.patients = Bitmap(index.patient_count());
    answer.untils.resize(context.times == nullptr ? 0 : index.patient_count(), Instant::max());
    CohortRun run(query, *condition, answer);
    SerialExecutor serial;
    Executor& executor = context.executor == nullptr ? serial : *context.executor;
    executor.run((index.patient_count() + run_length - 1) / run_length,
                 [&run](std::size_t number) { run.judge_run(number); });
    if (run.late()) {
        return fail(ErrorCode::Limit,
                    fmt::format("the cohort takes too long: {} patients were judged singly until "
                                "the time was over; say more of it by codes, dates and statuses",
                                answer.evaluated_singly));
    }
    if (run.error()) {
        return std::unexpected(*run.error());
    }
    if (context.clock != nullptr) {
        answer.seconds = std::chrono::duration<double>(context.clock->now() - begin).count();
    }
    return answer;
}

}  // namespace parcours::population
