#include "population/cohort.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "population/cohort_trace.h"
#include "population/each_patient.h"
#include "population/everybody.h"
#include "population/horizon.h"
#include "population/layer_engagement.h"
#include "population/leaf.h"
#include "population/live_index.h"
#include "population/patient_plan.h"

namespace parcours::population {
namespace {

/// Patients judged together: their truths stay in the processor's cache, and runs of a multiple of
/// 64 share no word of the answer between threads.
constexpr PatientNumber run_length = 1 << 14;

/// What the threads of one evaluation share.
class CohortRun {
  public:
    CohortRun(const CohortContext& context, CohortAnswer& answer)
        : context_(context), answer_(answer) {}

    /// Whether the time is over, for one of the threads and so for all.
    bool gives_up() {
        if (is_late(context_)) {
            late_.store(true, std::memory_order_relaxed);
        }
        return late_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] bool late() const { return late_; }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    void count(std::size_t members, std::size_t singly) {
        const std::scoped_lock lock(mutex_);
        answer_.count += members;
        answer_.evaluated_singly += singly;
    }
    /// Patients of several layers share words of the answer: those of all but the first are set
    /// here.
    void set_members(std::span<const PatientNumber> members) {
        const std::scoped_lock lock(mutex_);
        for (const PatientNumber number : members) {
            answer_.patients.set(number);
        }
    }
    /// Whether others are judged all the same. Of several errors the one of the first patient is
    /// told, whatever the threads.
    bool note_error(PatientNumber number, std::string_view id, Error error) {
        error.message = fmt::format("patient {}: {}", id, error.message);
        const std::scoped_lock lock(mutex_);
        if (context_.failing != nullptr) {
            context_.failing->emplace(number, std::move(error));
            return true;
        }
        if (!error_ || number < failed_) {
            failed_ = number;
            error_ = std::move(error);
        }
        return false;
    }

    CohortAnswer& answer() { return answer_; }

  private:
    const CohortContext& context_;
    CohortAnswer& answer_;
    std::mutex mutex_;
    std::optional<Error> error_;
    PatientNumber failed_ = 0;
    std::atomic<bool> late_{false};
};

CohortContext context_in(const CohortContext& context, const Engagement* engagement) {
    CohortContext own = context;
    own.engagement = engagement;
    return own;
}

/// Judges one run of a layer's patients after another; several threads may.
class LayerRun {
  public:
    /// `others`: judges whom columns leave open, with everybody else's records; null: it needs
    /// none.
    LayerRun(const IndexLayer& layer, PreparedRetrieves retrieves, const CohortContext& context,
             const EachPatient* others, CohortRun& shared)
        : layer_(layer),
          others_(others),
          engagement_(context.engagement == nullptr || layer.numbers.empty()
                          ? nullptr
                          : std::make_unique<LayerEngagement>(*context.engagement, layer)),
          context_(context_in(context, engagement_ ? engagement_.get() : context.engagement)),
          retrieves_(std::move(retrieves)),
          query_{retrieves_.expression(), *layer.index, context_, retrieves_, context_.times},
          condition_(plan_patient_condition(query_, retrieves_.expression().root(), Truth::False)),
          shared_(shared) {}
    LayerRun(const LayerRun&) = delete;
    LayerRun& operator=(const LayerRun&) = delete;

    [[nodiscard]] std::size_t runs() const {
        return (layer_.index->patient_count() + run_length - 1) / run_length;
    }

