// The map file: the built-in one is right, and mistakes are named with their place.
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "position/compiled_map.h"
#include "position/journey_map.h"
#include "position/tests/clinic.h"
#include "practice/yaml.h"

namespace parcours::position {
namespace {

std::vector<Error> mistakes(const std::string& text) {
    std::vector<Error> errors;
    const auto node = practice::parse_yaml(text, "maps/test.yaml");
    if (!node) {
        return {node.error()};
    }
    static_cast<void>(read_journey_map(*node, errors));
    return errors;
}

const std::string head = "map: test\nconcerns:\n  general: { kind: standing }\nevidence:\n";

TEST(Map, TheBuiltInOneHasTheConcernsOfTheDesign) {
    const JourneyMap map = built_in_map();
    for (const std::string name :
         {"diabetes", "heart", "respiratory", "cancer", "cancer-screening", "pregnancy",
          "mental-health", "surgery", "injury", "infection", "social", "general"}) {
        EXPECT_TRUE(map.find_concern(name)) << name;
    }
    EXPECT_EQ(map.concerns[*map.find_concern("general")].before_age, "child");
    std::set<std::string> names;
    for (const Rule& rule : map.rules) {
        EXPECT_TRUE(names.insert(rule.name).second) << rule.name << " stands twice";
        EXPECT_FALSE(rule.says.empty()) << rule.name;
    }
}

TEST(Map, EveryConcernHasAValueSetWithTitles) {
    for (const Concern& concern : built_in_map().concerns) {
        const auto set = built_in_sets().find_value_set(concern.codes);
        ASSERT_TRUE(set) << concern.name;
        EXPECT_EQ(built_in_sets().get(*set).title.size(), 3U) << concern.name;
        EXPECT_EQ(concern.title.size(), 3U) << concern.name;
    }
}

TEST(Map, DiabetesIsTypesOneAndTwoOnly) {
    const auto in = [](std::string_view system, std::string_view code) {
        return built_in_sets().contains(std::string_view("diabetes"), system, code);
    };
    const std::string_view snomed = "http://snomed.info/sct";
    for (const std::string_view code :
         {"44054006", "46635009", "127013003", "422034002", "1551000119108", "97331000119101",
          "1501000119109", "157141000119108", "368581000119106", "90781000119102",
          "60951000119105"}) {
        EXPECT_TRUE(in(snomed, code)) << code;
    }
    EXPECT_TRUE(in("http://hl7.org/fhir/sid/icd-10-cm", "E11.9"));
    EXPECT_TRUE(in("http://hl7.org/fhir/sid/icd-10", "E10"));
    EXPECT_FALSE(in(snomed, "15777000"));
    EXPECT_FALSE(in(snomed, "714628002"));
    EXPECT_FALSE(in(snomed, "11687002"));
    EXPECT_FALSE(in("http://hl7.org/fhir/sid/icd-10-cm", "R73.03"));
    EXPECT_FALSE(in("http://hl7.org/fhir/sid/icd-10-cm", "O24.4"));
    EXPECT_FALSE(in("http://hl7.org/fhir/sid/icd-10-cm", "E08.9"));
}

TEST(Map, Hba1cIsFourTests) {
    const auto set = built_in_sets().find_value_set("hba1c");
    ASSERT_TRUE(set);
    EXPECT_EQ(built_in_sets().code_count(*set), 4U);
}

TEST(Map, MistakesAreNamedWithTheirPlace) {
    const auto stage =
        mistakes(head + "  - rule: a\n    when: { type: Condition }\n    stage: cure\n");
    ASSERT_EQ(stage.size(), 1U);
    EXPECT_EQ(stage[0].where.line, 7U);
    EXPECT_EQ(stage[0].where.column, 12U);
    EXPECT_NE(stage[0].message.find("“cure” is no stage"), std::string::npos);
    const auto type = mistakes(head + "  - rule: a\n    when: { type: Conditon }\n");
    ASSERT_FALSE(type.empty());
    EXPECT_NE(type[0].message.find("did you mean “Condition”"), std::string::npos);
    const auto key = mistakes(head + "  - rule: a\n    wen: { type: Condition }\n");
    ASSERT_FALSE(key.empty());
    EXPECT_NE(key[0].to_text().find("maps/test.yaml:6:"), std::string::npos);
    EXPECT_FALSE(mistakes("map: test\n").empty());
    EXPECT_FALSE(
        mistakes("map: test\nconcerns:\n  heart: { kind: chronic }\nevidence: []\n").empty());
}

TEST(Map, AnUnknownValueSetIsRefused) {
    std::vector<Error> errors;
    const auto node = practice::parse_yaml(
        head + "  - rule: a\n    when: { type: Condition, code: [diabetess] }\n", "maps/test.yaml");
    ASSERT_TRUE(node);
    const Dictionary dictionary;
    const auto compiled =
        CompiledMap::compile(read_journey_map(*node, errors), built_in_sets(), dictionary);
    ASSERT_TRUE(errors.empty());
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().where.line, 5U);
    EXPECT_NE(compiled.error().message.find("diabetess"), std::string::npos);
}

TEST(Map, LearnsConceptsThatComeLater) {
    Dictionary dictionary;
    auto compiled = CompiledMap::compile(built_in_map(), built_in_sets(), dictionary);
    ASSERT_TRUE(compiled);
    fhir::Codings codings;
    codings.codings.push_back({"http://snomed.info/sct", "44054006", "Diabetes"});
    const ConceptId id = dictionary.add_concept(codings);
    EXPECT_EQ(compiled->info(id).concerns, 0U);
    compiled->update(built_in_sets(), dictionary);
    EXPECT_EQ(compiled->info(id).concerns,
              ConcernMask{1} << *compiled->map().find_concern("diabetes"));
}

}  // namespace
}  // namespace parcours::position
