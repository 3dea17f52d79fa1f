#include "quality/evaluate.h"

#include <chrono>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "population/bitmap.h"
#include "quality/asking.h"
#include "quality/group_counts.h"
#include "quality/memberships.h"
#include "quality/program.h"
#include "quality/strata.h"

namespace parcours::quality {
namespace {

/// Counts a group and divides it; adds who is in its initial populations.
Result<GroupResult> evaluate_group(const Group& group, const Asking& asking,
                                   population::Bitmap& initial) {
    auto counts = count_group(group, asking);
    if (!counts) {
        return pass_on(counts);
    }
    initial |= counts->initial();
    GroupResult out{&group, {}, counts->score_within(nullptr), {}};
    for (const Stratifier& stratifier : group.stratifiers) {
        auto divided = divide(stratifier, *counts, asking);
        if (!divided) {
            return pass_on(divided);
        }
        out.stratifiers.push_back(std::move(*divided));
    }
    out.populations = std::move(counts->populations);
    return out;
}

Result<Report> evaluate_all(const Measure& measure, const Asking& asking) {
    Report report;
    population::Bitmap initial = asking.nobody();
    for (const Group& group : measure.groups) {
        auto result = evaluate_group(group, asking, initial);
        if (!result) {
            return pass_on(result);
        }
        report.groups.push_back(std::move(*result));
    }
    for (const SupplementalData& data : measure.supplemental) {
        auto result = tell_supplemental(data, initial, asking);
        if (!result) {
            return pass_on(result);
        }
        report.supplemental.push_back(std::move(*result));
    }
    return report;
}

/// Whether what is not a population compiles.
Result<> check_rest(const Measure& measure, const Group& group, const Program& program) {
    for (const Stratifier& stratifier : group.stratifiers) {
        for (const Stratifier::Component& component : stratifier.components) {
            const std::vector<Program::Define> asked{
                {"asked", program.text_of(component.criteria)}};
            if (const auto compiled = program.compile(asked, component.criteria.where); !compiled) {
                return pass_on(compiled);
            }
        }
    }
    for (const SupplementalData& data : measure.supplemental) {
        const std::vector<Program::Define> asked{{"asked", program.text_of(data.criteria)}};
        if (const auto compiled = program.compile(asked, data.criteria.where); !compiled) {
            return pass_on(compiled);
        }
    }
    return {};
}

}  // namespace

Result<Report> evaluate(const Measure& measure, const Setting& setting) {
    const Clock* const clock = setting.around.clock;
    const Instant begin = clock == nullptr ? Instant{} : clock->now();
    const auto program = Program::make(setting.vocabulary, setting.libraries, setting.parameters);
    if (!program) {
        return pass_on(program);
    }
    auto report = evaluate_all(measure, Asking(setting, *program));
    if (report && clock != nullptr) {
        report->seconds = std::chrono::duration<double>(clock->now() - begin).count();
    }
    return report;
}

Result<> check(const Measure& measure, const practice::Vocabulary& vocabulary,
               const std::vector<LibraryName>& libraries,
               const std::vector<Parameter>& parameters) {
    const auto program = Program::make(vocabulary, libraries, parameters);
    if (!program) {
        return pass_on(program);
    }
    for (const Group& group : measure.groups) {
        if (const auto made = make_memberships(group, *program); !made) {
            return pass_on(made);
        }
        if (const auto rest = check_rest(measure, group, *program); !rest) {
            return rest;
        }
    }
    return {};
}

}  // namespace parcours::quality