    void judge_run(std::size_t run) {
        if (shared_.gives_up()) {
            return;
        }
        Run now;
        now.first = static_cast<PatientNumber>(run * run_length);
        now.count = std::min(run_length, layer_.index->patient_count() - now.first);
        std::vector<std::uint8_t> asked(now.count, 1);
        for (PatientNumber i = 0; layer_.moved != nullptr && i < now.count; ++i) {
            asked[i] = layer_.has(now.first + i) ? 1 : 0;
        }
        Truths truths(now.count);
        std::vector<Instant> own_untils;
        Untils untils;
        if (query_.times != nullptr && layer_.numbers.empty()) {
            untils = Untils(shared_.answer().untils).subspan(now.first, now.count);
        } else if (query_.times != nullptr) {
            own_untils.resize(now.count, Instant::max());
            untils = own_untils;
        }
        condition_->judge(now.first, asked, truths, untils);
        if (!judge_left_open(now, asked, truths, untils)) {
            return;
        }
        take(now, untils);
    }

  private:
    struct Run {
        PatientNumber first = 0;
        PatientNumber count = 0;
        std::vector<PatientNumber> members;  ///< by the layer's own numbers
        std::size_t singly = 0;
    };

    /// Finds the members; false after an error.
    bool judge_left_open(Run& run, const std::vector<std::uint8_t>& asked, const Truths& truths,
                         Untils untils) {
        const Patients& patients = layer_.index->patients();
        for (PatientNumber i = 0; i < run.count; ++i) {
            const PatientNumber number = run.first + i;
            if (asked[i] == 0 || (truths[i] != Truth::True && truths[i] != Truth::Open) ||
                !is_person(patients, number, query_.context.as_of)) {
                continue;
            }
            bool member = truths[i] == Truth::True;
            if (!member) {
                ++run.singly;
                if (shared_.gives_up()) {
                    break;
                }
                const auto found = judge_singly(number);
                if (!found && shared_.gives_up()) {
                    break;  // it was given up, not wrong
                }
                if (!found && shared_.note_error(layer_.number_of(number), patients.id(number),
                                                 found.error())) {
                    continue;
                }
                if (!found) {
                    return false;
                }
                member = found->truth == Truth::True;
                if (!untils.empty()) {
                    untils[i] = found->until;
                }
            }
            if (member) {
                run.members.push_back(number);
            }
        }
        return true;
    }

    void take(Run& run, Untils untils) {
        CohortAnswer& answer = shared_.answer();
        shared_.count(run.members.size(), run.singly);
        if (layer_.numbers.empty()) {
            for (const PatientNumber number : run.members) {
                answer.patients.set(number);
            }
            return;
        }
        for (PatientNumber& number : run.members) {
            number = layer_.number_of(number);
        }
        for (PatientNumber i = 0; i < untils.size(); ++i) {
            if (layer_.has(run.first + i)) {
                answer.untils[layer_.number_of(run.first + i)] = untils[i];
            }
        }
        shared_.set_members(run.members);
    }

    Result<Held> judge_singly(PatientNumber number) const {
        CohortTrace* const trace = query_.context.trace;
        if (trace == nullptr) {
            return judge_one(number);
        }
        const Instant begin = trace->clock().now();
        auto judged = judge_one(number);
        trace->singly_us += static_cast<std::uint64_t>((trace->clock().now() - begin).count());
        return judged;
    }

    Result<Held> judge_one(PatientNumber number) const {
        if (others_ == nullptr) {
            return judge_patient(query_.retrieves, number, query_.context);
        }
        const auto holds = others_->holds(layer_.number_of(number));
        return holds ? Result<Held>(Held{truth_of(*holds), Instant::max()}) : pass_on(holds);
    }

