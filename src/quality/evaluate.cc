#include "quality/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/operations.h"
#include "cql/type.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "quality/each_patient.h"
#include "quality/memberships.h"
#include "quality/program.h"
#include "quality/score.h"

namespace parcours::quality {
namespace {

using population::Bitmap;
using population::PatientNumber;
using Kind = PopulationKind;

/// What each patient of a group adds to a population beyond themselves, and what was observed of
/// them.
struct Counted {
    PatientNumber patient = 0;
    std::vector<std::uint64_t> elements;  ///< by population, where criteria give lists
    std::vector<double> observations;
};

/// Evaluates one measure.
class Evaluation {
  public:
    Evaluation(const Measure& measure, const Setting& setting, const Program& program)
        : measure_(measure), setting_(setting), program_(program), context_(setting.around) {
        context_.parameters = program.values();
        context_.trace = nullptr;
        context_.times = nullptr;
    }

    Result<Report> run() {
        Report report;
        initial_ = Bitmap(setting_.index.patient_count());
        for (const Group& group : measure_.groups) {
            auto result = evaluate_group(group);
            if (!result) {
                return pass_on(result);
            }
            report.groups.push_back(std::move(*result));
        }
        for (const SupplementalData& data : measure_.supplemental) {
            auto result = evaluate_supplemental(data);
            if (!result) {
                return pass_on(result);
            }
            report.supplemental.push_back(std::move(*result));
        }
        return report;
    }

  private:
    Result<GroupResult> evaluate_group(const Group& group) {
        const auto memberships = make_memberships(group, program_);
        if (!memberships) {
            return pass_on(memberships);
        }
        GroupResult out;
        out.group = &group;
        counted_.clear();
        const auto found = memberships->lists ? find_lists(group, *memberships, out)
                                              : find_members(group, *memberships, out);
        if (!found) {
            return pass_on(found);
        }
        for (const PopulationResult& one : out.populations) {
            if (one.population->kind == Kind::Initial) {
                initial_ |= one.patients;
            }
        }
        out.score = score_within(out, nullptr);
        for (const Stratifier& stratifier : group.stratifiers) {
            auto divided = divide(stratifier, out);
            if (!divided) {
                return pass_on(divided);
            }
            out.stratifiers.push_back(std::move(*divided));
        }
        return out;
    }

    /// Those of the asked for whom an expression is true.
    Result<Bitmap> members_of(const cql::Expression& expression) const {
        if (setting_.subject) {
            Bitmap one(setting_.index.patient_count());
            const auto holds =
                EachPatient(expression, setting_.index, context_).holds(*setting_.subject);
            if (!holds) {
                return pass_on(holds);
            }
            if (*holds && population::is_person(setting_.index.patients(), *setting_.subject,
                                                context_.as_of)) {
                one.set(*setting_.subject);
            }
            return one;
        }
        auto answer = population::evaluate(expression, setting_.index, context_);
        if (!answer) {
            return pass_on(answer);
        }
        if (setting_.among != nullptr) {
            answer->patients &= *setting_.among;
        }
        return std::move(answer->patients);
    }

    Result<> find_members(const Group& group, const Memberships& memberships, GroupResult& out) {
        for (std::size_t i = 0; i < group.populations.size(); ++i) {
            const Population& population = group.populations[i];
            PopulationResult result{&population, 0, Bitmap(setting_.index.patient_count())};
            if (population.kind != Kind::MeasureObservation) {
                const auto compiled =
                    program_.compile(memberships.program_of(i), population.criteria.where);
                if (!compiled) {
                    return pass_on(compiled);
                }
                auto members = members_of(**compiled);
                if (!members) {
                    return pass_on(members);
                }
                result.patients = std::move(*members);
                result.count = result.patients.count();
            }
            out.populations.push_back(std::move(result));
        }
        return observe(group, out);
    }

    /// What is observed of each patient of the measure population.
    Result<> observe(const Group& group, GroupResult& out) {
        const Population* const observation = group.find(Kind::MeasureObservation);
        if (observation == nullptr) {
            return {};
        }
        const std::vector<Program::Define> asked{
            {"asked", program_.call_of(observation->criteria, "")}};
        const auto compiled = program_.compile(asked, observation->criteria.where);
        if (!compiled) {
            return pass_on(compiled);
        }
        Bitmap observed = patients_of(out, Kind::MeasurePopulation);
        observed -= patients_of(out, Kind::MeasurePopulationExclusion);
        auto values = evaluate_each(**compiled, setting_.index, context_, observed);
        if (!values) {
            return pass_on(values);
        }
        for (const PatientValue& one : *values) {
            Counted counted{one.patient, {}, {}};
            append_numbers(one.value, counted.observations);
            counted_.push_back(std::move(counted));
        }
        note_observed(out);
        return {};
    }

