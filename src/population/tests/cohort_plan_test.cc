// A plan that tells null apart, against the evaluation of one patient after another.

#include "population/cohort_plan.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/time.h"
#include "population/cohort.h"
#include "population/column.h"
#include "population/source.h"
#include "population/tests/cohort_records.h"
#include "population/tests/random_records.h"
#include "population/time_shape.h"
#include "population/truth.h"

namespace parcours::population {
namespace {

/// Each may give null: what is asked of a resource may not be there.
const std::vector<std::string>& unsure_expressions() {
    static const std::vector<std::string> all = {
        "Patient.gender = 'female'",
        "not (Patient.gender = 'female')",
        "Patient.deceased before Now() - 1 year",
        "Patient.active and exists [Encounter]",
        "not Patient.active or exists [Condition: \"ab\"]",
        "AgeInYears() > 5",
        "AgeInMonths() > 20",
        "AgeInYears() > 5 and not exists [Encounter]",
        "First([Observation] X sort by effective).status = 'final'",
        "Last([Observation: \"ab\"] X sort by effective).value > 6 '%'",
        "exists ([Condition] C where C.abatement is null)",
        "exists ([Observation] X where X.effective after Now() - 6 months) and Patient.active",
    };
    return all;
}

/// How many of each truth were seen.
using Seen = std::array<std::size_t, 3>;

/// At moments that mostly go forward.
void compare(const Population& population, const cql::Expression& expression, bool as_recorded,
             Seen& seen) {
    const TimeShape times(expression);
    if (!times.is_tracked()) {
        return;
    }
    const PreparedRetrieves retrieves(expression, population.index());
    CohortContext context;
    context.as_of = *parse_instant("2014-01-31");
    context.recorded_until = as_recorded ? context.as_of : Instant::max();
    context.read_body = population.reader();
    context.times = &times;
    CohortPlan plan(retrieves, context, UnknownAs());
    context.times = nullptr;
    for (const char* const moment : {"2014-01-31", "2014-02-28T12:00:00Z", "2014-07-04",
                                     "2014-07-05", "2015-01-01", "2014-03-01", "2017-01-01"}) {
        context.as_of = *parse_instant(moment);
        context.recorded_until = as_recorded ? context.as_of : Instant::max();
        const Patients& patients = population.index().patients();
        for (PatientNumber number = 0; number < patients.count; ++number) {
            if (!is_person(patients, number, context.as_of)) {
                continue;
            }
            const auto expected = judge_patient(retrieves, number, context);
            const auto held = plan.judge(number, context.as_of, context.recorded_until);
            if (!expected) {
                continue;  // an error may stand behind what settles it already
            }
            ASSERT_TRUE(held) << held.error().message;
            ASSERT_EQ(static_cast<int>(held->truth), static_cast<int>(expected->truth))
                << expression.text << " of " << patients.id(number) << " at " << moment;
            ++seen[static_cast<std::size_t>(held->truth)];
        }
    }
}

TEST(CohortPlan, SaysTrueFalseAndNullAsTheEvaluationDoes) {
    const TestTerminology sets = random_sets();
    Seen seen = {};
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Population population(random_records(seed, 40, 800));
        std::vector<std::string> texts = random_expressions(seed, 40);
        texts.insert(texts.end(), unsure_expressions().begin(), unsure_expressions().end());
        for (const std::string& text : texts) {
            compare(population, *compile_cohort(text, sets), seed % 2 == 0, seen);
            if (::testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
    EXPECT_GT(seen[static_cast<std::size_t>(Truth::False)], 5'000U);
    EXPECT_GT(seen[static_cast<std::size_t>(Truth::True)], 5'000U);
    EXPECT_GT(seen[static_cast<std::size_t>(Truth::Null)], 1'000U);
}

}  // namespace
}  // namespace parcours::population
