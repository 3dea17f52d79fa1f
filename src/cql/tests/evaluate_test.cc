#include <gtest/gtest.h>
#include <string>

#include "cql/cql.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

// An invented woman, born 1953, with diabetes since 2010, a healed fracture and a stay in hospital.
const test::Record& record() {
    static const test::Record all({
        R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1953-06-01","deceasedDateTime":"2019-09-09",
            "name":[{"use":"official","family":"Test","given":["Ada","B."]}]})",
        R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p"},"onsetDateTime":"2010-03-04T10:00:00+00:00",
            "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
            "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006","display":"Diabetes"}]}})",
        R"({"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p"},"onsetDateTime":"2019-05-01","abatementDateTime":"2019-07-15",
            "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},
            "code":{"coding":[{"system":"http://snomed.info/sct","code":"65966004"}],"text":"Fracture"}})",
        R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2018-10-01T08:00:00Z",
            "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"valueQuantity":{"value":8.1,"code":"%"}})",
        R"({"resourceType":"Observation","id":"o2","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2019-04-01T08:00:00Z",
            "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"valueQuantity":{"value":7.2,"unit":"%"}})",
        R"({"resourceType":"Observation","id":"o3","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2019-08-01T08:00:00Z",
            "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},"valueQuantity":{"value":9.9,"code":"%"}})",
        R"({"resourceType":"Observation","id":"o4","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2019-04-02",
            "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
            "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},
            "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":151,"code":"mm[Hg]"}}]})",
        R"({"resourceType":"Observation","id":"o5","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2019-04-03",
            "code":{"coding":[{"system":"http://loinc.org","code":"72166-2"}]},
            "valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"266919005"}],"text":"Never smoker"}})",
        R"({"resourceType":"Encounter","id":"e1","status":"finished","subject":{"reference":"Patient/p"},
            "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
            "type":[{"coding":[{"system":"http://snomed.info/sct","code":"185347001"}]}],
            "period":{"start":"2019-05-01T10:00:00Z","end":"2019-05-04T12:00:00Z"}})",
        R"({"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"order","subject":{"reference":"Patient/p"},
            "authoredOn":"2019-05-04","medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"860975"}]}})",
        R"({"resourceType":"Goal","id":"g1","lifecycleStatus":"active","subject":{"reference":"Patient/p"},"description":{"text":"Walk"}})",
    });
    return all;
}

std::string answer(std::string_view expression, std::string_view as_of = "2019-06-01") {
    return test::answer(expression, record(), as_of);
}

TEST(Evaluate, FindsByValueSetAndCode) {
    EXPECT_EQ(answer("exists [Condition: code in \"diabetes\"]"), "true");
    EXPECT_EQ(answer("exists [Condition: \"diabetes\"]"), "true");
    EXPECT_EQ(answer("exists [Condition: \"HbA1c\"]"), "false");
    EXPECT_EQ(answer("Count([Observation: category in \"vital-signs\"])"), "1");
    EXPECT_EQ(answer("Count([Condition: Code '65966004' from \"SNOMED\"])"), "1");
    EXPECT_EQ(answer("Count([Condition: code ~ Code '65966004' from \"http://snomed.info/sct\"])"),
              "1");
    EXPECT_EQ(answer("Count([Condition: {Code '65966004' from \"SNOMED\", Code '44054006' from "
                     "\"SNOMED\"}])"),
              "2");
    EXPECT_EQ(answer("Count([Encounter: class in \"inpatient\"])"), "1");
    EXPECT_EQ(answer("Count([Condition] C where C.code in \"diabetes\")"), "1");
    EXPECT_EQ(answer("exists [Immunization]"), "false");
    EXPECT_EQ(answer("exists [Contact]"), "false");
}

