#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_file.h"
#include "quality/measure.h"

namespace parcours::quality {
namespace {

constexpr auto population_codes = std::to_array<std::string_view>(
    {"initial-population", "denominator", "denominator-exclusion", "denominator-exception",
     "numerator", "numerator-exclusion", "measure-population", "measure-population-exclusion",
     "measure-observation"});
constexpr auto scoring_codes =
    std::to_array<std::string_view>({"proportion", "ratio", "continuous-variable", "cohort"});
constexpr auto aggregate_codes =
    std::to_array<std::string_view>({"average", "sum", "median", "minimum", "maximum", "count"});

template <std::size_t Count>
std::optional<std::size_t> find_code(const std::array<std::string_view, Count>& codes,
                                     std::string_view code) {
    for (std::size_t i = 0; i < Count; ++i) {
        if (codes.at(i) == code) {
            return i;
        }
    }
    return std::nullopt;
}

template <std::size_t Count>
std::string listed(const std::array<std::string_view, Count>& codes) {
    return fmt::format("{}", fmt::join(codes, ", "));
}

/// The code of the first coding, or the code itself.
std::string_view code_of(const JsonView& concept_or_code) {
    if (concept_or_code.is_string()) {
        return concept_or_code.text();
    }
    for (const JsonView& coding : concept_or_code["coding"].elements()) {
        if (const auto code = coding["code"].text(); !code.empty()) {
            return code;
        }
    }
    return {};
}

/// Of an extension whose URL ends so: its code, string or concept.
std::string_view extension_code(const JsonView& element, std::string_view name) {
    for (const JsonView& extension : element["extension"].elements()) {
        if (!extension["url"].text().ends_with(name)) {
            continue;
        }
        for (const char* const value : {"valueCode", "valueString", "valueCodeableConcept"}) {
            if (const JsonView found = extension[value]) {
                return code_of(found);
            }
        }
    }
    return {};
}

/// Of which kinds one group may have several.
bool may_be_many(PopulationKind kind) {
    return kind == PopulationKind::Initial || kind == PopulationKind::MeasureObservation;
}

/// What a population may say that it lies within, or is observed of.
bool may_refer(PopulationKind kind, PopulationKind to) {
    using Kind = PopulationKind;
    switch (kind) {
        case Kind::Denominator:
        case Kind::MeasurePopulation:
            return to == Kind::Initial;
        case Kind::Numerator:
            return to == Kind::Initial || to == Kind::Denominator;
        case Kind::DenominatorExclusion:
        case Kind::DenominatorException:
            return to == Kind::Denominator;
        case Kind::NumeratorExclusion:
            return to == Kind::Numerator;
        case Kind::MeasurePopulationExclusion:
            return to == Kind::MeasurePopulation;
        case Kind::MeasureObservation:
            return to == Kind::Initial || to == Kind::Denominator || to == Kind::Numerator ||
                   to == Kind::MeasurePopulation;
        default:
            return false;
    }
}

std::string json_or_empty(const JsonView& element) {
    return element ? element.to_json() : std::string();
}

class Reader {
  public:
    explicit Reader(const std::string& file) : file_(file) {}

    Result<Measure> read(const JsonView& root) {
        if (root["resourceType"].text() != "Measure") {
            return wrong("", fmt::format("this is no FHIR Measure (resourceType is \"{}\")",
                                         root["resourceType"].text()));
        }
        Measure out;
        out.file = file_;
        out.id = root["id"].text();
        out.url = root["url"].text();
        out.version = root["version"].text();
        out.name = root["name"].text();
        out.title = root["title"].text(root["name"].text());
        out.status = root["status"].text();
        out.improvement_notation = json_or_empty(root["improvementNotation"]);
        for (const JsonView& library : root["library"].elements()) {
            out.libraries.emplace_back(library.text());
        }
        if (const auto read = read_groups(root, out); !read) {
            return pass_on(read);
        }
        for (const JsonView& data : root["supplementalData"].elements()) {
            SupplementalData one;
            one.code = json_or_empty(data["code"]);
            auto criteria =
                criteria_of(data, fmt::format("supplementalData[{}]", out.supplemental.size()));
            if (!criteria) {
                return pass_on(criteria);
            }
            one.criteria = std::move(*criteria);
            const std::string_view code = code_of(data["code"]);
            one.name = code.empty() ? data["code"]["text"].text(one.criteria.text) : code;
            out.supplemental.push_back(std::move(one));
        }
        return out;
    }

