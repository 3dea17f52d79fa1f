#include "population/cohort_plan.h"

#include <array>
#include <cstdint>

#include "population/truth.h"

namespace parcours::population {

CohortPlan::CohortPlan(const PreparedRetrieves& retrieves, const CohortContext& context)
    : context_(context),
      query_{retrieves.expression(), retrieves.index(), context_, retrieves, context.times},
      condition_(plan_patient_condition(query_, retrieves.expression().root(), Truth::False)) {}

Result<Held> CohortPlan::judge(PatientNumber number, Instant as_of, Instant recorded_until) {
    if (as_of != context_.as_of || recorded_until != context_.recorded_until) {
        context_.as_of = as_of;
        context_.recorded_until = recorded_until;
        condition_->retime();
    }
    constexpr std::array<std::uint8_t, 1> asked = {1};
    std::array<Truth, 1> truth = {};
    std::array<Instant, 1> until = {Instant::max()};
    condition_->judge(number, asked, truth, query_.times == nullptr ? Untils() : Untils(until));
    if (truth[0] == Truth::Open) {
        return judge_patient(query_.retrieves, number, context_);
    }
    return Held{truth[0], until[0]};
}

}  // namespace parcours::population