TEST(Evaluate, KnowsThePatient) {
    EXPECT_EQ(answer("AgeInYears()"), "66");
    EXPECT_EQ(answer("AgeInYears()", "2019-05-31"), "65");
    EXPECT_EQ(answer("AgeInYearsAt(@2000-01-01)"), "46");
    EXPECT_EQ(answer("AgeInMonths()"), "792");
    EXPECT_EQ(answer("Patient.gender = 'female'"), "true");
    EXPECT_EQ(answer("Patient.birthDate"), "@1953-06-01");
    EXPECT_EQ(answer("Patient.name.given"), "{'Ada', 'B.'}");
    EXPECT_EQ(answer("exists(Patient.name N where N.use = 'official')"), "true");
    EXPECT_EQ(answer("CalculateAgeInYearsAt(Patient.birthDate, Today())"), "66");
}

TEST(Evaluate, HidesWhatCameLater) {
    EXPECT_EQ(answer("Count([Observation: \"HbA1c\"])"), "2");
    EXPECT_EQ(answer("Count([Observation: \"HbA1c\"])", "2019-08-02"), "3");
    EXPECT_EQ(answer("Count([Observation: \"HbA1c\"])", "2018-10-01T08:00:00Z"),
              "1");  // at the moment itself
    EXPECT_EQ(answer("Count([Observation: \"HbA1c\"])", "2018-10-01T07:59:59Z"), "0");
    EXPECT_EQ(answer("Patient.deceased"), "null");
    EXPECT_EQ(answer("Patient.deceased is not null", "2019-09-10"), "true");
    EXPECT_EQ(answer("exists [Goal]", "1900-01-01"), "true");  // no date of its own: always seen
    EXPECT_EQ(answer("[Condition] C where C.abatement is not null return C.id"), "{}");
    EXPECT_EQ(answer("[Condition] C where C.abatement is not null return C.id", "2019-08-01"),
              "{'c2'}");
    EXPECT_EQ(answer("Count([Condition] C where C.clinicalStatus ~ 'active')"), "2");
    EXPECT_EQ(answer("Count([Condition] C where C.clinicalStatus ~ 'active')", "2019-08-01"), "1");
    EXPECT_EQ(answer("Count([Condition])", "2010-03-04T09:59:59Z"), "0");
}

TEST(Evaluate, ComparesValuesAndDates) {
    EXPECT_EQ(answer("[Observation: \"HbA1c\"] O where O.value > 8 '%' return O.id"), "{'o1'}");
    EXPECT_EQ(
        answer("exists [Observation: \"HbA1c\"] O where O.effective after Today() - 6 months"),
        "true");
    EXPECT_EQ(answer("exists [Observation: \"HbA1c\"] O where O.effective after Today() - 1 month"),
              "false");
    EXPECT_EQ(answer("exists [Observation: \"HbA1c\"] O where O.effective after enrolled"), "true");
    EXPECT_EQ(
        answer("(Last([Observation: \"HbA1c\"] O sort by effective).value as Quantity).value"),
        "7.2");
    EXPECT_EQ(answer("First([Observation: \"HbA1c\"] O sort by effective desc).id"), "'o2'");
    EXPECT_EQ(answer("Max([Observation: \"HbA1c\"] O return all (O.value as Quantity))"),
              "8.1 '%'");
    EXPECT_EQ(answer("exists [Observation] O where O.value ~ '266919005'"), "true");
    EXPECT_EQ(answer("[Observation] O where O.value is Concept return O.id"), "{'o5'}");
    EXPECT_EQ(answer("exists [Observation] O where exists (O.component C where C.code ~ '8480-6' "
                     "and C.value > 140 'mm[Hg]')"),
              "true");
    EXPECT_EQ(answer("[Condition] C where C.onset before @2015-01-01 return C.id"), "{'c1'}");
}

