// What must hold of a campaign so that it harms nobody.

#include <fmt/core.h>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/steps.h"

namespace parcours::campaign {
namespace {

bool is_task(const Campaign& campaign, const std::string& name) {
    const Step* const step = campaign.find_step(name);
    return step != nullptr && std::holds_alternative<TaskStep>(step->what);
}

}  // namespace

std::vector<Error> check_safety(const Campaign& campaign) {
    std::vector<Error> errors;
    if (!campaign.clinical_rules) {
        return errors;
    }
    // Where it cannot be told whether a rule holds, the branch goes its last way.
    for (const Step& step : campaign.steps) {
        const auto* const branch = std::get_if<BranchStep>(&step.what);
        if (branch != nullptr && !is_task(campaign, branch->otherwise.step)) {
            errors.push_back(
                {ErrorCode::InvalidInput,
                 fmt::format("the branch \"{}\" of clinical rules leads what it cannot judge to "
                             "\"{}\"; its last way must give a task to a person",
                             step.name, branch->otherwise.step),
                 step.where});
        }
    }
    return errors;
}

}  // namespace parcours::campaign
