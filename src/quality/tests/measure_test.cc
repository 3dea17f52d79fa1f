// Measures over invented people, whose counts are computed beside in plain words.

#include "quality/measure.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "population/tests/cohort_records.h"
#include "population/tests/records.h"
#include "practice/libraries.h"
#include "quality/evaluate.h"
#include "quality/period.h"

namespace parcours::quality {
namespace {

using population::LoggedBody;
using Kind = PopulationKind;

constexpr std::string_view logic = R"(library Sugar version '2'
using FHIR version '4.0.1'
include Base called Base
parameter "Measurement Period" Interval<DateTime>
context Patient
define "Initial Population": Base."Grown Up" and exists [Condition: "sugar"]
define "Denominator": true
define "Denominator Exclusions": exists [Condition: "care at home"]
define "Denominator Exceptions": Patient.gender = 'other'
define "Tests": [Observation: "test"] O where O.effective during "Measurement Period"
define "Last Test": Last("Tests" O sort by start of effective)
define "Numerator": ("Last Test".value as Quantity) > 9 '%'
define "Numerator Exclusions": Count("Tests") > 2
define "Level": ("Last Test".value as Quantity).value
define "Visits": [Encounter] E where E.period during "Measurement Period"
define "Long Visits": "Visits" V where V.status = 'finished'
define function "Hours"(visit Encounter): duration in hours of visit.period
define "Broken": 1 div 0 > 2 or exists [Nothing: "at all"]
)";
constexpr std::string_view base = R"(library Base
parameter "Measurement Period" Interval<DateTime>
context Patient
define "Grown Up": AgeInYearsAt(start of "Measurement Period") >= 18
)";

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

std::vector<Person> invent() {
    std::vector<Person> people;
    std::uint32_t state = 7;
    const auto below = [&state](std::uint32_t limit) {
        state = state * 1'664'525U + 1'013'904'223U;
        return (state >> 8U) % limit;
    };
    for (int i = 0; i < 400; ++i) {
        Person one;
        one.grown_up = below(5) > 0;
        one.sugar = below(3) > 0;
        one.at_home = below(6) == 0;
        one.gender = std::vector<std::string>{"female", "male", "other"}[below(3)];
        for (std::uint32_t n = below(5); n > 0; --n) {
            one.levels.push_back(static_cast<int>(below(8)) + 5);
        }
        for (std::uint32_t n = below(3); n > 0; --n) {
            one.other_levels.push_back(15);
        }
        for (std::uint32_t n = below(4); n > 0; --n) {
            one.visit_hours.push_back(static_cast<int>(below(9)) + 1);
        }
        people.push_back(std::move(one));
    }
    return people;
}

class MeasureTest : public ::testing::Test {
  protected:
    MeasureTest() : people_(invent()) {
        terminology_.add("sugar", {{"s", "sugar"}});
        terminology_.add("care at home", {{"s", "home"}});
        terminology_.add("test", {{"s", "test"}});
        std::vector<Error> errors;
        libraries_.add("libraries/Sugar.cql", std::string(logic), errors);
        libraries_.add("libraries/Base.cql", std::string(base), errors);
        EXPECT_TRUE(errors.empty());
        std::vector<LoggedBody> log;
        for (std::size_t i = 0; i < people_.size(); ++i) {
            write_person(i, log);
        }
        index_ = std::make_shared<const population::LiveIndex>(population::build_index(log));
        bodies_ = std::move(log);
    }

    void write_person(std::size_t number, std::vector<LoggedBody>& log) const {
        const Person& one = people_[number];
        const auto add = [&log](std::string json) { log.push_back({"main", std::move(json)}); };
        const std::string subject =
            fmt::format(R"("subject":{{"reference":"Patient/p{}"}})", number);
        add(fmt::format(R"({{"resourceType":"Patient","id":"p{}","birthDate":"{}","gender":"{}"}})",
                        number, one.grown_up ? "1980-02-03" : "2015-02-03", one.gender));
        const auto condition = [&](const char* code) {
            add(fmt::format(
                R"({{"resourceType":"Condition","id":"c{}{}",{},"onsetDateTime":"2020-01-01",)"
                R"("code":{{"coding":[{{"system":"s","code":"{}"}}]}}}})",
                number, code, subject, code));
        };
        if (one.sugar) {
            condition("sugar");
        }
        if (one.at_home) {
            condition("home");
        }
        const auto test = [&](int level, const std::string& date, std::size_t n) {
            add(fmt::format(
                R"({{"resourceType":"Observation","id":"o{}-{}-{}",{},"status":"final","effectiveDateTime":"{}",)"
                R"("code":{{"coding":[{{"system":"s","code":"test"}}]}},)"
                R"("valueQuantity":{{"value":{},"unit":"%","system":"http://unitsofmeasure.org","code":"%"}}}})",
                number, date.substr(0, 4), n, subject, date, level));
        };
        for (std::size_t n = 0; n < one.levels.size(); ++n) {
            test(one.levels[n], fmt::format("2025-0{}-10T10:00:00Z", n + 1), n);
        }
        for (std::size_t n = 0; n < one.other_levels.size(); ++n) {
            test(one.other_levels[n], fmt::format("2024-0{}-10T10:00:00Z", n + 1), n);
        }
        for (std::size_t n = 0; n < one.visit_hours.size(); ++n) {
            add(fmt::format(
                R"({{"resourceType":"Encounter","id":"e{}-{}",{},"status":"{}","class":{{"code":"AMB"}},)"
                R"("period":{{"start":"2025-0{}-05T08:00:00Z","end":"2025-0{}-05T{:02}:00:00Z"}}}})",
                number, n, subject, n % 2 == 0 ? "finished" : "in-progress", n + 1, n + 1,
                8 + one.visit_hours[n]));
        }
    }

