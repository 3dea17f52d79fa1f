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
    EXPECT_NE(error(R"({"resourceType":"ValueSet","compose":{"include":[{"concept":[]}]}})")
                  .find("neither a system nor a value set"),
              std::string::npos);
    EXPECT_NE(error(R"({"resourceType":"ValueSet","expansion":{"total":2,"contains":[
        {"system":"s","code":"a"}]}})")
                  .find("only some of its codes"),
              std::string::npos);
    EXPECT_NE(error(R"({"resourceType":"Patient"})").find("not a FHIR ValueSet"),
              std::string::npos);
    EXPECT_NE(error("{").find("valuesets/x.json"), std::string::npos);
    EXPECT_NE(error(R"({"resourceType":"ValueSet"})").find("names no codes"), std::string::npos);
}

constexpr const char* animals =
    R"({"resourceType":"CodeSystem","url":"urn:animals","name":"Animals",
    "property":[{"code":"over","uri":"http://hl7.org/fhir/concept-properties#parent","type":"code"}],
    "concept":[
    {"code":"animal","display":"Animal","concept":[
        {"code":"dog","display":"Dog","property":[{"code":"legs","valueInteger":4}],
         "concept":[{"code":"poodle"}]},
        {"code":"cat","property":[{"code":"legs","valueInteger":4}]}]},
    {"code":"lion","property":[{"code":"over","valueCode":"cat"},{"code":"legs","valueInteger":4}]},
    {"code":"stone"}]})";

/// The codes of a value set over the animals, or what is wrong.
std::string listed(const std::string& compose, const std::vector<std::string>& others = {}) {
    std::vector<ValueSet> sets;
    std::vector<std::string> texts = others;
    texts.push_back(R"({"resourceType":"ValueSet","id":"asked","url":"urn:asked","compose":)" +
                    compose + "}");
    for (const std::string& text : texts) {
        sets.push_back(read_imported_value_set(text, "x.json"));
    }
    CodeSystems systems;
    auto system = CodeSystem::read(animals, "animals.json");
    systems.emplace(system->url(), *system);
    std::vector<Error> errors;
    const ValueSets all = ValueSets::make(std::move(sets), errors, std::move(systems));
    EXPECT_TRUE(errors.empty()) << "what was imported is no mistake of the practice";
    const auto set = all.find_value_set("urn:asked|1.0");
    if (!set) {
        return all.why_unusable("asked").value_or("unknown");
    }
    const auto codes = all.expand(*set);
    if (!codes) {
        return codes.error().message;
    }
    std::string out;
    for (const cql::Code& code : *codes) {
        EXPECT_TRUE(all.contains(*set, code.system, code.code));
        out += (out.empty() ? "" : " ") + code.code;
    }
    return out;
}

std::string filtered(const std::string& property, const std::string& op, const std::string& value) {
    return listed(R"({"include":[{"system":"urn:animals","filter":[{"property":")" + property +
                  R"(","op":")" + op + R"(","value":")" + value + "\"}]}]}");
}

TEST(ValueSets, FiltersSelectCodesOfACodeSystem) {
    EXPECT_EQ(filtered("concept", "is-a", "animal"), "animal cat dog lion poodle");
    EXPECT_EQ(filtered("concept", "descendent-of", "animal"), "cat dog lion poodle");
    EXPECT_EQ(filtered("concept", "is-not-a", "dog"), "animal cat lion stone");
    EXPECT_EQ(filtered("concept", "generalizes", "poodle"), "animal dog poodle");
    EXPECT_EQ(filtered("legs", "=", "4"), "cat dog lion");
    EXPECT_EQ(filtered("parent", "=", "cat"), "lion");
    EXPECT_EQ(filtered("concept", "in", "dog, stone"), "dog stone");
    EXPECT_EQ(filtered("concept", "not-in", "dog, stone"), "animal cat lion poodle");
    EXPECT_EQ(filtered("code", "regex", ".*o.*"), "dog lion poodle stone");
    EXPECT_EQ(filtered("legs", "exists", "false"), "animal poodle stone");
    EXPECT_NE(filtered("concept", "is-a", "unicorn").find("no code unicorn"), std::string::npos);
    EXPECT_NE(filtered("concept", "looks-like", "dog").find("is not known"), std::string::npos);
    EXPECT_EQ(listed(R"({"include":[{"system":"urn:animals","filter":[
        {"property":"concept","op":"is-a","value":"cat"},{"property":"legs","op":"=","value":"4"}]}],
        "exclude":[{"system":"urn:animals","concept":[{"code":"lion"}]}]})"),
              "cat");
}

