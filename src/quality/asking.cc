#include "quality/asking.h"

#include <utility>

#include "base/error.h"
#include "cql/cql.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/each_patient.h"
#include "population/live_index.h"
#include "quality/evaluate.h"
#include "quality/program.h"

namespace parcours::quality {

using population::Bitmap;

Asking::Asking(const Setting& how, const Program& compiled)
    : setting(how), program(compiled), context(how.around) {
    context.parameters = compiled.values();
    context.trace = nullptr;
    context.times = nullptr;
}

Bitmap Asking::nobody() const {
    return Bitmap(setting.index.patient_count());
}

Result<Bitmap> Asking::members_of(const cql::Expression& expression) const {
    if (setting.subject) {
        Bitmap one = nobody();
        const bool asked = setting.among == nullptr || setting.among->test(*setting.subject);
        const auto holds = asked ? population::EachPatient(expression, setting.index, context)
                                       .holds(*setting.subject)
                                 : Result<bool>(false);
        if (!holds) {
            return pass_on(holds);
        }
        if (*holds &&
            population::is_person(setting.index.patients(), *setting.subject, context.as_of)) {
            one.set(*setting.subject);
        }
        return one;
    }
    auto answer = population::evaluate(expression, setting.index, context);
    if (!answer) {
        return pass_on(answer);
    }
    if (setting.among != nullptr) {
        answer->patients &= *setting.among;
    }
    return std::move(answer->patients);
}

}  // namespace parcours::quality