    [[nodiscard]] Setting setting() const {
        population::CohortContext around;
        around.as_of = *parse_instant("2026-02-01");
        around.read_body = [this](LogPosition position) -> Result<std::string> {
            return bodies_[position - 1].json;
        };
        const practice::Vocabulary vocabulary{&terminology_, &libraries_};
        const std::vector<LibraryName> libraries{{"Sugar", "2"}};
        const auto year = values::parse_temporal("2025").value();
        return {
            vocabulary, libraries, {measurement_period(vocabulary, libraries, year, year).value()},
            *index_,    around,    std::nullopt,
            nullptr};
    }

    /// A group of populations, each "CODE=EXPRESSION".
    static std::string measure_json(const std::string& scoring,
                                    const std::vector<std::pair<std::string, std::string>>& asked,
                                    const std::string& more = "", const std::string& rest = "") {
        std::string populations;
        for (const auto& [code, expression] : asked) {
            const std::string extension =
                code != "measure-observation"
                    ? ""
                    : R"("extension":[{"url":"http://hl7.org/fhir/us/cqfmeasures/StructureDefinition/)"
                      R"(cqfm-aggregateMethod","valueCode":"median"}],)";
            populations += fmt::format(
                R"({}{{{}"code":{{"coding":[{{"code":"{}"}}]}},"criteria":{{"language":"text/cql","expression":"{}"}}}})",
                populations.empty() ? "" : ",", extension, code, expression);
        }
        return fmt::format(
            R"({{"resourceType":"Measure","id":"m","url":"http://m","library":["http://x/Library/Sugar|2"],)"
            R"("scoring":{{"coding":[{{"code":"{}"}}]}},"group":[{{"population":[{}]{}}}]{}}})",
            scoring, populations, more, rest);
    }

    [[nodiscard]] Report evaluated(const std::string& json, const Setting& how) {
        auto measure = read_measure(json, "measures/m.json");
        EXPECT_TRUE(measure) << measure.error().to_text();
        measures_.push_back(std::make_unique<Measure>(std::move(*measure)));
        auto report = evaluate(*measures_.back(), how);
        EXPECT_TRUE(report) << report.error().to_text();
        return report ? std::move(*report) : Report{};
    }

    [[nodiscard]] std::string error_of(const std::string& json) const {
        const auto measure = read_measure(json, "measures/m.json");
        if (!measure) {
            return measure.error().to_text();
        }
        const auto report = evaluate(*measure, setting());
        return report ? "none" : report.error().to_text();
    }

    template <class Holds>
    [[nodiscard]] std::uint64_t count(Holds holds) const {
        std::uint64_t sum = 0;
        for (const Person& one : people_) {
            sum += std::invoke(holds, one) ? 1U : 0U;
        }
        return sum;
    }

    static std::uint64_t count_of(const GroupResult& group, Kind kind) {
        for (const PopulationResult& one : group.populations) {
            if (one.population->kind == kind) {
                return one.count;
            }
        }
        return 0;
    }

    std::vector<Person> people_;
    population::TestTerminology terminology_;
    practice::Libraries libraries_;
    std::vector<LoggedBody> bodies_;
    std::shared_ptr<const population::LiveIndex> index_;
    std::vector<std::unique_ptr<Measure>> measures_;
};

const std::vector<std::pair<std::string, std::string>> proportion = {
    {"numerator", "Numerator"},  // their order in the measure does not matter
    {"initial-population", "Initial Population"},
    {"denominator", "Denominator"},
    {"denominator-exclusion", "Denominator Exclusions"},
    {"denominator-exception", "Denominator Exceptions"},
    {"numerator-exclusion", "Numerator Exclusions"}};

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
    EXPECT_TRUE(broken.starts_with("libraries/Sugar.cql:18:")) << broken;
    EXPECT_NE(error_of(measure_json("cohort", {{"initial-population", "1 + 1"}}))
                  .find("true or false, or a list; this one gives Integer"),
              std::string::npos);
    EXPECT_NE(error_of(measure_json("proportion", alone)).find("needs the population denominator"),
              std::string::npos);
    EXPECT_NE(error_of(measure_json("guess", alone)).find("the scoring \"guess\" is not known"),
              std::string::npos);
    EXPECT_NE(error_of(measure_json("cohort", {{"initial-population", "true"},
                                               {"initial-population", "true"}}))
                  .find("two populations"),
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
