#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "cql/cql.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

const test::Record& record() {
    static const test::Record all({
        R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1953-06-01"})",
        R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p"},"onsetDateTime":"2010-03-04",
            "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]}})",
        R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p"},
            "effectiveDateTime":"2019-04-01T08:00:00Z","code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},
            "valueQuantity":{"value":7.2,"code":"%"}})",
        R"({"resourceType":"Encounter","id":"e1","status":"finished","subject":{"reference":"Patient/p"},
            "class":{"code":"IMP"},"period":{"start":"2019-05-01T10:00:00Z","end":"2019-05-04T12:00:00Z"},
            "hospitalization":{"dischargeDisposition":{"coding":[{"system":"urn:d","code":"home"}]}}})",
    });
    return all;
}

const test::FakeLibraries& libraries() {
    static const test::FakeLibraries all({
        {"Common",
         "library Common version '1.0'\n"
         "codesystem \"SCT\": 'http://snomed.info/sct'\n"
         "valueset \"DM\": 'http://example.org/vs/diabetes'\n"
         "code \"T2\": '44054006' from \"SCT\" display 'Diabetes'\n"
         "parameter \"Least\" Decimal default 7\n"
         "context Patient\n"
         "define \"Has Diabetes\": exists [Condition: \"DM\"]\n"
         "define private Hidden: 1\n"
         "define function Twice(x Integer): x * 2\n"
         "define function Twice(x Decimal): x * 2.5\n"
         "define function Kind(x Integer): 'Integer'\n"
         "define function Kind(x Decimal): 'Decimal'\n"
         "define function Kind(x Quantity): 'Quantity'\n"
         "define function Kind(x String): 'String'\n"
         "define function Kind(x List<Integer>): 'Integers'\n"
         "define fluent function days(p Interval<DateTime>): duration in days of p\n"
         "define fluent function above(o Observation, least Decimal): (o.value as Quantity).value "
         "> "
         "least\n"},
        {"Chain",
         "library Chain\ninclude Common called C\ndefine Both: C.\"Has Diabetes\" and "
         "C.Twice(2) = 4\n"},
        {"Circle", "library Circle\ninclude Round\ndefine A: 1\n"},
        {"Round", "library Round\ninclude Circle\ndefine B: 1\n"},
        {"Broken", "library Broken\ndefine A: 1 +\n"},
        {"Wrong", "library Wrong\ndefine A:\n  B\n"},
    });
    return all;
}

std::string answer(const std::string& text) {
    return test::answer(text, record(), "2019-06-01", steps_max_default, &libraries());
}

std::string with_common(const std::string& defines) {
    return answer(
        "library L\nusing FHIR version '4.0.1'\ninclude Common version '1.0' called "
        "C\ncontext Patient\n" +
        defines);
}

TEST(Library, IncludesOthers) {
    EXPECT_EQ(with_common("define A: C.\"Has Diabetes\""), "true");
    EXPECT_EQ(with_common("define A: exists [Condition: C.\"DM\"]"), "true");
    EXPECT_EQ(with_common("define A: exists [Condition: C.\"T2\"]"), "true");
    EXPECT_EQ(with_common("code Mine: '44054006' from C.\"SCT\"\ndefine A: C.\"T2\" ~ Mine"),
              "true");
    EXPECT_EQ(with_common("define A: C.\"Least\" + 1"), "8.0");
    EXPECT_EQ(answer("library L\ninclude Chain\ndefine A: Chain.Both"), "true");
    EXPECT_EQ(answer("library L\ninclude FHIRHelpers version '4.0.1' called FHIRHelpers\ndefine A: "
                     "1"),
              "1");
}