  private:
    [[nodiscard]] std::unexpected<Error> wrong(const std::string& where,
                                               const std::string& what) const {
        return fail(ErrorCode::InvalidInput, where.empty() ? what : where + ": " + what,
                    {file_, 0, 0});
    }

    Result<Criteria> criteria_of(const JsonView& element, const std::string& where) const {
        const JsonView criteria = element["criteria"];
        const std::string_view text = criteria["expression"].text();
        const std::string_view language = criteria["language"].text("text/cql-identifier");
        if (!language.starts_with("text/cql")) {
            return wrong(where, fmt::format("the language \"{}\" is not known; criteria are "
                                            "text/cql-identifier, text/cql-expression or text/cql",
                                            language));
        }
        if (text.empty()) {
            return wrong(where, "criteria need an expression");
        }
        return Criteria{std::string(text), where + ".criteria"};
    }

    Result<Scoring> scoring_of(const JsonView& group, const JsonView& root,
                               const std::string& where) const {
        std::string_view code = extension_code(group, "cqfm-scoring");
        code = code.empty() ? code_of(root["scoring"]) : code;
        const auto found = find_code(scoring_codes, code);
        if (!found) {
            return wrong(where, fmt::format("the scoring \"{}\" is not known; it is one of {}",
                                            code, listed(scoring_codes)));
        }
        return static_cast<Scoring>(*found);
    }

    Result<> read_groups(const JsonView& root, Measure& out) const {
        for (const JsonView& element : root["group"].elements()) {
            const std::string where = fmt::format("group[{}]", out.groups.size());
            Group group;
            group.id = element["id"].text();
            group.code = json_or_empty(element["code"]);
            const auto scoring = scoring_of(element, root, where);
            if (!scoring) {
                return pass_on(scoring);
            }
            group.scoring = *scoring;
            if (const auto read = read_populations(element, where, group); !read) {
                return read;
            }
            if (const auto read = read_stratifiers(element, where, group); !read) {
                return read;
            }
            if (const auto complete = check_group(group, where); !complete) {
                return complete;
            }
            out.groups.push_back(std::move(group));
        }
        return out.groups.empty() ? Result<>(wrong("", "the measure has no group")) : Result<>();
    }

    Result<> read_populations(const JsonView& element, const std::string& where,
                              Group& group) const {
        for (const JsonView& one : element["population"].elements()) {
            const std::string here =
                fmt::format("{}.population[{}]", where, group.populations.size());
            const auto kind = find_code(population_codes, code_of(one["code"]));
            if (!kind) {
                return wrong(here,
                             fmt::format("the population \"{}\" is not known; it is one of {}",
                                         code_of(one["code"]), listed(population_codes)));
            }
            auto criteria = criteria_of(one, here);
            if (!criteria) {
                return pass_on(criteria);
            }
            Population population{static_cast<PopulationKind>(*kind),
                                  std::string(one["id"].text()),
                                  json_or_empty(one["code"]),
                                  std::move(*criteria),
                                  Aggregate::Average,
                                  std::nullopt};
            if (const auto code = extension_code(one, "aggregateMethod"); !code.empty()) {
                const auto aggregate = find_code(aggregate_codes, code);
                if (!aggregate) {
                    return wrong(here,
                                 fmt::format("the aggregate \"{}\" is not known; it is one of {}",
                                             code, listed(aggregate_codes)));
                }
                population.aggregate = static_cast<Aggregate>(*aggregate);
            }
            if (!may_be_many(population.kind) && group.find(population.kind) != nullptr) {
                return wrong(here,
                             fmt::format("the group has two populations \"{}\", and a score knows "
                                         "one: put the other into a group of its own",
                                         population_code(population.kind)));
            }
            group.populations.push_back(std::move(population));
        }
        return read_references(element, where, group);
    }

    /// Once all are read: a population may refer to one behind it. By its id, or by its code, as
    /// some measures do.
    Result<> read_references(const JsonView& element, const std::string& where,
                             Group& group) const {
        const std::vector<JsonView> elements = element["population"].elements();
        for (std::size_t i = 0; i < group.populations.size(); ++i) {
            Population& population = group.populations[i];
            const std::string_view name = extension_code(elements[i], "criteriaReference");
            if (name.empty()) {
                continue;
            }
            const std::string here = fmt::format("{}.population[{}]", where, i);
            auto found = std::ranges::find(group.populations, name, &Population::id);
            if (found == group.populations.end()) {
                found = std::ranges::find_if(group.populations, [name](const Population& one) {
                    return population_code(one.kind) == name;
                });
            }
            if (found == group.populations.end()) {
                return wrong(here,
                             fmt::format("criteriaReference names \"{}\", and no population of "
                                         "the group has this id",
                                         name));
            }
            if (!may_refer(population.kind, found->kind)) {
                return wrong(here, fmt::format("a population \"{}\" cannot refer to one \"{}\"",
                                               population_code(population.kind),
                                               population_code(found->kind)));
            }
            population.refers_to = static_cast<std::size_t>(found - group.populations.begin());
        }
        return {};
    }

