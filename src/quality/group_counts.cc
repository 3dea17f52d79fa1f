#include "quality/group_counts.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/each_patient.h"
#include "quality/asking.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/memberships.h"
#include "quality/program.h"
#include "quality/score.h"

namespace parcours::quality {
namespace {

using population::Bitmap;
using Kind = PopulationKind;

/// What is left out of a population before it is observed.
std::vector<Kind> left_out_of(Kind kind) {
    switch (kind) {
        case Kind::Numerator:
            return {Kind::NumeratorExclusion};
        case Kind::Denominator:
            return {Kind::DenominatorExclusion, Kind::DenominatorException};
        case Kind::MeasurePopulation:
            return {Kind::MeasurePopulationExclusion};
        default:
            return {};
    }
}

class Counting {
  public:
    Counting(const Group& group, const Memberships& memberships, const Asking& asking)
        : group_(group), memberships_(memberships), asking_(asking) {
        out_.group = &group;
        out_.lists = memberships.lists;
        for (const Population& population : group.populations) {
            out_.populations.push_back({&population, 0, asking.nobody(), std::nullopt});
        }
    }

    Result<GroupCounts> run() {
        if (const auto found = out_.lists ? find_lists() : find_members(); !found) {
            return pass_on(found);
        }
        note_observed();
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool is_observation(std::size_t place) const {
        return group_.populations[place].kind == Kind::MeasureObservation;
    }

    Result<> find_members() {
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            if (is_observation(i)) {
                continue;
            }
            const auto compiled = asking_.program.compile(memberships_.program_of(i),
                                                          group_.populations[i].criteria.where);
            if (!compiled) {
                return pass_on(compiled);
            }
            auto members = asking_.members_of(**compiled);
            if (!members) {
                return pass_on(members);
            }
            out_.populations[i].patients = std::move(*members);
            out_.populations[i].count = out_.populations[i].patients.count();
        }
        const auto asked = keep_asked(out_.initial());
        if (!asked) {
            return pass_on(asked);
        }
        for (PopulationResult& one : out_.populations) {
            one.patients &= *asked;
            one.count = one.patients.count();
        }
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            if (const auto observed = is_observation(i) ? observe(i) : Result<>{}; !observed) {
                return observed;
            }
        }
        return {};
    }

    /// Those of whom what is asked of everybody is true, too.
    [[nodiscard]] Result<Bitmap> keep_asked(Bitmap patients) const {
        if (asking_.setting.also == nullptr) {
            return patients;
        }
        population::CohortContext context = asking_.context;
        context.parameters = {};  // those of the measure are none of its
        const auto values = population::evaluate_each(*asking_.setting.also, asking_.setting.index,
                                                      context, patients);
        if (!values) {
            return pass_on(values);
        }
        Bitmap kept = asking_.nobody();
        for (const population::PatientValue& one : *values) {
            if (one.value.is_true()) {
                kept.set(one.patient);
            }
        }
        return kept;
    }

    /// What is observed of each patient of the population that the observation is of.
    Result<> observe(std::size_t place) {
        const Population& observation = group_.populations[place];
        const auto of = group_.observed_by(observation);
        if (!of) {
            return {};
        }
        const std::vector<Program::Define> asked{
            {"asked", asking_.program.call_of(observation.criteria, "")}};
        const auto compiled = asking_.program.compile(asked, observation.criteria.where);
        if (!compiled) {
            return pass_on(compiled);
        }
        Bitmap patients = out_.populations[*of].patients;
        for (const Kind kind : left_out_of(group_.populations[*of].kind)) {
            for (const PopulationResult& other : out_.populations) {
                if (other.population->kind == kind) {
                    patients -= other.patients;
                }
            }
        }
        auto values =
            population::evaluate_each(**compiled, asking_.setting.index, asking_.context, patients);
        if (!values) {
            return pass_on(values);
        }
        for (const population::PatientValue& one : *values) {
            GroupCounts::Observed observed{one.patient, place, {}};
            append_numbers(one.value, observed.numbers);
            out_.observed.push_back(std::move(observed));
        }
        return {};
    }

    /// A measure-observation counts what was observed.
    void note_observed() {
        std::vector<std::vector<double>> numbers(out_.populations.size());
        for (const GroupCounts::Observed& one : out_.observed) {
            PopulationResult& result = out_.populations[one.population];
            result.count += one.numbers.size();
            if (!one.numbers.empty()) {
                result.patients.set(one.patient);
            }
            auto& all = numbers[one.population];
            all.insert(all.end(), one.numbers.begin(), one.numbers.end());
        }
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (is_observation(i)) {
                out_.populations[i].observed =
                    aggregate(group_.populations[i].aggregate, std::move(numbers[i]));
            }
        }
    }

    /// Criteria that give lists: columns say who has any at all, the rest is found for each of
    /// them.
    Result<> find_lists() {
        const auto candidates = find_candidates();
        if (!candidates) {
            return pass_on(candidates);
        }
        const auto compiled = compile_lists();
        if (!compiled) {
            return pass_on(compiled);
        }
        auto values = population::evaluate_each(**compiled, asking_.setting.index, asking_.context,
                                                *candidates);
        if (!values) {
            return pass_on(values);
        }
        for (const population::PatientValue& one : *values) {
            take_lists(one);
        }
        return {};
    }

