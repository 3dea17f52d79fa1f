#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/type.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "practice/vocabulary.h"
#include "quality/measure.h"

namespace parcours::quality {

/// A value handed to every library that declares a parameter of this name.
struct Parameter {
    std::string name;
    cql::Type type;
    cql::Value value;
};

/// A library that criteria may name defines of.
struct LibraryName {
    std::string name;
    std::string version;  ///< empty: any
};

/// What a measure is evaluated over. Everything is borrowed for the call.
struct Setting {
    practice::Vocabulary vocabulary;
    std::vector<LibraryName> libraries;
    std::vector<Parameter> parameters;
    const population::LiveIndex& index;
    /// Of the moment, bodies, executor, clock and deadline; its parameters mean nothing here.
    population::CohortContext around;
    /// Only this patient.
    std::optional<population::PatientNumber> subject;
    /// Only these; null: everybody.
    const population::Bitmap* among = nullptr;
    /// Of those in the initial populations only whom this is true of, too; null: all.
    std::shared_ptr<const cql::Expression> also = nullptr;
};

/// Whom a population holds. Where the criteria give lists (of encounters …), `count` counts their
/// elements and `patients` are those who have any.
struct PopulationResult {
    const Population* population = nullptr;
    std::uint64_t count = 0;
    population::Bitmap patients;
    std::optional<double> observed;  ///< of a measure-observation: its numbers as one
};

/// One part of a stratifier: those for whom its components have these values.
struct Stratum {
    std::vector<cql::Value> values;     ///< by component
    std::vector<std::uint64_t> counts;  ///< by population
    std::optional<double> score;
};

struct StratifierResult {
    const Stratifier* stratifier = nullptr;
    std::vector<Stratum> strata;  ///< those that hold anybody, in the order of their values
};

struct GroupResult {
    const Group* group = nullptr;
    std::vector<PopulationResult> populations;  ///< in the order of the measure
    std::optional<double> score;                ///< nothing where it would divide by none
    std::vector<StratifierResult> stratifiers;
};

struct SupplementalResult {
    const SupplementalData* data = nullptr;
    /// Each value of the patients of the initial populations, and how many have it.
    std::vector<std::pair<cql::Value, std::uint64_t>> values;
};

/// Points into the measure.
struct Report {
    std::vector<GroupResult> groups;
    std::vector<SupplementalResult> supplemental;
    double seconds = 0;
};

/// Evaluates a measure for everybody, some, or one. Populations follow the logic of CQFM: each is
/// looked for in those it lies within only (denominator in initial population, numerator in the
/// denominator without its exclusions; of a ratio in the initial population; where there are
/// several of these, in the one that it refers to, else in any), so that nobody counts who is not
/// in those. Criteria that are true or false are judged by columns first, as cohorts are. Errors:
/// InvalidInput (criteria that do not compile, with the element or the library's place; a run-time
/// error, with the patient), Limit, those of reading bodies.
Result<Report> evaluate(const Measure& measure, const Setting& setting);

/// Whether all criteria compile, for who checks a practice. Errors: as `evaluate`.
Result<> check(const Measure& measure, const practice::Vocabulary& vocabulary,
               const std::vector<LibraryName>& libraries, const std::vector<Parameter>& parameters);

}  // namespace parcours::quality
