// Retrieves of a related context: ["Mother" -> Condition].

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "cql/cql.h"
#include "cql/parser.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

using ::testing::HasSubstr;

/// A child, and the record of its mother, who is its RelatedPerson too.
std::string of_child(const std::string& expression) {
    const test::Record child(
        {R"({"resourceType":"Patient","id":"child","birthDate":"2018-03-01",
             "link":[{"other":{"reference":"Patient/mother"},"type":"seealso"}],
             "generalPractitioner":[{"reference":"Practitioner/x"}]})",
         R"({"resourceType":"RelatedPerson","id":"r1","patient":{"reference":"Patient/child"},
             "relationship":[{"coding":[{"system":"http://loinc.org","code":"4548-4"}]}]})",
         R"({"resourceType":"Condition","id":"c0","subject":{"reference":"Patient/child"},
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"1"}]}})"});
    const test::Record mother(
        {R"({"resourceType":"Patient","id":"mother","birthDate":"1990-01-01",
             "link":[{"other":{"reference":"RelatedPerson/r1"},"type":"seealso"}]})",
         R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/mother"},
             "onsetDateTime":"2017-01-01",
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}})",
         R"({"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/mother"},
             "onsetDateTime":"2016-01-01",
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"2"}]}})",
         R"({"resourceType":"Condition","id":"c3","subject":{"reference":"Patient/mother"},
             "onsetDateTime":"2019-01-01",
             "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}})"});
    const auto compiled = compile(expression, test::compile_context());
    if (!compiled) {
        return "error: " + compiled.error().to_text();
    }
    EvaluationContext context;
    context.now = *parse_instant("2018-06-01");
    const auto value = evaluate(
        **compiled, child.source("2018-06-01", test::terminology(), mother.views()), context);
    return value ? value->to_text() : "error: " + value.error().to_text();
}

TEST(Related, ReadsTheRecordOfWhomTheContextGives) {
    const std::string mother =
        "define Mother: singleton from ([RelatedPerson: relationship in "
        "\"HbA1c\"])\n";
    EXPECT_EQ(of_child("[Condition] C return C.id"), "{'c0'}") << "the child's own";
    EXPECT_EQ(of_child(mother + "define A: [Mother -> Condition] C return C.id"), "{'c1', 'c2'}")
        << "and what comes later is not seen";
    EXPECT_EQ(of_child(mother + "define A: [Mother -> Condition: \"diabetes\"] C return C.id"),
              "{'c1'}");
    EXPECT_EQ(of_child(mother + "define A: [Mother -> Condition: code in \"diabetes\"] C "
                                "where C.onset before @2017-06-01 return C.id"),
              "{'c1'}");
    EXPECT_EQ(of_child(mother + "define A: [Mother -> Patient] P return P.birthDate"),
              "{@1990-01-01}");
    EXPECT_EQ(of_child("[Patient -> Condition] C return C.id"), "{'c0'}") << "oneself";
}

TEST(Related, AContextIsAPatientARelativeAReferenceOrAnId) {
    const auto ids = [](const std::string& who) {
        return of_child("define Who: " + who + "\ndefine A: [Who -> Condition] C return C.id");
    };
    EXPECT_EQ(ids("'mother'"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("'Patient/mother'"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("'http://here.example/fhir/Patient/mother'"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("'RelatedPerson/r1'"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("Patient.link L return L.other"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("First([RelatedPerson] R)"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("[RelatedPerson] R return R.patient"), "{'c0'}");
    EXPECT_EQ(ids("Patient { id: 'mother' }"), "{'c1', 'c2'}");
    EXPECT_EQ(ids("{ 'mother', 'child', 'Patient/mother' }"), "{'c0', 'c1', 'c2'}") << "each once";
    EXPECT_EQ(ids("null"), "{}");
    EXPECT_EQ(ids("'Patient/stranger'"), "{}") << "nobody has a record of her here";
    EXPECT_EQ(ids("'Practitioner/x'"), "{}");
    EXPECT_THAT(ids("1"), HasSubstr("a Patient, a RelatedPerson, a Reference to one or an id, not "
                                    "Integer"));
    EXPECT_THAT(ids("[Condition]"), HasSubstr("not List<Condition>"));
}

TEST(Related, MistakesAreNamed) {
    EXPECT_THAT(of_child("[Nobody -> Condition]"), HasSubstr("1:2: "));
    EXPECT_THAT(of_child("[Patient -> Position]"),
                HasSubstr("Position is known of the patient who is asked about"));
    EXPECT_THAT(of_child("[Patient -> ]"), HasSubstr("the name of a type"));
    EXPECT_THAT(of_child("[(Patient) -> Condition]"), HasSubstr("1:2: "));
    EXPECT_THAT(of_child("5 -> 3"), HasSubstr("1:3: found '->'"));
}

/// A record of one patient, for whom nobody finds others.
class Alone final : public DataSource {
  public:
    void retrieve(const Retrieve& /*what*/, std::vector<Row>& /*out*/) const override {}
    [[nodiscard]] Value property(Row /*row*/, const model::PropertyPath& /*p*/) const override {
        return {};
    }
    [[nodiscard]] Value patient_property(const model::PropertyPath& /*path*/) const override {
        return {};
    }
    [[nodiscard]] Row patient() const override { return {}; }
};

TEST(Related, WhoKnowsOnePatientOnlySaysSo) {
    const auto compiled = compile("true and exists\n ['x' -> Condition]", test::compile_context());
    EXPECT_FALSE(compiled) << "a context is a name";
    const auto named =
        compile("define X: 'x' define Y: exists [X -> Condition]", test::compile_context());
    ASSERT_TRUE(named) << named.error().to_text();
    const auto value = evaluate(**named, Alone(), {});
    ASSERT_FALSE(value);
    EXPECT_THAT(value.error().to_text(), HasSubstr("1:32: the records of other patients are not at "
                                                   "hand here"));
}

TEST(Related, PrintsAsItWasRead) {
    const auto shown = [](std::string_view text) {
        const auto first = parse(text);
        EXPECT_TRUE(first) << text;
        const std::string printed = print(*first);
        const auto again = parse(printed);
        EXPECT_TRUE(again && same(*first->expression, *again->expression)) << printed;
        return printed;
    };
    EXPECT_EQ(shown("[\"Mother\" -> Condition]"), "[\"Mother\" -> Condition]");
    EXPECT_EQ(shown("[ Care.\"The mother\"->FHIR.Condition:\"d\" ]"),
              "[Care.\"The mother\" -> Condition: \"d\"]");
    EXPECT_EQ(shown("[A.B.C -> Observation: code in \"x\"] O where O.a > 1"),
              "[A.B.C -> Observation: code in \"x\"] O where O.a > 1");
    const auto left = parse("[A -> Condition]");
    const auto right = parse("[Condition: A]");
    EXPECT_FALSE(same(*left->expression, *right->expression));
}

}  // namespace
}  // namespace parcours::cql