TEST(Library, NamesWhatIsMissing) {
    EXPECT_EQ(answer("library L\ninclude Comon\ndefine A: 1"),
              "error: 2:1: there is no library 'Comon'; did you mean 'Common'?");
    EXPECT_EQ(answer("library L\ninclude Common version '9'\ndefine A: 1"),
              "error: 2:1: there is no library 'Common' of version 9");
    EXPECT_EQ(with_common("define A: C.\"Has Diabtes\""),
              "error: 5:13: the library 'Common' has no \"Has Diabtes\"; did you mean 'Has "
              "Diabetes'?");
    EXPECT_EQ(with_common("define A: C.Hidden"),
              "error: 5:13: the library 'Common' has no "
              "\"Hidden\"");
    EXPECT_EQ(answer("library L\ninclude Circle\ndefine A: 1"),
              "error: Round:2:1: the library 'Circle' includes itself");
    EXPECT_EQ(answer("library L\ninclude Broken\ndefine A: 1"),
              "error: Broken:3:1: found the end of the text where an expression was expected");
    EXPECT_EQ(answer("library L\ninclude Wrong\ndefine A: Wrong.A"),
              "error: Wrong:3:3: the name 'B' is unknown; did you mean 'A'?");
    EXPECT_EQ(answer("library L\nusing QDM\ndefine A: 1"),
              "error: 2:1: the model 'QDM' is unknown; write: using FHIR version '4.0.1'");
    EXPECT_EQ(answer("library L\nusing FHIR version '3.0.0'\ndefine A: 1"),
              "error: 2:1: FHIR 3.0.0 is not supported; write: using FHIR version '4.0.1'");
}

TEST(Library, CallsFunctionsByTheirBestOverload) {
    EXPECT_EQ(with_common("define A: C.Twice(2)"), "4");
    EXPECT_EQ(with_common("define A: C.Twice(2.0)"), "5.0");
    EXPECT_EQ(with_common("define A: {C.Kind(1), C.Kind(1L), C.Kind(1.5), C.Kind(1 'mg'), "
                          "C.Kind('x')}"),
              "{'Integer', 'Decimal', 'Decimal', 'Quantity', 'String'}");
    EXPECT_EQ(with_common("define A: C.Kind({1, 2})"), "'Integers'");
    EXPECT_EQ(with_common("define A: C.Kind(@2019)"),
              "error: 5:13: the library 'Common' has no function \"Kind\" that takes (Date)");
    EXPECT_EQ(answer("define function f(a Decimal): a\ndefine A: f(1)"), "1.0");
    EXPECT_EQ(answer("define function f(a Integer): a + 1\ndefine A: f(f(f(1)))"), "4");
    EXPECT_EQ(answer("define function f(a Integer, b Integer): a - b\ndefine A: f(f(9, 1), f(3, "
                     "2))"),
              "7");
    EXPECT_EQ(answer("define function f(a Any): a is null\ndefine A: f(null)"), "true");
    EXPECT_EQ(answer("define function f(a Concept): a is Concept\ndefine A: f(Code 'x' from "
                     "\"urn:s\")"),
              "true");
    EXPECT_EQ(answer("define function f(xs List<Integer>): xs X where X > 1\ndefine A: f({1, 2, "
                     "3})"),
              "{2, 3}");
    EXPECT_EQ(answer("define function f(a Integer) returns Decimal: a\ndefine A: f(1)"), "1.0");
}

TEST(Library, CallsFluentFunctionsAsMethods) {
    EXPECT_EQ(with_common("define A: [Encounter] E return E.period.days()"), "{3}");
    EXPECT_EQ(with_common("define A: exists ([Observation] O where O.above(7.0))"), "true");
    EXPECT_EQ(with_common("define A: exists ([Observation] O where O.above(8))"), "false");
    EXPECT_EQ(answer("define fluent function plus(a Integer, b Integer): a + b\ndefine A: "
                     "1.plus(2).plus(3)"),
              "6");
    EXPECT_EQ(answer("define function plus(a Integer): a\ndefine A: 1.plus()"),
              "error: 2:13: no function \"plus\" that is fluent takes (Integer)");
}