    /// A measure-observation counts what was observed.
    void note_observed(GroupResult& out) const {
        for (PopulationResult& result : out.populations) {
            if (result.population->kind != Kind::MeasureObservation) {
                continue;
            }
            for (const Counted& one : counted_) {
                result.count += one.observations.size();
                if (!one.observations.empty()) {
                    result.patients.set(one.patient);
                }
            }
        }
    }

    [[nodiscard]] Bitmap patients_of(const GroupResult& out, Kind kind) const {
        for (const PopulationResult& result : out.populations) {
            if (result.population->kind == kind) {
                return result.patients;
            }
        }
        return Bitmap(setting_.index.patient_count());
    }

    /// Criteria that give lists: columns say who has any at all, the rest is found for each of
    /// them.
    Result<> find_lists(const Group& group, const Memberships& memberships, GroupResult& out) {
        const auto candidates = find_candidates(group, memberships);
        if (!candidates) {
            return pass_on(candidates);
        }
        const auto compiled = compile_lists(group, memberships);
        if (!compiled) {
            return pass_on(compiled);
        }
        auto values = evaluate_each(**compiled, setting_.index, context_, *candidates);
        if (!values) {
            return pass_on(values);
        }
        for (const Population& population : group.populations) {
            out.populations.push_back({&population, 0, Bitmap(setting_.index.patient_count())});
        }
        for (const PatientValue& one : *values) {
            Counted counted{one.patient, {}, {}};
            for (std::size_t i = 0; i < group.populations.size(); ++i) {
                const cql::Value size = one.value.tuple().find(fmt::format("p{}", i));
                const std::uint64_t count =
                    size.is_null() ? 0 : static_cast<std::uint64_t>(size.integer());
                counted.elements.push_back(count);
                out.populations[i].count += count;
                if (count > 0) {
                    out.populations[i].patients.set(one.patient);
                }
            }
            append_numbers(one.value.tuple().find("observed"), counted.observations);
            counted_.push_back(std::move(counted));
        }
        note_observed(out);
        return {};
    }

    Result<Bitmap> find_candidates(const Group& group, const Memberships& memberships) const {
        for (std::size_t i = 0; i < group.populations.size(); ++i) {
            if (group.populations[i].kind != Kind::Initial) {
                continue;
            }
            auto defines = memberships.program_of(i);
            defines.push_back({"asked", fmt::format("exists (\"{}\")", defines.back().name)});
            const auto compiled = program_.compile(defines, group.populations[i].criteria.where);
            if (!compiled) {
                return pass_on(compiled);
            }
            return members_of(**compiled);
        }
        return Bitmap(setting_.index.patient_count());
    }

    /// A tuple of all counts, and of what is observed.
    [[nodiscard]] Result<Compiled> compile_lists(const Group& group,
                                                 const Memberships& memberships) const {
        std::vector<Program::Define> defines;
        std::string tuple;
        std::string population;
        std::string exclusion;
        const Population* observation = nullptr;
        for (std::size_t i = 0; i < group.populations.size(); ++i) {
            const Kind kind = group.populations[i].kind;
            if (kind == Kind::MeasureObservation) {
                observation = &group.populations[i];
                continue;
            }
            defines.push_back(memberships.defines[i]);
            const std::string name = "\"" + memberships.defines[i].name + "\"";
            population = kind == Kind::MeasurePopulation ? name : population;
            exclusion = kind == Kind::MeasurePopulationExclusion ? name : exclusion;
            tuple += fmt::format("{}p{}: Count({})", tuple.empty() ? "" : ", ", i, name);
        }
        if (observation != nullptr) {
            const std::string of =
                exclusion.empty() ? population : fmt::format("{} except {}", population, exclusion);
            tuple += fmt::format(", observed: (({}) Observed return all {})", of,
                                 program_.call_of(observation->criteria, "Observed"));
        }
        defines.push_back({"asked", "Tuple { " + tuple + " }"});
        return program_.compile(defines, observation == nullptr
                                             ? group.populations.front().criteria.where
                                             : observation->criteria.where);
    }

