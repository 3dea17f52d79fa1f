#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours::quality {

/// How a measure's populations make a score (FHIR R4 measure-scoring).
enum class Scoring : std::uint8_t { Proportion, Ratio, ContinuousVariable, Cohort };

/// FHIR R4 measure-population.
enum class PopulationKind : std::uint8_t {
    Initial,
    Denominator,
    DenominatorExclusion,
    DenominatorException,
    Numerator,
    NumeratorExclusion,
    MeasurePopulation,
    MeasurePopulationExclusion,
    MeasureObservation
};
[[nodiscard]] std::string_view population_code(PopulationKind kind);

/// How observations become one number.
enum class Aggregate : std::uint8_t { Average, Sum, Median, Minimum, Maximum, Count };

/// What is asked of somebody: the name of a define of the measure's libraries, or CQL itself.
struct Criteria {
    std::string text;
    std::string where;  ///< "group[0].population[1].criteria", for errors
};

struct Population {
    PopulationKind kind = PopulationKind::Initial;
    std::string id;
    std::string code;  ///< the CodeableConcept as JSON, as the measure has it
    Criteria criteria;
    Aggregate aggregate = Aggregate::Average;  ///< of a measure-observation
    /// The place in the group of what it lies within or, of a measure-observation, of what is
    /// observed (CQFM's criteriaReference); nothing: what its kind says.
    std::optional<std::size_t> refers_to;
};

/// What a population is divided by; with components by all of them together.
struct Stratifier {
    std::string code;  ///< as JSON; empty: none
    struct Component {
        std::string code;
        Criteria criteria;
    };
    std::vector<Component> components;  ///< one for a stratifier without components
    bool has_components = false;
};

struct Group {
    std::string id;
    std::string code;  ///< as JSON; empty: none
    Scoring scoring = Scoring::Cohort;
    std::vector<Population> populations;
    std::vector<Stratifier> stratifiers;

    /// The first of a kind.
    [[nodiscard]] const Population* find(PopulationKind kind) const;
    /// What a measure-observation is made of; nothing where the group has no such population.
    [[nodiscard]] std::optional<std::size_t> observed_by(const Population& observation) const;
};

/// What is told of each patient beside the populations.
struct SupplementalData {
    std::string code;  ///< as JSON; empty: none
    std::string name;  ///< that of its code, else the criteria's text
    Criteria criteria;
};

/// A FHIR R4 Measure, as far as it is evaluated.
struct Measure {
    std::string file;  ///< it was read from; empty: none
    std::string id;
    std::string url;
    std::string version;
    std::string name;
    std::string title;
    std::string status;                  ///< "active", "draft"
    std::vector<std::string> libraries;  ///< canonicals
    std::string improvement_notation;    ///< as JSON; empty: none
    std::vector<Group> groups;
    std::vector<SupplementalData> supplemental;

    /// As a MeasureReport names it: URL and version, else "Measure/ID".
    [[nodiscard]] std::string canonical() const;
};

/// Reads the resource. Errors, InvalidInput, with the element in question: no Measure, no group, a
/// scoring or population that FHIR does not know, criteria without an expression, a population that
/// the scoring needs and that is not there, a reference to a population that is not there or cannot
/// be meant, two of a kind of which a score knows one.
Result<Measure> read_measure(std::string_view json, const std::string& file);

}  // namespace parcours::quality
