// Populations that refer to one another, and several of a kind.

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "cql/cql.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/tests/measure_fixture.h"

namespace parcours::quality {
namespace {

/// A population with an id, and with a reference to another where one is named.
struct Asked {
    std::string code;
    std::string expression;
    std::string id;
    std::string refers_to;
    std::string aggregate;
};

std::string measure_of(const std::string& scoring, const std::vector<Asked>& asked) {
    constexpr std::string_view url = "http://hl7.org/fhir/us/cqfmeasures/StructureDefinition/cqfm-";
    std::string populations;
    for (const Asked& one : asked) {
        std::string extensions;
        if (!one.refers_to.empty()) {
            extensions += fmt::format(R"({{"url":"{}criteriaReference","valueString":"{}"}})", url,
                                      one.refers_to);
        }
        if (!one.aggregate.empty()) {
            extensions += fmt::format(R"({}{{"url":"{}aggregateMethod","valueCode":"{}"}})",
                                      extensions.empty() ? "" : ",", url, one.aggregate);
        }
        populations += fmt::format(
            R"({}{{"id":"{}","extension":[{}],"code":{{"coding":[{{"code":"{}"}}]}},"criteria":{{"language":"text/cql","expression":"{}"}}}})",
            populations.empty() ? "" : ",", one.id, extensions, one.code, one.expression);
    }
    return fmt::format(
        R"({{"resourceType":"Measure","id":"m","library":["http://x/Library/Sugar|2"],)"
        R"("scoring":{{"coding":[{{"code":"{}"}}]}},"group":[{{"population":[{}]}}]}})",
        scoring, populations);
}

TEST_F(MeasureTest, EachPartOfARatioMayHaveItsOwnInitialPopulation) {
    const Report report = evaluated(
        measure_of("ratio", {{"numerator", "exists Sugar.Tests", "n", "women", ""},
                             {"denominator", "Initial Population", "d", "men", ""},
                             {"initial-population", "Patient.gender = 'male'", "men", "", ""},
                             {"initial-population", "Patient.gender = 'female'", "women", "", ""}}),
        setting());
    const GroupResult& group = report.groups[0];
    const auto above =
        count([](const Person& one) { return one.gender == "female" && !one.levels.empty(); });
    const auto below =
        count([](const Person& one) { return one.gender == "male" && one.initial(); });
    ASSERT_GT(above, 0U);
    EXPECT_EQ(group.populations[0].count, above);
    EXPECT_EQ(group.populations[1].count, below);
    EXPECT_EQ(group.populations[2].count,
              count([](const Person& one) { return one.gender == "male"; }));
    EXPECT_DOUBLE_EQ(group.score.value_or(-1),
                     static_cast<double>(above) / static_cast<double>(below));
    // Where nothing is said it is any of them.
    const Report any = evaluated(
        measure_of("ratio", {{"initial-population", "Patient.gender = 'male'", "men", "", ""},
                             {"initial-population", "Patient.gender = 'female'", "women", "", ""},
                             {"numerator", "exists Sugar.Tests", "n", "", ""},
                             {"denominator", "true", "d", "", ""}}),
        setting());
    EXPECT_EQ(any.groups[0].populations[2].count, count([](const Person& one) {
                  return one.gender != "other" && !one.levels.empty();
              }));
}

TEST_F(MeasureTest, PartsOfARatioAreObserved) {
    const Report report =
        evaluated(measure_of("ratio", {{"initial-population", "Visits", "i", "", ""},
                                       {"denominator", "Visits", "d", "", ""},
                                       {"numerator", "Long Visits", "n", "", ""},
                                       {"measure-observation", "Hours", "no", "n", "sum"},
                                       {"measure-observation", "Hours", "do", "d", "count"}}),
                  setting());
    const GroupResult& group = report.groups[0];
    double hours = 0;
    double visits = 0;
    for (const Person& one : people_) {
        visits += static_cast<double>(one.visit_hours.size());
        for (std::size_t n = 0; n < one.visit_hours.size(); n += 2) {
            hours += one.visit_hours[n];
        }
    }
    ASSERT_GT(hours, 0);
    EXPECT_DOUBLE_EQ(group.populations[3].observed.value_or(-1), hours);
    EXPECT_DOUBLE_EQ(group.populations[4].observed.value_or(-1), visits);
    EXPECT_DOUBLE_EQ(group.score.value_or(-1), hours / visits);
}

TEST_F(MeasureTest, AContinuousVariableMayBeObservedInSeveralWays) {
    const Report report =
        evaluated(measure_of("continuous-variable",
                             {{"initial-population", "Initial Population", "i", "", ""},
                              {"measure-population", "exists Sugar.Tests", "p", "", ""},
                              {"measure-observation", "Level", "last", "p", "maximum"},
                              {"measure-observation", "Count(Sugar.Tests)", "tests", "", "sum"}}),
                  setting());
    const GroupResult& group = report.groups[0];
    double highest = 0;
    double tests = 0;
    for (const Person& one : people_) {
        if (one.initial() && !one.levels.empty()) {
            highest = std::max<double>(highest, one.levels.back());
            tests += static_cast<double>(one.levels.size());
        }
    }
    EXPECT_DOUBLE_EQ(group.score.value_or(-1), highest) << "the first is the score";
    EXPECT_DOUBLE_EQ(group.populations[2].observed.value_or(-1), highest);
    EXPECT_DOUBLE_EQ(group.populations[3].observed.value_or(-1), tests);
}

TEST_F(MeasureTest, WhatElseIsAskedIsAskedOfTheInitialPopulation) {
    Setting how = setting();
    cql::CompileContext context = how.vocabulary.context();
    const auto also = cql::compile("Patient.gender = 'female'", context);
    ASSERT_TRUE(also);
    how.also = *also;
    const Report report = evaluated(measure_json("proportion", proportion), how);
    EXPECT_EQ(count_of(report.groups[0], Kind::Numerator),
              count([](const Person& one) { return one.numerator() && one.gender == "female"; }));
    const Report lists = evaluated(measure_json("cohort", {{"initial-population", "Visits"}}), how);
    std::uint64_t visits = 0;
    for (const Person& one : people_) {
        visits += one.gender == "female" ? one.visit_hours.size() : 0;
    }
    EXPECT_EQ(count_of(lists.groups[0], Kind::Initial), visits);
}

TEST_F(MeasureTest, ReferencesMustLeadSomewhere) {
    const std::vector<Asked> good = {{"initial-population", "true", "i", "", ""},
                                     {"denominator", "true", "d", "", ""},
                                     {"numerator", "true", "n", "", ""}};
    const auto with = [&good](const Asked& more) {
        auto all = good;
        all.push_back(more);
        return measure_of("ratio", all);
    };
    EXPECT_EQ(error_of(measure_of("ratio", good)), "none");
    EXPECT_NE(error_of(with({"measure-observation", "1", "", "x", ""})).find("has this id"),
              std::string::npos);
    EXPECT_EQ(error_of(with({"measure-observation", "1", "", "denominator", ""})), "none")
        << "by its code";
    EXPECT_NE(error_of(with({"measure-observation", "1", "", "", ""})).find("what is observed"),
              std::string::npos);
    EXPECT_NE(error_of(with({"measure-observation", "1", "", "i", ""})).find("a ratio has one"),
              std::string::npos);
    EXPECT_NE(error_of(with({"numerator-exclusion", "1", "", "d", ""})).find("cannot refer"),
              std::string::npos);
    EXPECT_NE(error_of(with({"numerator", "true", "", "", ""})).find("two populations"),
              std::string::npos);
}

}  // namespace
}  // namespace parcours::quality
