#pragma once

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "population/tests/cohort_records.h"
#include "population/tests/records.h"
#include "practice/libraries.h"
#include "practice/vocabulary.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/period.h"
#include "record/log.h"
#include "values/temporal.h"

namespace parcours::quality {

// People are invented, and what measures should find of them is computed beside in plain words.

using population::LoggedBody;
using Kind = PopulationKind;

/// What is invented of one person, and what measures should find.
struct Person {
    bool grown_up = false;
    bool sugar = false;
    bool at_home = false;
    std::string gender;
    std::vector<int> levels;        ///< tests within 2025, in their order
    std::vector<int> visit_hours;   ///< visits within 2025; every second one is not finished
    std::vector<int> other_levels;  ///< tests of 2024

    [[nodiscard]] bool initial() const { return grown_up && sugar; }
    [[nodiscard]] bool excluded() const { return initial() && at_home; }
    [[nodiscard]] bool numerator() const {
        return initial() && !excluded() && !levels.empty() && levels.back() > 9;
    }
    [[nodiscard]] bool numerator_excluded() const { return numerator() && levels.size() > 2; }
    [[nodiscard]] bool excepted() const {
        return initial() && !excluded() && !numerator() && gender == "other";
    }
};

class MeasureTest : public ::testing::Test {
  protected:
    MeasureTest();

    void write_person(std::size_t number, std::vector<LoggedBody>& log) const;
    [[nodiscard]] Setting setting() const;

    /// A group of populations, each "CODE=EXPRESSION".
    static std::string measure_json(const std::string& scoring,
                                    const std::vector<std::pair<std::string, std::string>>& asked,
                                    const std::string& more = "", const std::string& rest = "");

    [[nodiscard]] Report evaluated(const std::string& json, const Setting& how);
    [[nodiscard]] std::string error_of(const std::string& json) const;
    static std::uint64_t count_of(const GroupResult& group, Kind kind);

    template <class Holds>
    [[nodiscard]] std::uint64_t count(Holds holds) const {
        std::uint64_t sum = 0;
        for (const Person& one : people_) {
            sum += std::invoke(holds, one) ? 1U : 0U;
        }
        return sum;
    }

    std::vector<Person> people_;
    population::TestTerminology terminology_;
    practice::Libraries libraries_;
    std::vector<LoggedBody> bodies_;
    std::shared_ptr<const population::LiveIndex> index_;
    std::vector<std::unique_ptr<Measure>> measures_;
};

inline const std::vector<std::pair<std::string, std::string>> proportion = {
    {"numerator", "Numerator"},  // their order in the measure does not matter
    {"initial-population", "Initial Population"},
    {"denominator", "Denominator"},
    {"denominator-exclusion", "Denominator Exclusions"},
    {"denominator-exception", "Denominator Exceptions"},
    {"numerator-exclusion", "Numerator Exclusions"}};

}  // namespace parcours::quality