TEST(Library, RefusesFunctionsThatCannotBe) {
    EXPECT_EQ(answer("define function f(a Integer): f(a - 1)\ndefine A: f(1)"),
              "error: 1:1: the function \"f\" calls itself; recursion is not part of CQL");
    EXPECT_EQ(answer("define function f(a Integer): g(a)\ndefine function g(a Integer): "
                     "f(a)\ndefine A: 1"),
              "error: 1:1: the function \"f\" calls itself; recursion is not part of CQL");
    EXPECT_EQ(answer("define function f(a Integer): external\ndefine A: f(1)"),
              "error: 1:1: the function \"f\" is external; external functions are not supported: "
              "write its body");
    EXPECT_EQ(answer("define function f(a Integer) returns String: a\ndefine A: f(1)"),
              "error: 1:1: the function \"f\" gives Integer where it says String");
    EXPECT_EQ(answer("define function f(a Integr): a\ndefine A: 1"),
              "error: 1:21: there is no type 'Integr'; did you mean 'Integer'?");
}

TEST(Library, KnowsTheContextUnfiltered) {
    EXPECT_EQ(answer("context Unfiltered\ndefine Limit: 5\ncontext Patient\ndefine A: Limit > "
                     "Count([Condition])"),
              "true");
    EXPECT_EQ(answer("context Unfiltered\ndefine A: [Condition]\ncontext Patient\ndefine B: "
                     "Count(A) = Count([Condition])"),
              "true");
    EXPECT_NE(answer("context Unfiltered\ndefine A: [Position]").find("is known per patient"),
              std::string::npos);
    EXPECT_NE(answer("context Patient\ndefine B: 1\ncontext Unfiltered\ndefine A: B")
                  .find("is about one patient"),
              std::string::npos);
    EXPECT_NE(answer("context Practitioner\ndefine A: 1").find("is not supported"),
              std::string::npos);
}

TEST(Library, WhatIsOfOnePatientIsNotForUnfiltered) {
    const std::string text =
        "context Unfiltered\ndefine A: enrolled\ncontext Patient\ndefine B: A before Now()";
    CompileContext against = test::compile_context();
    EXPECT_TRUE(compile(text, against));
    against.parameters.front().of_patient = true;
    const auto refused = compile(text, against);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().to_text(),
              "2:11: \"enrolled\" is about one patient and cannot be used in context Unfiltered");
}

TEST(Library, AnEvaluationCanBeGivenUp) {
    const auto compiled =
        compile("Count(from (expand Interval[1, 200] per 1) A, (expand Interval[1, 200] per 1) B "
                "return A + B)",
                test::compile_context());
    ASSERT_TRUE(compiled);
    EvaluationContext context;
    int asked = 0;
    const std::function<bool()> gives_up = [&asked] { return ++asked > 3; };
    context.gives_up = &gives_up;
    const auto value = evaluate(**compiled, record().source("2019-06-01"), context);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, ErrorCode::Limit);
    EXPECT_EQ(asked, 4) << "and not asked again";
    asked = -1'000'000;
    EXPECT_TRUE(evaluate(**compiled, record().source("2019-06-01"), context));
}

TEST(Library, ReadsParameters) {
    EXPECT_EQ(answer("parameter P Integer default 5\ndefine A: P + 1"), "6");
    EXPECT_EQ(answer("parameter P Decimal default 5\ndefine A: P"), "5.0");
    EXPECT_EQ(answer("parameter enrolled DateTime\ndefine A: enrolled"),
              "@2019-03-01T09:00:00.000Z");
    EXPECT_NE(answer("parameter P String default 5\ndefine A: P").find("is Integer where String"),
              std::string::npos);
    EXPECT_NE(answer("parameter P String\ndefine A: P").find("no default"), std::string::npos);
}