    /// The score of those in `within`; null: of all.
    [[nodiscard]] std::optional<double> score_within(const GroupResult& out,
                                                     const Bitmap* within) const {
        std::vector<double> observations;
        for (const Counted& one : counted_) {
            if (within == nullptr || within->test(one.patient)) {
                observations.insert(observations.end(), one.observations.begin(),
                                    one.observations.end());
            }
        }
        return score_of(*out.group, counts_within(out, within), std::move(observations));
    }

    [[nodiscard]] std::vector<std::uint64_t> counts_within(const GroupResult& out,
                                                           const Bitmap* within) const {
        std::vector<std::uint64_t> counts;
        for (std::size_t i = 0; i < out.populations.size(); ++i) {
            const PopulationResult& result = out.populations[i];
            if (within == nullptr) {
                counts.push_back(result.count);
                continue;
            }
            const bool observed = result.population->kind == Kind::MeasureObservation;
            std::uint64_t sum = 0;
            for (const Counted& one : counted_) {
                if (within->test(one.patient)) {
                    sum += observed               ? one.observations.size()
                           : one.elements.empty() ? 0
                                                  : one.elements[i];
                }
            }
            const bool by_patient =
                !observed && (counted_.empty() || counted_.front().elements.empty());
            if (by_patient) {
                Bitmap both = result.patients;
                both &= *within;
                sum = both.count();
            }
            counts.push_back(sum);
        }
        return counts;
    }

    /// Everybody of the initial population, by what the stratifier's components say of them.
    Result<StratifierResult> divide(const Stratifier& stratifier, const GroupResult& out) const {
        std::string tuple;
        for (std::size_t i = 0; i < stratifier.components.size(); ++i) {
            tuple += fmt::format("{}s{}: {}", i == 0 ? "" : ", ", i,
                                 program_.text_of(stratifier.components[i].criteria));
        }
        const std::vector<Program::Define> asked{{"asked", "Tuple { " + tuple + " }"}};
        const auto compiled = program_.compile(asked, stratifier.components.front().criteria.where);
        if (!compiled) {
            return pass_on(compiled);
        }
        const auto values =
            evaluate_each(**compiled, setting_.index, context_, patients_of(out, Kind::Initial));
        if (!values) {
            return pass_on(values);
        }
        std::map<std::string, std::pair<std::vector<cql::Value>, Bitmap>> parts;
        for (const PatientValue& one : *values) {
            std::vector<cql::Value> of_patient;
            std::string name;
            for (std::size_t i = 0; i < stratifier.components.size(); ++i) {
                of_patient.push_back(one.value.tuple().find(fmt::format("s{}", i)));
                name += of_patient.back().to_text() + '\n';
            }
            auto& [part_values, patients] = parts[name];
            if (patients.size() == 0) {
                part_values = std::move(of_patient);
                patients = Bitmap(setting_.index.patient_count());
            }
            patients.set(one.patient);
            if (parts.size() > strata_max) {
                return fail(ErrorCode::Limit,
                            fmt::format("{}: more than {} strata",
                                        stratifier.components.front().criteria.where, strata_max));
            }
        }
        StratifierResult result{&stratifier, {}};
        for (auto& [name, part] : parts) {
            result.strata.push_back({std::move(part.first), counts_within(out, &part.second),
                                     score_within(out, &part.second)});
        }
        return result;
    }

    Result<SupplementalResult> evaluate_supplemental(const SupplementalData& data) const {
        const std::vector<Program::Define> asked{{"asked", program_.text_of(data.criteria)}};
        const auto compiled = program_.compile(asked, data.criteria.where);
        if (!compiled) {
            return pass_on(compiled);
        }
        const auto values = evaluate_each(**compiled, setting_.index, context_, initial_);
        if (!values) {
            return pass_on(values);
        }
        std::map<std::string, std::pair<cql::Value, std::uint64_t>> counts;
        const auto count = [&counts](const cql::Value& value) {
            auto& one = counts[value.to_text()];
            one.first = value;
            ++one.second;
        };
        for (const PatientValue& one : *values) {
            if (one.value.kind() != cql::ValueKind::List) {
                count(one.value);
                continue;
            }
            for (const cql::Value& element : one.value.elements()) {
                count(element);
            }
        }
        SupplementalResult result{&data, {}};
        for (auto& [text, counted] : counts) {
            result.values.push_back(std::move(counted));
        }
        return result;
    }

    static constexpr std::size_t strata_max = 1'000;

    const Measure& measure_;
    const Setting& setting_;
    const Program& program_;
    population::CohortContext context_;
    std::vector<Counted> counted_;  ///< of the group that is evaluated
    Bitmap initial_;                ///< of all groups so far
};

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
    auto report = Evaluation(measure, setting, *program).run();
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
