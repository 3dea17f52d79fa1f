#include "practice/value_set.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::practice {
namespace {

constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view icd10cm = "http://hl7.org/fhir/sid/icd-10-cm";

constexpr std::string_view diabetes_yaml = R"(
valueset: diabetes
title: { en: Diabetes mellitus, zh: 糖尿病 }
url: https://parcours.example/fhir/ValueSet/diabetes
codes:
  - system: http://snomed.info/sct
    codes: { 44054006: Type 2, 46635009: Type 1 }
  - system: ICD10CM
    prefixes: { E10: Type 1, E11: Type 2 }
)";

struct Made {
    ValueSets sets;
    std::vector<Error> errors;
};

Made make(const std::vector<std::string_view>& texts) {
    Made made;
    std::vector<ValueSet> sets;
    for (const std::string_view text : texts) {
        const auto node = parse_yaml(text, "v" + std::to_string(sets.size()) + ".yaml");
        EXPECT_TRUE(node.has_value()) << node.error().to_text();
        sets.push_back(read_value_set(*node, made.errors));
    }
    made.sets = ValueSets::make(std::move(sets), made.errors);
    return made;
}

TEST(ValueSets, ContainsCodesOfTheirSystemOnly) {
    const Made made = make({diabetes_yaml});
    EXPECT_TRUE(made.errors.empty());
    EXPECT_TRUE(made.sets.contains("diabetes", snomed, "44054006"));
    EXPECT_FALSE(made.sets.contains("diabetes", icd10cm, "44054006"));
    EXPECT_FALSE(made.sets.contains("diabetes", "", "44054006"));
    EXPECT_FALSE(made.sets.contains("diabetes", snomed, "15777000")) << "prediabetes";
    EXPECT_FALSE(made.sets.contains("diabetes", snomed, ""));
    EXPECT_FALSE(made.sets.contains("unknown", snomed, "44054006"));
}

TEST(ValueSets, PrefixesHoldEveryCodeBelow) {
    const Made made = make({diabetes_yaml});
    for (const std::string_view code : {"E11", "E11.9", "E119", "e11.65", "E10.10"}) {
        EXPECT_TRUE(made.sets.contains("diabetes", icd10cm, code)) << code;
    }
    for (const std::string_view code : {"E1", "E12", "E13.9", "R73.03", "XE11", ""}) {
        EXPECT_FALSE(made.sets.contains("diabetes", icd10cm, code)) << code;
    }
}

TEST(ValueSets, RangesHoldBothEnds) {
    const Made made = make({"valueset: c\ncodes: [{system: ICD10, prefixes: [C00-C97, D4.1]}]\n"});
    const std::string_view icd10 = "http://hl7.org/fhir/sid/icd-10";
    EXPECT_TRUE(made.sets.contains("c", icd10, "C00"));
    EXPECT_TRUE(made.sets.contains("c", icd10, "C50.9"));
    EXPECT_TRUE(made.sets.contains("c", icd10, "C97.8"));
    EXPECT_TRUE(made.sets.contains("c", icd10, "D41"));
    EXPECT_FALSE(made.sets.contains("c", icd10, "C98"));
    EXPECT_FALSE(made.sets.contains("c", icd10, "B99"));
    EXPECT_FALSE(made.sets.contains("c", icd10, "C"));
}

TEST(ValueSets, OneSystemUnderItsCustomarySpellings) {
    const Made made = make({diabetes_yaml});
    for (const std::string_view system :
         {"urn:oid:2.16.840.1.113883.6.96", "https://snomed.info/sct", "http://snomed.info/sct/",
          "http://snomed.info/sct/731000124108"}) {
        EXPECT_TRUE(made.sets.contains("diabetes", system, "44054006")) << system;
    }
    EXPECT_FALSE(made.sets.contains("diabetes", "http://snomed.info", "44054006"));
    EXPECT_FALSE(made.sets.contains("diabetes", "urn:oid:1.2.3", "44054006"));
    EXPECT_EQ(made.sets.find_code_system("SNOMED-CT"), "http://snomed.info/sct");
    EXPECT_EQ(made.sets.find_code_system("snow"), std::nullopt);
}

TEST(ValueSets, FoundByNameAndUrl) {
    const Made made = make({diabetes_yaml});
    const auto by_name = made.sets.find_value_set("diabetes");
    ASSERT_TRUE(by_name.has_value());
    EXPECT_EQ(by_name, made.sets.find_value_set("https://parcours.example/fhir/ValueSet/diabetes"));
    EXPECT_EQ(made.sets.get(*by_name).title.at("zh"), "糖尿病");
    EXPECT_EQ(made.sets.code_count(*by_name), 2U);
    EXPECT_FALSE(made.sets.find_value_set("Diabetes").has_value());
}

TEST(ValueSets, IncludesAndExcludes) {
    const Made made = make({"valueset: a\ncodes: [{system: SNOMED, codes: [1, 2]}]\n",
                            "valueset: b\ninclude: a\ncodes: [{system: SNOMED, codes: [3]}]\n"
                            "exclude: [{system: SNOMED, codes: [2]}]\n"});
    EXPECT_TRUE(made.errors.empty());
    EXPECT_TRUE(made.sets.contains("b", snomed, "1"));
    EXPECT_FALSE(made.sets.contains("b", snomed, "2"));
    EXPECT_TRUE(made.sets.contains("b", snomed, "3"));
    EXPECT_TRUE(made.sets.contains("a", snomed, "2"));
    EXPECT_FALSE(made.sets.contains("a", snomed, "3"));
}