TEST(Evaluate, ComparesPeriods) {
    EXPECT_EQ(answer("[Encounter] E return E.period"),
              "{Interval[@2019-05-01T10:00:00Z, @2019-05-04T12:00:00Z]}");
    EXPECT_EQ(
        answer("exists [Encounter] E where E.period during Interval[@2019-04-01, @2019-05-31]"),
        "true");
    EXPECT_EQ(
        answer(
            "exists [Encounter] E where E.period during day of Interval[@2019-05-01, @2019-05-31]"),
        "true");
    EXPECT_EQ(
        answer("exists [Encounter] E where days between E.period.start and E.period.end >= 3"),
        "true");
    EXPECT_EQ(answer("exists [Encounter] E where E.period ends 30 days or less before Today()"),
              "true");
    EXPECT_EQ(answer("exists [Encounter] E where E.class ~ 'IMP'"), "true");
    EXPECT_EQ(answer("exists [Encounter] E where E.class.code = 'IMP'"), "true");
    EXPECT_EQ(answer("exists [Encounter] E with [MedicationRequest] M such that M.authoredOn same "
                     "day as end of E.period"),
              "true");
    EXPECT_EQ(answer("exists [Encounter] E without [Condition] C such that C.onset same day as "
                     "E.period.start"),
              "false");
}

TEST(Evaluate, ReadsPathsOverLists) {
    EXPECT_EQ(answer("[Observation: \"HbA1c\"].id"), "{'o1', 'o2'}");
    EXPECT_EQ(answer("[Observation].component.value.unit"), "{'mm[Hg]'}");
    EXPECT_EQ(answer("[Condition].code.text"), "{'Fracture'}");
    EXPECT_EQ(
        answer(
            "[Condition] C where exists (C.code.coding X where X.code = '44054006') return C.id"),
        "{'c1'}");
    EXPECT_EQ(answer("[MedicationRequest] M where M.medication ~ '860975' return M.status"),
              "{'active'}");
    EXPECT_EQ(answer("Patient.name.family"), "{'Test'}");
}

TEST(Evaluate, EvaluatesALibrary) {
    EXPECT_EQ(
        answer("library L\nvalueset \"DM\": 'http://example.org/vs/diabetes'\nparameter Limit "
               "Integer default 2\ncontext Patient\n"
               "define Has: exists [Condition: \"DM\"]\ndefine Tests: [Observation: \"HbA1c\"]\n"
               "define Due: Has and Count(Tests) <= Limit"),
        "true");
}

TEST(Evaluate, EvaluatesOneNodeForAPlanner) {
    const auto compiled =
        compile("exists [Observation: \"HbA1c\"] O where O.value > 8 '%'", test::compile_context());
    ASSERT_TRUE(compiled);
    const Query& query = *(*compiled)->root().children[0]->query;
    const JsonSource source = record().source("2019-06-01");
    std::vector<Row> rows;
    source.retrieve((*compiled)->retrieves[0], rows);
    ASSERT_EQ(rows.size(), 2U);
    std::vector<Value> variables((*compiled)->slot_count);
    const EvaluationContext context{*parse_instant("2019-06-01"), {}};
    variables[query.sources[0].slot] = rows[0];
    EXPECT_EQ(evaluate_node(**compiled, *query.where, source, context, variables)->to_text(),
              "true");
    variables[query.sources[0].slot] = rows[1];
    EXPECT_EQ(evaluate_node(**compiled, *query.where, source, context, variables)->to_text(),
              "false");
}

TEST(Evaluate, SurvivesBrokenRecords) {
    const test::Record broken(
        {R"({"resourceType":"Patient","id":"p","birthDate":"1953-02-30"})",
         R"({"resourceType":"Nonsense","id":"x"})",
         R"({"resourceType":"Observation","id":"o","code":5,"effectiveDateTime":"soon","valueQuantity":{"value":"x"}})"});
    EXPECT_EQ(test::answer("AgeInYears() > 5", broken), "null");
    EXPECT_EQ(test::answer("[Observation] O return Tuple { a: O.code, b: O.effective, c: O.value }",
                           broken),
              "{Tuple { a: null, b: null, c: null }}");
    EXPECT_EQ(test::answer("Patient.birthDate", test::Record({})), "null");
}

}  // namespace
}  // namespace parcours::cql