    Result<> read_stratifiers(const JsonView& element, const std::string& where,
                              Group& group) const {
        for (const JsonView& one : element["stratifier"].elements()) {
            const std::string here =
                fmt::format("{}.stratifier[{}]", where, group.stratifiers.size());
            Stratifier stratifier;
            stratifier.code = json_or_empty(one["code"]);
            std::vector<JsonView> parts = one["component"].elements();
            stratifier.has_components = !parts.empty();
            if (parts.empty()) {
                parts.push_back(one);
            }
            for (std::size_t i = 0; i < parts.size(); ++i) {
                auto criteria = criteria_of(parts[i], stratifier.has_components
                                                          ? fmt::format("{}.component[{}]", here, i)
                                                          : here);
                if (!criteria) {
                    return pass_on(criteria);
                }
                stratifier.components.push_back(
                    {json_or_empty(parts[i]["code"]), std::move(*criteria)});
            }
            group.stratifiers.push_back(std::move(stratifier));
        }
        return {};
    }

    Result<> check_group(const Group& group, const std::string& where) const {
        using Kind = PopulationKind;
        std::vector<Kind> needed{Kind::Initial};
        if (group.scoring == Scoring::Proportion || group.scoring == Scoring::Ratio) {
            needed.insert(needed.end(), {Kind::Denominator, Kind::Numerator});
        } else if (group.scoring == Scoring::ContinuousVariable) {
            needed.insert(needed.end(), {Kind::MeasurePopulation, Kind::MeasureObservation});
        }
        for (const Kind kind : needed) {
            if (group.find(kind) == nullptr) {
                return wrong(where,
                             fmt::format("a measure of the scoring {} needs the population {}",
                                         scoring_codes.at(static_cast<std::size_t>(group.scoring)),
                                         population_code(kind)));
            }
        }
        return check_observations(group, where);
    }

    /// Each is of something, and of a ratio each part has one at most.
    Result<> check_observations(const Group& group, const std::string& where) const {
        std::vector<std::size_t> observed;
        for (std::size_t i = 0; i < group.populations.size(); ++i) {
            if (group.populations[i].kind != PopulationKind::MeasureObservation) {
                continue;
            }
            const std::string here = fmt::format("{}.population[{}]", where, i);
            const auto of = group.observed_by(group.populations[i]);
            if (!of) {
                return wrong(here,
                             "what is observed here? Name the id of the numerator or of the "
                             "denominator in a cqfm-criteriaReference");
            }
            const PopulationKind kind = group.populations[*of].kind;
            if (group.scoring == Scoring::Ratio &&
                ((kind != PopulationKind::Numerator && kind != PopulationKind::Denominator) ||
                 std::ranges::find(observed, *of) != observed.end())) {
                return wrong(here,
                             "a ratio has one measure-observation of its numerator and one of "
                             "its denominator, at most");
            }
            observed.push_back(*of);
        }
        return {};
    }

    const std::string& file_;
};

}  // namespace

std::string_view population_code(PopulationKind kind) {
    return population_codes.at(static_cast<std::size_t>(kind));
}

const Population* Group::find(PopulationKind kind) const {
    for (const Population& population : populations) {
        if (population.kind == kind) {
            return &population;
        }
    }
    return nullptr;
}

std::optional<std::size_t> Group::observed_by(const Population& observation) const {
    if (observation.refers_to) {
        return observation.refers_to;
    }
    const PopulationKind kind =
        scoring == Scoring::Cohort ? PopulationKind::Initial : PopulationKind::MeasurePopulation;
    const auto found = std::ranges::find(populations, kind, &Population::kind);
    return found == populations.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - populations.begin()));
}

std::string Measure::canonical() const {
    if (url.empty()) {
        return "Measure/" + id;
    }
    return version.empty() ? url : url + "|" + version;
}

Result<Measure> read_measure(std::string_view json, const std::string& file) {
    JsonDocument document;
    const auto root = parse_file(document, json, file);
    return root ? Reader(file).read(*root) : pass_on(root);
}

}  // namespace parcours::quality