TEST(ValueSets, NamesMistakesOfTheWhole) {
    const Made made = make({"valueset: a\ninclude: [b, diabetis]\n", "valueset: b\ninclude: a\n",
                            diabetes_yaml, diabetes_yaml});
    ASSERT_EQ(made.errors.size(), 3U);
    EXPECT_NE(made.errors[0].message.find("defined twice: first in v2.yaml:2"), std::string::npos);
    EXPECT_NE(made.errors[1].message.find("did you mean \"diabetes\"?"), std::string::npos);
    EXPECT_NE(made.errors[2].message.find("includes it in turn"), std::string::npos)
        << made.errors[2].message;
    EXPECT_FALSE(made.sets.contains("a", snomed, "1")) << "asking ends nevertheless";
}

TEST(ValueSets, NamesMistakesOfAFile) {
    const auto first_error = [](std::string_view text) {
        const Made made = make({text});
        return made.errors.empty() ? std::string() : made.errors.front().to_text();
    };
    EXPECT_NE(first_error("valueset: Dia betes\n").find("needs a name"), std::string::npos);
    EXPECT_NE(first_error("valueset: a\n").find("holds nothing"), std::string::npos);
    EXPECT_EQ(first_error("valueset: a\ncodes: [{system: SNOMET, codes: [1]}]\n"),
              "v0.yaml:2:18: \"SNOMET\" is neither a URL nor a known code system; did you mean "
              "\"SNOMED\"?");
    EXPECT_NE(first_error("valueset: a\ncodes: [{codes: [1]}]\n").find("need their system"),
              std::string::npos);
    EXPECT_NE(first_error("valueset: a\ncodes: [{system: SNOMED}]\n").find("names no codes"),
              std::string::npos);
    EXPECT_NE(first_error("valueset: a\ncode: []\n").find("did you mean \"codes\"?"),
              std::string::npos);
}

TEST(ValueSets, ReadsFhirExpansion) {
    const auto set = read_fhir_value_set(R"({"resourceType":"ValueSet","id":"asthma",
        "url":"http://x/vs","title":"Asthma","expansion":{"contains":[
        {"system":"http://snomed.info/sct","code":"195967001","contains":[
            {"system":"http://snomed.info/sct","code":"233678006"}]},
        {"abstract":true,"system":"http://snomed.info/sct","code":"1"}]}})",
                                         "valuesets/x.json");
    ASSERT_TRUE(set.has_value());
    std::vector<Error> errors;
    const ValueSets sets = ValueSets::make({*set}, errors);
    EXPECT_TRUE(sets.contains("asthma", snomed, "195967001"));
    EXPECT_TRUE(sets.contains("http://x/vs", snomed, "233678006"));
    EXPECT_FALSE(sets.contains("asthma", snomed, "1")) << "abstract entries are headings";
}

TEST(ValueSets, ReadsFhirCompose) {
    const auto set = read_fhir_value_set(R"({"resourceType":"ValueSet","name":"Some Name",
        "compose":{"include":[{"system":"http://loinc.org","concept":[{"code":"4548-4"}]},
        {"system":"http://hl7.org/fhir/sid/cvx"}],
        "exclude":[{"system":"http://hl7.org/fhir/sid/cvx","concept":[{"code":"08"}]}]}})",
                                         "valuesets/hba1c.json");
    ASSERT_TRUE(set.has_value());
    EXPECT_EQ(set->name, "hba1c") << "the file's, where the resource has no usable one";
    std::vector<Error> errors;
    const ValueSets sets = ValueSets::make({*set}, errors);
    EXPECT_TRUE(sets.contains("hba1c", "http://loinc.org", "4548-4"));
    EXPECT_TRUE(sets.contains("hba1c", "http://hl7.org/fhir/sid/cvx", "140")) << "whole system";
    EXPECT_FALSE(sets.contains("hba1c", "http://hl7.org/fhir/sid/cvx", "08"));
}

TEST(ValueSets, RefusesFhirItCannotExpand) {
    const auto error = [](std::string_view json) {
        const auto set = read_fhir_value_set(json, "valuesets/x.json");
        return set ? std::string() : set.error().to_text();
    };
    EXPECT_NE(error(R"({"resourceType":"ValueSet","compose":{"include":[
        {"system":"http://snomed.info/sct","filter":[{"op":"is-a"}]}]}})")
                  .find("expand it"),
              std::string::npos);
    EXPECT_NE(error(R"({"resourceType":"Patient"})").find("not a FHIR ValueSet"),
              std::string::npos);
    EXPECT_NE(error("{").find("valuesets/x.json"), std::string::npos);
    EXPECT_NE(error(R"({"resourceType":"ValueSet"})").find("names no codes"), std::string::npos);
}

}  // namespace
}  // namespace parcours::practice