TEST(ValueSets, ComposeIsIntersectedWithinAnIncludeAndUnitedAcross) {
    const std::vector<std::string> others = {
        R"({"resourceType":"ValueSet","id":"pets","url":"urn:pets","compose":{"include":[
            {"system":"urn:animals","concept":[{"code":"dog"},{"code":"cat"}]}]}})",
        R"({"resourceType":"ValueSet","id":"felines","url":"urn:felines","compose":{"include":[
            {"system":"urn:animals","filter":[{"property":"concept","op":"is-a","value":"cat"}]}]}})"};
    EXPECT_EQ(listed(R"({"include":[{"valueSet":["urn:pets"]}]})", others), "cat dog");
    EXPECT_EQ(listed(R"({"include":[{"valueSet":["urn:pets","urn:felines"]}]})", others), "cat");
    EXPECT_EQ(
        listed(R"({"include":[{"valueSet":["urn:pets"]},{"valueSet":["urn:felines"]}]})", others),
        "cat dog lion");
    EXPECT_EQ(
        listed(R"({"include":[{"system":"urn:animals"}],"exclude":[{"valueSet":["urn:pets"]}]})",
               others),
        "animal lion poodle stone");
}

TEST(ValueSets, WhatCannotBeUsedSaysWhy) {
    EXPECT_NE(listed(R"({"include":[{"system":"urn:plants","filter":[
        {"property":"concept","op":"is-a","value":"oak"}]}]})")
                  .find("that CodeSystem is not here"),
              std::string::npos);
    EXPECT_NE(listed(R"({"include":[{"system":"urn:plants"}]})").find("cannot be listed"),
              std::string::npos);
    EXPECT_NE(listed(R"({"include":[{"valueSet":["urn:nowhere"]}]})").find("is not defined"),
              std::string::npos);
    EXPECT_NE(listed(R"({"include":[{"valueSet":["urn:bad"]}]})",
                     {R"({"resourceType":"ValueSet","id":"bad","url":"urn:bad"})"})
                  .find("it includes \"bad\": the ValueSet names no codes"),
              std::string::npos);
    EXPECT_NE(listed(R"({"include":[{"valueSet":["urn:other"]}]})",
                     {R"({"resourceType":"ValueSet","id":"other","url":"urn:other","compose":{
                      "include":[{"valueSet":["urn:asked"]}]}})"})
                  .find("in turn"),
              std::string::npos);
}

TEST(CodeSystem, KnowsWhatLiesBelow) {
    const auto system = CodeSystem::read(animals, "animals.json");
    ASSERT_TRUE(system);
    EXPECT_TRUE(*system->subsumes("animal", "lion"));
    EXPECT_TRUE(*system->subsumes("cat", "cat"));
    EXPECT_FALSE(*system->subsumes("lion", "cat"));
    EXPECT_EQ(system->subsumes("cat", "unicorn").error().code, ErrorCode::NotFound);
    EXPECT_FALSE(CodeSystem::read(R"({"resourceType":"CodeSystem","url":"u"})", "x.json"));
}

TEST(ValueSets, ABareCodeIsInASetOfOneSystem) {
    const Made made = make({"valueset: a\ncodes: [{system: SNOMED, codes: [1]}]\n",
                            "valueset: b\ncodes: [{system: SNOMED, codes: [1]}, {system: LOINC, "
                            "codes: [2]}]\n"});
    EXPECT_TRUE(made.sets.contains_code(*made.sets.find_value_set("a"), "1"));
    EXPECT_FALSE(made.sets.contains_code(*made.sets.find_value_set("a"), "2"));
    EXPECT_FALSE(made.sets.contains_code(*made.sets.find_value_set("b"), "1"));
}

}  // namespace
}  // namespace parcours::practice
