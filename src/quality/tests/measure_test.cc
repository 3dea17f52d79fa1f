// Measures over invented people.

#include "quality/measure.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "practice/libraries.h"
#include "quality/evaluate.h"
#include "quality/period.h"
#include "quality/tests/measure_fixture.h"

namespace parcours::quality {
namespace {

TEST_F(MeasureTest, AProportionCountsWhoIsWithinWhat) {
    const Report report = evaluated(measure_json("proportion", proportion), setting());
    ASSERT_EQ(report.groups.size(), 1U);
    const GroupResult& group = report.groups[0];
    const std::uint64_t initial = count(&Person::initial);
    ASSERT_GT(initial, 100U);
    EXPECT_EQ(count_of(group, Kind::Initial), initial);
    EXPECT_EQ(count_of(group, Kind::Denominator), initial);
    EXPECT_EQ(count_of(group, Kind::DenominatorExclusion), count(&Person::excluded));
    EXPECT_EQ(count_of(group, Kind::Numerator), count(&Person::numerator));
    EXPECT_EQ(count_of(group, Kind::NumeratorExclusion), count(&Person::numerator_excluded));
    EXPECT_EQ(count_of(group, Kind::DenominatorException), count(&Person::excepted));
    const auto above = count(&Person::numerator) - count(&Person::numerator_excluded);
    const auto below = initial - count(&Person::excluded) - count(&Person::excepted);
    ASSERT_GT(above, 0U);
    EXPECT_DOUBLE_EQ(group.score.value_or(-1),
                     static_cast<double>(above) / static_cast<double>(below));
    for (const PopulationResult& one : group.populations) {
        EXPECT_EQ(one.patients.count(), one.count);
    }
}

TEST_F(MeasureTest, CriteriaMayCompareWithEverybody) {
    int highest = 0;
    for (const Person& one : people_) {
        for (const int level : one.levels) {
            highest = std::max(highest, level);
        }
    }
    const auto asked = measure_json("proportion", {{"initial-population", "Initial Population"},
                                                   {"denominator", "Denominator"},
                                                   {"numerator", "At the Top"}});
    const Report report = evaluated(asked, setting());
    const std::uint64_t expected = count([&](const Person& one) {
        return one.initial() && std::ranges::find(one.levels, highest) != one.levels.end();
    });
    ASSERT_GT(expected, 3U);
    ASSERT_LT(expected, count(&Person::initial));
    EXPECT_EQ(count_of(report.groups[0], Kind::Numerator), expected);
    for (population::PatientNumber number = 0; number < 40; ++number) {
        Setting how = setting();
        how.subject = number;
        const Report alone = evaluated(asked, how);
        EXPECT_EQ(count_of(alone.groups[0], Kind::Numerator) == 1,
                  report.groups[0].populations[2].patients.test(number));
    }
}

TEST_F(MeasureTest, ListsMayCompareWithEverybody) {
    const Report report =
        evaluated(measure_json("cohort", {{"initial-population", "Visits as Long"}}), setting());
    std::uint64_t expected = 0;
    int longest = 0;
    for (const Person& one : people_) {
        for (const int hours : one.visit_hours) {
            expected = hours > longest ? 0 : expected;
            longest = std::max(longest, hours);
            expected += hours == longest ? 1U : 0U;
        }
    }
    ASSERT_GT(expected, 3U);
    EXPECT_EQ(count_of(report.groups[0], Kind::Initial), expected);
}

TEST_F(MeasureTest, OneSubjectCountsAsAmongAll) {
    const Report all = evaluated(measure_json("proportion", proportion), setting());
    for (population::PatientNumber number = 0; number < 60; ++number) {
        Setting how = setting();
        how.subject = number;
        const Report alone = evaluated(measure_json("proportion", proportion), how);
        for (std::size_t i = 0; i < proportion.size(); ++i) {
            EXPECT_EQ(alone.groups[0].populations[i].count,
                      all.groups[0].populations[i].patients.test(number) ? 1U : 0U);
        }
    }
}

TEST_F(MeasureTest, OnlyThoseAskedForCount) {
    population::Bitmap few(index_->patient_count());
    std::uint64_t expected = 0;
    for (std::size_t number = 0; number < people_.size(); number += 3) {
        const auto found = index_->find_patients(fmt::format("p{}", number));
        ASSERT_EQ(found.size(), 1U);
        few.set(found.front());
        expected += people_[number].numerator() ? 1U : 0U;
    }
    Setting how = setting();
    how.among = &few;
    const Report report = evaluated(measure_json("proportion", proportion), how);
    EXPECT_EQ(count_of(report.groups[0], Kind::Numerator), expected);
}

TEST_F(MeasureTest, ARatiosNumeratorIsNotInItsDenominator) {
    const Report report =
        evaluated(measure_json("ratio", {{"initial-population", "Initial Population"},
                                         {"denominator", "Patient.gender = 'male'"},
                                         {"numerator", "Patient.gender = 'female'"}}),
                  setting());
    const auto of = [&](const char* gender) {
        return count([&](const Person& one) { return one.initial() && one.gender == gender; });
    };
    EXPECT_EQ(count_of(report.groups[0], Kind::Denominator), of("male"));
    EXPECT_EQ(count_of(report.groups[0], Kind::Numerator), of("female"));
}

TEST_F(MeasureTest, AContinuousVariableIsObservedOfEachPatient) {
    const Report report =
        evaluated(measure_json("continuous-variable",
                               {{"initial-population", "Initial Population"},
                                {"measure-population", "exists Sugar.Tests"},
                                {"measure-population-exclusion", "Denominator Exclusions"},
                                {"measure-observation", "Level"}}),
                  setting());
    std::vector<double> levels;
    for (const Person& one : people_) {
        if (one.initial() && !one.levels.empty() && !one.at_home) {
            levels.push_back(one.levels.back());
        }
    }
    std::ranges::sort(levels);
    ASSERT_GT(levels.size(), 20U);
    const std::size_t half = levels.size() / 2;
    EXPECT_DOUBLE_EQ(report.groups[0].score.value_or(-1),
                     levels.size() % 2 == 1 ? levels[half] : (levels[half - 1] + levels[half]) / 2);
    EXPECT_EQ(count_of(report.groups[0], Kind::MeasureObservation), levels.size());
}

TEST_F(MeasureTest, ListsAreCountedByTheirElements) {
    const Report report =
        evaluated(measure_json("continuous-variable",
                               {{"initial-population", "Visits"},
                                {"measure-population", "Long Visits"},
                                {"measure-observation", "Hours"}},
                               R"(,"stratifier":[{"criteria":{"expression":"Patient.gender"}}])"),
                  setting());
    std::uint64_t visits = 0;
    std::vector<double> hours;
    std::map<std::string, std::uint64_t> finished;
    for (const Person& one : people_) {
        visits += one.visit_hours.size();
        for (std::size_t n = 0; n < one.visit_hours.size(); n += 2) {
            hours.push_back(one.visit_hours[n]);
            ++finished["'" + one.gender + "'"];
        }
    }
    std::ranges::sort(hours);
    const std::size_t half = hours.size() / 2;
    const GroupResult& group = report.groups[0];
    EXPECT_EQ(count_of(group, Kind::Initial), visits);
    EXPECT_EQ(count_of(group, Kind::MeasurePopulation), hours.size());
    EXPECT_DOUBLE_EQ(group.score.value_or(-1),
                     hours.size() % 2 == 1 ? hours[half] : (hours[half - 1] + hours[half]) / 2);
    ASSERT_EQ(group.stratifiers.size(), 1U);
    std::map<std::string, std::uint64_t> found;
    for (const Stratum& stratum : group.stratifiers[0].strata) {
        found[stratum.values[0].to_text()] = stratum.counts[1];
        EXPECT_EQ(stratum.counts[2], stratum.counts[1]) << "one observation of each";
    }
    EXPECT_EQ(found, finished);
}

TEST_F(MeasureTest, StrataAndSupplementalDataAddUp) {
    const Report report = evaluated(
        measure_json(
            "proportion", proportion,
            R"(,"stratifier":[{"component":[{"code":{"text":"sex"},"criteria":{"expression":"Patient.gender"}},)"
            R"({"code":{"text":"tested"},"criteria":{"expression":"exists Sugar.Tests"}}]}])",
            R"(,"supplementalData":[{"criteria":{"expression":"Patient.gender"}}])"),
        setting());
    const GroupResult& group = report.groups[0];
    ASSERT_EQ(group.stratifiers[0].strata.size(), 6U);
    std::vector<std::uint64_t> sums(group.populations.size());
    for (const Stratum& stratum : group.stratifiers[0].strata) {
        ASSERT_EQ(stratum.values.size(), 2U);
        const std::string gender = stratum.values[0].text();
        const bool tested = stratum.values[1].boolean();
        EXPECT_EQ(stratum.counts[0], count([&](const Person& one) {
                      return one.numerator() && one.gender == gender &&
                             !one.levels.empty() == tested;
                  }));
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i] += stratum.counts[i];
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        EXPECT_EQ(sums[i], group.populations[i].count);
    }
    ASSERT_EQ(report.supplemental.size(), 1U);
    for (const auto& [value, number] : report.supplemental[0].values) {
        EXPECT_EQ(number, count([&](const Person& one) {
                      return one.initial() && one.gender == value.text();
                  }));
    }
}

TEST_F(MeasureTest, MistakesNameTheirPlace) {
    const std::vector<std::pair<std::string, std::string>> alone = {
        {"initial-population", "Initial Populaton"}};
    const std::string unknown = error_of(measure_json("cohort", alone));
    EXPECT_TRUE(unknown.starts_with("group[0].population[0].criteria: ")) << unknown;
    const std::string broken = error_of(measure_json("cohort", {{"initial-population", "Broken"}}));
    EXPECT_TRUE(broken.starts_with("libraries/Sugar.cql:26:")) << broken;
    EXPECT_NE(error_of(measure_json("cohort", {{"initial-population", "1 + 1"}}))
                  .find("true or false, or a list; this one gives Integer"),
              std::string::npos);
    EXPECT_NE(error_of(measure_json("proportion", alone)).find("needs the population denominator"),
              std::string::npos);
    EXPECT_NE(error_of(measure_json("guess", alone)).find("the scoring \"guess\" is not known"),
              std::string::npos);
    EXPECT_NE(error_of(R"({"resourceType":"Library"})").find("no FHIR Measure"), std::string::npos);
    Setting how = setting();
    how.libraries = {{"Sugar", "3"}};
    const auto measure = read_measure(measure_json("cohort", alone), "m");
    EXPECT_EQ(evaluate(*measure, how).error().to_text(),
              "there is no library \"Sugar\" of version 3, but one of another version");
}

TEST_F(MeasureTest, APeriodIsWholeAtBothEnds) {
    const Setting how = setting();
    const auto text = [&](const char* from, const char* to) {
        const auto period =
            measurement_period(how.vocabulary, how.libraries, values::parse_temporal(from).value(),
                               values::parse_temporal(to).value());
        return period ? period->value.to_text() : period.error().message;
    };
    EXPECT_EQ(text("2025", "2025"), "Interval[@2025-01-01T00:00:00.000, @2025-12-31T23:59:59.999]");
    EXPECT_EQ(text("2025-02", "2025-02-28"),
              "Interval[@2025-02-01T00:00:00.000, @2025-02-28T23:59:59.999]");
    EXPECT_NE(text("2025-03", "2025-02").find("ends before it starts"), std::string::npos);
    practice::Libraries dated;
    std::vector<Error> errors;
    dated.add("libraries/D.cql",
              "library D\nparameter \"Measurement Period\" Interval<Date>\ndefine A: true", errors);
    const practice::Vocabulary vocabulary{&terminology_, &dated};
    const auto year = values::parse_temporal("2025").value();
    EXPECT_EQ(measurement_period(vocabulary, {{"D", ""}}, year, year)->value.to_text(),
              "Interval[@2025-01-01, @2025-12-31]");
}

}  // namespace
}  // namespace parcours::quality
