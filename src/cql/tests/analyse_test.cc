#include <gtest/gtest.h>
#include <string>

#include "cql/cql.h"
#include "cql/tests/fixture.h"
#include "cql/tree.h"

namespace parcours::cql {
namespace {

using test::compile_context;

std::string error_of(std::string_view text) {
    const auto compiled = compile(text, compile_context());
    return compiled ? "no error: " + to_text((*compiled)->root()) : compiled.error().to_text();
}

std::string tree_of(std::string_view text) {
    const auto compiled = compile(text, compile_context());
    return compiled ? to_text((*compiled)->root()) : compiled.error().to_text();
}

std::string type_of(std::string_view text) {
    const auto compiled = compile(text, compile_context());
    return compiled ? (*compiled)->type().to_text() : compiled.error().to_text();
}

TEST(Analyse, NamesTheNearestKnownName) {
    EXPECT_EQ(error_of("exists [Conditon]"),
              "1:8: there is no type 'Conditon' to retrieve; did you mean 'Condition'?");
    EXPECT_EQ(error_of("exists [Condition: \"diabets\"]"),
              "1:20: there is no value set, code or definition named \"diabets\"; did you mean "
              "'diabetes'?");
    EXPECT_EQ(error_of("[Condition] C where C.onst is null"),
              "1:23: Condition has no property 'onst'; did you mean 'onset'?");
    EXPECT_EQ(error_of("AgeInYear() > 5"),
              "1:1: there is no function 'AgeInYear'; did you mean 'AgeInYears'?");
    EXPECT_EQ(error_of("Today() > enroled"),
              "1:11: the name 'enroled' is unknown; did you mean 'enrolled'?");
    EXPECT_EQ(error_of("1 is Integr"), "1:6: there is no type 'Integr'; did you mean 'Integer'?");
    EXPECT_EQ(error_of("[Condition: code in \"nothing like it\"]").find("did you mean"),
              std::string::npos);
    EXPECT_EQ(error_of("Today > 5"), "1:1: the name 'Today' is unknown; did you mean 'Today()'?");
}

TEST(Analyse, RefusesTypesThatDoNotFit) {
    EXPECT_NE(error_of("hours between @2020-01-01 and @2020-01-02")
                  .find("1:1: between values of type Date there are no hours; write years, months, "
                        "weeks or days"),
              std::string::npos);
    EXPECT_NE(error_of("difference in weeks between @T10 and @T12")
                  .find("type Time there are no "
                        "weeks"),
              std::string::npos);
    EXPECT_NE(error_of("duration in minutes of Interval[@2020-01-01, @2020-01-02]")
                  .find("type Date there are no minutes"),
              std::string::npos);
    EXPECT_NE(error_of("days between null and @T10").find("type Time there are no days"),
              std::string::npos);
    EXPECT_NE(error_of("1 < 'a'").find("1:3: '<' cannot take Integer, String"), std::string::npos);
    EXPECT_NE(error_of("'a' = 1").find("cannot take String, Integer"), std::string::npos);
    EXPECT_NE(error_of("not 5 = 5").find("'not' needs a Boolean (true or false) but found Integer"),
              std::string::npos);
    EXPECT_NE(error_of("[Condition] C where C.onset").find("'where' needs a Boolean"),
              std::string::npos);
    EXPECT_NE(error_of("exists 5").find("'exists' needs a list"), std::string::npos);
    EXPECT_NE(
        error_of("Interval['a', 'b']").find("an interval goes from one number, date or quantity"),
        std::string::npos);
    EXPECT_NE(error_of("[Encounter] E where E.class = 'AMB'")
                  .find("compare codes by: in \"value set\", or ~ 'code'"),
              std::string::npos);
    EXPECT_NE(error_of("[Patient: \"diabetes\"]").find("Patient has no code of its own"),
              std::string::npos);
    EXPECT_NE(
        error_of("[Condition: code ~ \"diabetes\"]").find("is a value set; write: in \"diabetes\""),
        std::string::npos);
    EXPECT_NE(error_of("[Condition: 'diabetes']").find("not by a text"), std::string::npos);
    EXPECT_NE(error_of("case 1 when 'a' then 1 else 2 end").find("cannot be compared"),
              std::string::npos);
}

TEST(Analyse, PlacesErrorsWhereTheTextStands) {
    CompileContext context = compile_context();
    context.file = "cohorts/x.yaml";
    context.origin = {7, 12};
    EXPECT_EQ(compile("1 + x", context).error().to_text(),
              "cohorts/x.yaml:7:16: the name 'x' is unknown");
    EXPECT_EQ(compile("1 +\n x", context).error().to_text(),
              "cohorts/x.yaml:8:2: the name 'x' is unknown");
    EXPECT_EQ(compile("1 +", context).error().where.column, 15U);
}

TEST(Analyse, HoldsToTheExpectedType) {
    CompileContext context = compile_context();
    context.expected = Type(Type::Kind::Boolean);
    EXPECT_TRUE(compile("exists [Condition]", context));
    EXPECT_EQ(compile("[Condition]", context).error().message,
              "the expression gives List<Condition> where Boolean was expected; "
              "compare it with something, or ask whether it exists");
}

TEST(Analyse, MakesTreesThatPlannersRecognise) {
    EXPECT_EQ(tree_of("exists [Condition: code in \"diabetes\"]"), "Exists([0])");
    EXPECT_EQ(tree_of("AgeInYears() >= 65 and not exists [Immunization]"),
              "And(GreaterOrEqual(AgeInYears, 65), Not(Exists([0])))");
    EXPECT_EQ(tree_of("AgeInYears() between 40 and 70"),
              "And(GreaterOrEqual(AgeInYears, 40), LessOrEqual(AgeInYears, 70))");
    EXPECT_EQ(tree_of("Patient.gender = 'female'"), "Equal(Patient.gender, 'female')");
    EXPECT_EQ(tree_of("exists [Observation: \"HbA1c\"] O where O.effective after Today() - 6 "
                      "months and O.value > 8 '%'"),
              "Exists(Query([0], where And(After(.effective(O), Subtract(Today, 6.0 month)), "
              "Greater(.value(O), 8.0 '%'))))");
    EXPECT_EQ(tree_of("[Encounter] E where E.period.start before enrolled"),
              "Query([0], where Before(.period.start(E), enrolled))");
    EXPECT_EQ(tree_of("[Observation] O where O.code in \"HbA1c\""),
              "Query([0], where InValueSet \"HbA1c\"(.code(O)))");
    EXPECT_EQ(tree_of("1 != 2"), "Not(Equal(1, 2))");
}

TEST(Analyse, ListsRetrievesWithTheirFilters) {
    const auto compiled = compile(
        "exists [Condition: \"diabetes\"] or exists [Observation: category in \"vital-signs\"] or "
        "exists [Immunization: code in \"diabetes\"] or exists [Condition: Code '44054006' from "
        "\"SNOMED\"]",
        compile_context());
    ASSERT_TRUE(compiled) << compiled.error().to_text();
    const auto& retrieves = (*compiled)->retrieves;
    ASSERT_EQ(retrieves.size(), 4U);
    EXPECT_EQ(retrieves[0].code_path.column, model::Column::Code);
    EXPECT_EQ(retrieves[0].value_set_names, std::vector<std::string>{"diabetes"});
    EXPECT_EQ(retrieves[1].code_path.column, model::Column::Category);
    EXPECT_EQ(retrieves[2].code_path.to_text(), "vaccineCode");
    ASSERT_EQ(retrieves[3].codes.size(), 1U);
    EXPECT_EQ(retrieves[3].codes[0].system, "http://snomed.info/sct");
    EXPECT_FALSE((*compiled)->uses_now);
    EXPECT_TRUE((*compile("AgeInYears() > 5", compile_context()))->uses_now);
}

TEST(Analyse, KnowsTheTypesOfProperties) {
    EXPECT_EQ(type_of("[Condition] C return all C.onset"),
              "List<Choice<DateTime, Quantity, Interval<DateTime>, Interval<Quantity>, String>>");
    EXPECT_EQ(type_of("[Encounter] E return all E.period"), "List<Interval<DateTime>>");
    EXPECT_EQ(type_of("[Encounter] E return all E.period.start"), "List<DateTime>");
    EXPECT_EQ(type_of("Patient.name.given"), "List<String>");
    EXPECT_EQ(type_of("[Observation].component.value.unit"), "List<String>");
    EXPECT_EQ(type_of("[Observation].code"), "List<Concept>");
    EXPECT_EQ(type_of("First([Observation] O sort by issued desc).issued"), "DateTime");
    EXPECT_EQ(type_of("[Basic] B return all B.whatever"), "1:24: Basic has no property 'whatever'");
    EXPECT_EQ(type_of("[Encounter] E return all E.hospitalization.dischargeDisposition"),
              "List<Concept>");
    EXPECT_EQ(type_of("[Device] D return all D.udiCarrier.deviceIdentifier"), "List<List<String>>");
    EXPECT_EQ(type_of("exists [Position] P where P.stage = 'care' and P.overdue"), "Boolean");
    EXPECT_EQ(type_of("{1, 2.0}"), "List<Decimal>");
    EXPECT_EQ(type_of("if true then 1 else 'a'"), "Choice<Integer, String>");
}

TEST(Analyse, ReadsLibraries) {
    const std::string text =
        "library L\nusing FHIR version '4.0.1'\nvalueset \"DM\": 'http://example.org/vs/diabetes'\n"
        "codesystem \"S\": 'http://snomed.info/sct'\ncode \"T2\": '44054006' from \"S\"\ncontext "
        "Patient\n"
        "define Late: exists Has\ndefine Has: [Condition: \"DM\"] C where C.code ~ \"T2\"\n";
    const auto compiled = compile(text, compile_context());
    ASSERT_TRUE(compiled) << compiled.error().to_text();
    EXPECT_EQ((*compiled)->defines[(*compiled)->main].name, "Has");
    EXPECT_EQ((*compiled)->defines.front().name, "Has");  // before Late, which uses it
    EXPECT_EQ(error_of("define A: B\ndefine B: A"), "1:1: \"A\" is defined by itself");
    EXPECT_EQ(error_of("define A: 1\ndefine A: 2"), "2:1: \"A\" is defined twice, first in line 1");
    EXPECT_EQ(error_of("valueset \"v\": 'urn:none'\ndefine A: exists [Condition: \"v\"]"),
              "2:30: there is no value set \"urn:none\"");
}

TEST(Analyse, IsBoundedInSize) {
    std::string nested = "@2019-01-01";
    for (int i = 0; i < 40; ++i) {
        nested = "(if (Today() 3 days or less before " + nested + ") then Today() else Today())";
    }
    const auto compiled = compile(nested, compile_context());
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().code, ErrorCode::Limit);
    std::string chain;
    for (int i = 0; i < 300; ++i) {
        chain += "define D" + std::to_string(1000 + i) + ": D" + std::to_string(1001 + i) + "\n";
    }
    chain += "define D1300: 1\n";
    const auto deep = compile(chain, compile_context());
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().code, ErrorCode::Limit);
}

}  // namespace
}  // namespace parcours::cql
