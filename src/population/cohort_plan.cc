#include "population/cohort_plan.h"

#include <array>
#include <cstdint>

#include "population/horizon.h"
#include "population/truth.h"

namespace parcours::population {

CohortPlan::CohortPlan(const PreparedRetrieves& retrieves, const CohortContext& context,
                       UnknownAs unknown_as)
    : context_(context),
      query_{retrieves.expression(), retrieves.index(), context_, retrieves, context.times},
      unknown_as_(unknown_as) {
    plan();
}

void CohortPlan::plan() {
    condition_ = plan_patient_condition(query_, query_.expression.root(), unknown_as_);
    planned_at_ = context_.as_of;
}

/// What was remembered holds for later moments, and for no longer than `horizon_max`.
void CohortPlan::retime(Instant as_of, Instant recorded_until) {
    const bool still_good = as_of >= context_.as_of && as_of < planned_at_ + horizon_max;
    context_.as_of = as_of;
    context_.recorded_until = recorded_until;
    if (still_good) {
        condition_->retime();
    } else {
        plan();
    }
}

Result<Held> CohortPlan::judge(PatientNumber number, Instant as_of, Instant recorded_until) {
    if (as_of != context_.as_of || recorded_until != context_.recorded_until) {
        retime(as_of, recorded_until);
    }
    constexpr std::array<std::uint8_t, 1> asked = {1};
    std::array<Truth, 1> truth = {};
    std::array<Instant, 1> until = {Instant::max()};
    condition_->judge(number, asked, truth, query_.times == nullptr ? Untils() : Untils(until));
    Held held{truth[0], until[0]};
    if (held.truth == Truth::Open) {
        const auto judged = judge_patient(query_.retrieves, number, context_);
        if (!judged) {
            return judged;
        }
        held = *judged;
    }
    if (held.truth == Truth::Null) {
        held.truth = unknown_as_.value_or(Truth::Null);
    }
    return held;
}

}  // namespace parcours::population