    const IndexLayer& layer_;
    const EachPatient* others_;
    std::unique_ptr<LayerEngagement> engagement_;
    CohortContext context_;
    PreparedRetrieves retrieves_;
    Query query_;
    PatientConditionPtr condition_;
    CohortRun& shared_;
};

/// Runs of all layers, the first layer's first: its runs share no word of the answer, and patients
/// of later layers are set when it is done.
void judge_layers(std::deque<LayerRun>& layers, Executor& executor) {
    executor.run(layers.front().runs(), [&](std::size_t run) { layers.front().judge_run(run); });
    for (std::size_t at = 1; at < layers.size(); ++at) {
        executor.run(layers[at].runs(), [&](std::size_t run) { layers[at].judge_run(run); });
    }
}

Result<> must_be_condition(const cql::Expression& expression) {
    if (expression.type().is(cql::Type::Kind::Boolean) ||
        expression.type().is(cql::Type::Kind::Any)) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                fmt::format("a cohort is an expression that is true or false; this one gives {}",
                            expression.type().to_text()));
}

/// An expression that looks at other patients' records, and what of it is the same for all.
class Others {
  public:
    /// Errors: those of what stands in context Unfiltered.
    static Result<std::unique_ptr<Others>> make(const cql::Expression& expression,
                                                const LiveIndex& index,
                                                const CohortContext& context) {
        if (!knows_others(expression)) {
            return nullptr;
        }
        auto others = std::make_unique<Others>(expression, index, context);
        if (!others->each_.known()) {
            return pass_on(others->each_.known());
        }
        return others;
    }
    Others(const cql::Expression& expression, const LiveIndex& index, const CohortContext& context)
        : context_(context), each_(expression, index, context_) {}

    [[nodiscard]] const EachPatient& each() const { return each_; }

  private:
    CohortContext context_;
    EachPatient each_;
};

}  // namespace

Result<CohortAnswer> evaluate(const cql::Expression& expression, const LiveIndex& index,
                              const CohortContext& asked) {
    if (const auto condition = must_be_condition(expression); !condition) {
        return pass_on(condition);
    }
    const Instant begin = asked.clock == nullptr ? Instant{} : asked.clock->now();
    const std::span<const IndexLayer> layers = index.layers();
    const PreparedRetrieves retrieves(expression, *layers.front().index, index.dictionary());
    const auto others = Others::make(expression, index, asked);
    if (!others) {
        return pass_on(others);
    }
    const EachPatient* const each = *others ? &(*others)->each() : nullptr;
    CohortContext context = asked;
    if (each != nullptr) {
        context.known = *each->known();
    }
    CohortAnswer answer;
    answer.patients = Bitmap(index.patient_count());
    answer.untils.resize(context.times == nullptr ? 0 : index.patient_count(), Instant::max());
    CohortRun shared(context, answer);
    std::deque<LayerRun> runs;
    for (const IndexLayer& layer : layers) {
        if (context.trace != nullptr) {
            context.trace->begin_again();
        }
        runs.emplace_back(layer, PreparedRetrieves(retrieves, *layer.index), context, each, shared);
    }
    SerialExecutor serial;
    judge_layers(runs, context.executor == nullptr ? serial : *context.executor);
    if (shared.late()) {
        return fail(ErrorCode::Limit,
                    fmt::format("the cohort takes too long: {} patients were judged singly until "
                                "the time was over; say more of it by codes, dates and statuses",
                                answer.evaluated_singly));
    }
    if (shared.error()) {
        return std::unexpected(*shared.error());
    }
    if (context.clock != nullptr) {
        answer.seconds = std::chrono::duration<double>(context.clock->now() - begin).count();
    }
    return answer;
}

Result<Held> judge_patient(const PreparedRetrieves& retrieves, PatientNumber number,
                           const CohortContext& context) {
    IndexSource source(retrieves, number, context.as_of, context.read_body, context.engagement,
                       context.recorded_until);
    cql::EvaluationContext moment{context.as_of, context.parameters};
    moment.known = context.known;
    const std::function<bool()> gives_up = [&context] { return is_late(context); };
    moment.gives_up = &gives_up;
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
    return Held{value->is_null() ? Truth::Null : truth_of(value->is_true()), until};
}

Result<CohortAnswer> evaluate(const cql::Expression& expression, const Index& index,
                              const CohortContext& context) {
    const std::shared_ptr<const Index> borrowed(std::shared_ptr<const void>(), &index);
    return evaluate(expression, LiveIndex(borrowed), context);
}

}  // namespace parcours::population