    void take_lists(const population::PatientValue& one) {
        GroupCounts::Elements elements{one.patient, {}};
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            const cql::Value found = one.value.tuple().find(fmt::format("p{}", i));
            if (is_observation(i)) {
                GroupCounts::Observed observed{one.patient, i, {}};
                append_numbers(found, observed.numbers);
                out_.observed.push_back(std::move(observed));
                elements.counts.push_back(0);
                continue;
            }
            const auto count = found.is_null() ? 0 : static_cast<std::uint64_t>(found.integer());
            elements.counts.push_back(count);
            out_.populations[i].count += count;
            if (count > 0) {
                out_.populations[i].patients.set(one.patient);
            }
        }
        out_.elements.push_back(std::move(elements));
    }

    [[nodiscard]] Result<Bitmap> find_candidates() const {
        Bitmap all = asking_.nobody();
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            if (group_.populations[i].kind != Kind::Initial) {
                continue;
            }
            auto defines = memberships_.program_of(i);
            defines.push_back({"asked", fmt::format("exists (\"{}\")", defines.back().name)});
            const auto compiled =
                asking_.program.compile(defines, group_.populations[i].criteria.where);
            if (!compiled) {
                return pass_on(compiled);
            }
            const auto members = asking_.members_of(**compiled);
            if (!members) {
                return pass_on(members);
            }
            all |= *members;
        }
        return keep_asked(std::move(all));
    }

    /// A tuple of all counts, and of what is observed.
    [[nodiscard]] Result<Compiled> compile_lists() const {
        std::vector<Program::Define> defines;
        std::string tuple;
        std::string where = group_.populations.front().criteria.where;
        for (std::size_t i = 0; i < group_.populations.size(); ++i) {
            tuple += fmt::format("{}p{}: ", i == 0 ? "" : ", ", i);
            if (!is_observation(i)) {
                defines.push_back(memberships_.defines[i]);
                tuple += fmt::format("Count(\"{}\")", memberships_.defines[i].name);
                continue;
            }
            where = group_.populations[i].criteria.where;
            tuple += observed_list(i);
        }
        defines.push_back({"asked", "Tuple { " + tuple + " }"});
        return asking_.program.compile(defines, where);
    }

    [[nodiscard]] std::string observed_list(std::size_t place) const {
        const Population& observation = group_.populations[place];
        const auto of = group_.observed_by(observation);
        if (!of) {
            return "null";
        }
        std::string list = fmt::format("\"{}\"", memberships_.defines[*of].name);
        for (const Kind kind : left_out_of(group_.populations[*of].kind)) {
            for (std::size_t i = 0; i < group_.populations.size(); ++i) {
                if (group_.populations[i].kind == kind) {
                    list = fmt::format("({} except \"{}\")", list, memberships_.defines[i].name);
                }
            }
        }
        return fmt::format("(({}) Observed return all {})", list,
                           asking_.program.call_of(observation.criteria, "Observed"));
    }

    const Group& group_;
    const Memberships& memberships_;
    const Asking& asking_;
    GroupCounts out_;
};

}  // namespace

std::vector<std::uint64_t> GroupCounts::counts_within(const Bitmap* within) const {
    std::vector<std::uint64_t> counts(populations.size());
    for (std::size_t i = 0; i < populations.size(); ++i) {
        if (within == nullptr) {
            counts[i] = populations[i].count;
        } else if (!lists && populations[i].population->kind != Kind::MeasureObservation) {
            Bitmap both = populations[i].patients;
            both &= *within;
            counts[i] = both.count();
        }
    }
    if (within == nullptr) {
        return counts;
    }
    for (const Elements& one : elements) {
        for (std::size_t i = 0; within->test(one.patient) && i < counts.size(); ++i) {
            counts[i] += one.counts[i];
        }
    }
    for (const Observed& one : observed) {
        counts[one.population] += within->test(one.patient) ? one.numbers.size() : 0;
    }
    return counts;
}

std::optional<double> GroupCounts::score_within(const Bitmap* within) const {
    std::vector<std::vector<double>> numbers(populations.size());
    for (const Observed& one : observed) {
        if (within == nullptr || within->test(one.patient)) {
            auto& all = numbers[one.population];
            all.insert(all.end(), one.numbers.begin(), one.numbers.end());
        }
    }
    return score_of(*group, counts_within(within), numbers);
}

Bitmap GroupCounts::initial() const {
    Bitmap all(populations.empty() ? 0 : populations.front().patients.size());
    for (const PopulationResult& one : populations) {
        if (one.population->kind == Kind::Initial) {
            all |= one.patients;
        }
    }
    return all;
}

Result<GroupCounts> count_group(const Group& group, const Asking& asking) {
    const auto memberships = make_memberships(group, asking.program);
    if (!memberships) {
        return pass_on(memberships);
    }
    return Counting(group, *memberships, asking).run();
}

}  // namespace parcours::quality
