#include "quality/tests/measure_fixture.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
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
#include "population/tests/records.h"
#include "practice/vocabulary.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/period.h"
#include "record/log.h"
#include "values/temporal.h"

namespace parcours::quality {
namespace {

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
context Unfiltered
define "Highest": Max([Observation: "test"] O where O.effective during "Measurement Period"
  return (O.value as Quantity).value)
define "Visits of All": [Encounter]
context Patient
define "At the Top": exists ("Tests" T where (T.value as Quantity).value = "Highest")
define "Visits as Long": [Encounter] E
  where duration in hours of E.period = Max("Visits of All" V return duration in hours of V.period)
define "Broken": 1 div 0 > 2 or exists [Nothing: "at all"]
)";
constexpr std::string_view base = R"(library Base
parameter "Measurement Period" Interval<DateTime>
context Patient
define "Grown Up": AgeInYearsAt(start of "Measurement Period") >= 18
)";

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

}  // namespace

MeasureTest::MeasureTest() : people_(invent()) {
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

void MeasureTest::write_person(std::size_t number, std::vector<LoggedBody>& log) const {
    const Person& one = people_[number];
    const auto add = [&log](std::string json) { log.push_back({"main", std::move(json)}); };
    const std::string subject = fmt::format(R"("subject":{{"reference":"Patient/p{}"}})", number);
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

Setting MeasureTest::setting() const {
    population::CohortContext around;
    around.as_of = *parse_instant("2026-02-01");
    around.read_body = [this](LogPosition position) -> Result<std::string> {
        return bodies_[position - 1].json;
    };
    const practice::Vocabulary vocabulary{&terminology_, &libraries_};
    const std::vector<LibraryName> libraries{{"Sugar", "2"}};
    const auto year = values::parse_temporal("2025").value();
    return {vocabulary, libraries, {measurement_period(vocabulary, libraries, year, year).value()},
            *index_,    around,    std::nullopt,
            nullptr};
}

std::string MeasureTest::measure_json(const std::string& scoring,
                                      const std::vector<std::pair<std::string, std::string>>& asked,
                                      const std::string& more, const std::string& rest) {
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

Report MeasureTest::evaluated(const std::string& json, const Setting& how) {
    auto measure = read_measure(json, "measures/m.json");
    EXPECT_TRUE(measure) << measure.error().to_text();
    measures_.push_back(std::make_unique<Measure>(std::move(*measure)));
    auto report = evaluate(*measures_.back(), how);
    EXPECT_TRUE(report) << report.error().to_text();
    return report ? std::move(*report) : Report{};
}

std::string MeasureTest::error_of(const std::string& json) const {
    const auto measure = read_measure(json, "measures/m.json");
    if (!measure) {
        return measure.error().to_text();
    }
    const auto report = evaluate(*measure, setting());
    return report ? "none" : report.error().to_text();
}

std::uint64_t MeasureTest::count_of(const GroupResult& group, Kind kind) {
    for (const PopulationResult& one : group.populations) {
        if (one.population->kind == kind) {
            return one.count;
        }
    }
    return 0;
}

}  // namespace parcours::quality