TEST(Library, MakesInstances) {
    EXPECT_EQ(answer("Quantity { value: 5, unit: 'mg' }"), "5.0 'mg'");
    EXPECT_EQ(answer("FHIR.Quantity { value: FHIR.decimal { value: 5.5 }, code: 'mg' }"),
              "5.5 'mg'");
    EXPECT_EQ(answer("Code { code: 'x', system: 'urn:s' }"), "Code { code: 'x', system: 'urn:s' }");
    EXPECT_EQ(answer("Concept { codes: { Code { code: 'x', system: 'urn:s' } }, display: 'X' }"),
              "Concept { codes: {Code { code: 'x', system: 'urn:s' }}, display: 'X' }");
    EXPECT_EQ(answer("FHIR.Period { start: @2019-01-01T, end: @2019-02-01T }"),
              "Interval[@2019-01-01T, @2019-02-01T]");
    EXPECT_EQ(answer("Ratio { numerator: 1 'mg', denominator: 2 'mL' }"), "1.0 'mg':2.0 'mL'");
    EXPECT_EQ(answer("FHIR.HumanName { family: 'Test' }.family"), "'Test'");
    EXPECT_NE(answer("FHIR.HumanName { famly: 'Test' }").find("did you mean 'family'"),
              std::string::npos);
    EXPECT_EQ(answer("FHIR.Condition { id: 'x' }"), "Condition { id: 'x' }");
    EXPECT_EQ(answer("FHIR.Condition { onset: FHIR.dateTime { value: @2012-01-01T } }.onset"),
              "@2012-01-01T");
    EXPECT_EQ(answer("Condition { code: Code '44054006' from \"SNOMED\" }.code in \"diabetes\""),
              "true");
    EXPECT_EQ(answer("Condition { id: 'x' } is Condition"), "true");
    EXPECT_EQ(answer("Condition { id: 'x' } is Observation"), "false");
    EXPECT_EQ(answer("Condition { id: 'x' } = Condition { id: 'x' }"), "true");
    EXPECT_EQ(answer("({Encounter { period: Interval[@2012, @2013] }}) E return start of E.period"),
              "{@2012}");
    EXPECT_NE(answer("Condition { onsett: @2012 }").find("did you mean 'onset'?"),
              std::string::npos);
    EXPECT_NE(answer("Condition { code: 5 }").find("Condition.code is Concept, not Integer"),
              std::string::npos);
}

TEST(Library, AsksTerminology) {
    EXPECT_EQ(answer("codesystem S: 'http://snomed.info/sct'\ndefine A: [Condition] C return "
                     "C.code in S"),
              "{true}");
    EXPECT_EQ(
        answer("define Codes: { Code '44054006' from \"SNOMED\" }\ndefine A: Count([Condition: "
               "Codes])"),
        "1");
    EXPECT_EQ(answer("define Codes: \"diabetes\"\ndefine A: Count([Condition: Codes])"), "1");
    EXPECT_EQ(answer("InValueSet(Code '44054006' from \"SNOMED\", \"diabetes\")"), "true");
    EXPECT_EQ(answer("Subsumes(Code '1' from \"SNOMED\", Code '1' from \"SNOMED\")"), "true");
    EXPECT_EQ(answer("SubsumedBy(Code 'x' from \"SNOMED\", null)"), "null");
    EXPECT_NE(answer("Subsumes(Code '1' from \"SNOMED\", Code '2' from \"SNOMED\")")
                  .find("lie below others is not known"),
              std::string::npos);
    EXPECT_NE(answer("Count(ExpandValueSet(\"diabetes\"))").find("cannot be listed"),
              std::string::npos);
    EXPECT_EQ(answer("AnyInValueSet({Code '44054006' from \"SNOMED\"}, \"diabetes\")"), "true");
    EXPECT_EQ(answer("[Encounter] E return E.hospitalization.dischargeDisposition.coding.code"),
              "{{'home'}}");
}

TEST(Library, ReadsMethodsOfFhirPath) {
    EXPECT_EQ(answer("{1, 2, 3}.where($this > 1)"), "{2, 3}");
    EXPECT_EQ(answer("{1, 2, 3}.select($this + 1)"), "{2, 3, 4}");
    EXPECT_EQ(answer("{1, 2, 3}.all($this > 0)"), "true");
    EXPECT_EQ(answer("{1, 2, 3}.exists($this > 5)"), "false");
    EXPECT_EQ(answer("[Observation].where(status = 'final').count()"), "1");
    EXPECT_EQ(answer("{1, 2, 3}.first()"), "1");
}

