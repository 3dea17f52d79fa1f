#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/contact_steps.h"  // IWYU pragma: export
#include "campaign/flow_steps.h"     // IWYU pragma: export
#include "campaign/span.h"           // IWYU pragma: export
#include "campaign/step_parts.h"     // IWYU pragma: export

namespace parcours::campaign {

struct Step {
    std::string name;
    Location where;
    std::variant<SendStep, WaitStep, WaitForStep, BranchStep, TaskStep, EndStep, SplitStep,
                 UpdateStep, StartStep, WebhookStep>
        what;
    /// Lies behind the campaign's success: success is not watched there, nothing is withheld.
    bool after_success = false;
};

/// "send", "wait-for" …: the key that names the step's kind in a file.
[[nodiscard]] std::string_view kind_name(const Step& step);

/// Every way out of a step, `written` or not. `timed`: time passes or a person acts on it.
struct Way {
    const Target* target = nullptr;
    bool timed = false;
    std::string_view label;  ///< "then", "else", an outcome
};
[[nodiscard]] std::vector<Way> ways_out(const Step& step);

}  // namespace parcours::campaign