TEST(Library, TellsMessages) {
    const auto compiled =
        compile("Message(5, true, '7', 'Warning', 'look') + Message(1, false, 'x', 'Error', 'no')",
                test::compile_context());
    ASSERT_TRUE(compiled);
    std::vector<std::string> messages;
    EvaluationContext context{*parse_instant("2019-06-01"), {}};
    context.messages = &messages;
    const auto value = evaluate(**compiled, record().source("2019-06-01"), context);
    ASSERT_TRUE(value);
    EXPECT_EQ(value->to_text(), "6");
    EXPECT_EQ(messages, std::vector<std::string>{"Warning: 7: look"});
    EXPECT_EQ(answer("Message(5, true, '7', 'Error', 'broken')"), "error: 1:1: 7: broken");
}

TEST(Library, IsBoundedInDepthThroughFunctionsAndDefinitions) {
    const auto chain_of = [](int length) {
        std::string sum;
        for (int i = 0; i < 500; ++i) {
            sum += " + 1";
        }
        std::string chain;
        for (int i = 0; i < length; ++i) {
            chain +=
                "define D" + std::to_string(100 + i) + ": D" + std::to_string(101 + i) + sum + "\n";
        }
        return chain + "define D" + std::to_string(100 + length) + ": 1\ndefine Z: D100";
    };
    EXPECT_EQ(answer(chain_of(5)), "2501");
    EXPECT_NE(answer(chain_of(40)).find("deeper than 3000 levels"), std::string::npos);
}

// What is known only when evaluated may be of another type than a function takes.
TEST(Library, TakesWhatDoesNotFitForNull) {
    const std::string unsure = "(days between DateTime(2014, 1, 15) and DateTime(2014, 2))";
    EXPECT_EQ(answer("HighBoundary(1, 8)"), "1.99999999");
    EXPECT_EQ(answer("Upper(First({1, 'a'}))"), "null");
    EXPECT_EQ(answer("Take({1, 2}, " + unsure + ")"), "{}");
    EXPECT_EQ(answer("{1, 2}[" + unsure + "]"), "null");
    EXPECT_EQ(answer("Floor(" + unsure + ")"), "null");
    EXPECT_EQ(answer("First(First({1, {2}}))"), "null");
    EXPECT_EQ(answer("year from First({1, @2019})"), "null");
    EXPECT_EQ(answer("Date(" + unsure + ")"), "null");
    EXPECT_EQ(answer("ToString(4 days) & ToString(1 day)"), "'4 days1 day'");
}

TEST(Library, IsBoundedInSize) {
    const auto refused = [](const std::string& text) {
        const std::string said = answer(text);
        return said.starts_with("error:") ? said.substr(said.rfind(':') + 2) : said.substr(0, 40);
    };
    EXPECT_NE(refused("expand Interval[1, 2000000000]").find("more than 100000 parts"),
              std::string::npos);
    EXPECT_NE(refused("expand Interval[@0001-01-01T00:00:00.000, @9999-01-01T00:00:00.000] per "
                      "millisecond")
                  .find("more than 100000 parts"),
              std::string::npos);
    EXPECT_NE(refused("({1} union (expand Interval[1, 1000])) X aggregate R starting 'ab': R + R")
                  .find("grows beyond"),
              std::string::npos);
    std::string nested = "define D100: {1, 2}\n";
    for (int i = 101; i < 160; ++i) {
        const std::string before = "D" + std::to_string(i - 1);
        nested += "define D" + std::to_string(i) + ": {" + before + ", " + before + "}\n";
    }
    EXPECT_NE(refused(nested + "define Z: D159 = D159").find("hold more than 2000000 values"),
              std::string::npos);
    EXPECT_EQ(refused("Count(distinct (expand Interval[1, 90000]))"), "90000");
    EXPECT_NE(
        refused("Count(distinct ((expand Interval[1, 90000]) X return all X 'mg'))").find("found"),
        std::string::npos);
    EXPECT_NE(
        refused("Count(distinct ((expand Interval[1, 90000]) X return all Quantity { value: X, "
                "unit: 'mg' }))")
            .find("compares values more than"),
        std::string::npos);
}

}  // namespace
}  // namespace parcours::cql
