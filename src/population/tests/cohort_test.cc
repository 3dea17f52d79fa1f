#include "population/cohort.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fhir/status.h"
#include "population/cohort_trace.h"
#include "population/tests/cohort_records.h"
#include "population/tests/random_records.h"
#include "population/time_shape.h"

namespace parcours::population {
namespace {

constexpr const char* snomed = "http://snomed.info/sct";
constexpr const char* loinc = "http://loinc.org";

Instant at(const char* text) {
    return *parse_instant(text);
}

TestTerminology terminology() {
    TestTerminology sets;
    sets.add("diabetes", {{snomed, "44054006"}, {snomed, "127013003"}, {snomed, "422034002"}});
    sets.add("hba1c", {{loinc, "4548-4"}});
    sets.add("weight", {{loinc, "29463-7"}});
    sets.add("systolic", {{loinc, "85354-9"}});
    sets.add("smoking", {{loinc, "72166-2"}});
    sets.add("never", {{snomed, "266919005"}, {snomed, "1"}});
    sets.add("inpatient", {{"http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP"},
                           {"http://terminology.hl7.org/CodeSystem/v3-ActCode", "EMER"}});
    sets.add("flu", {{"http://hl7.org/fhir/sid/cvx", "140"}});
    sets.add("nothing", {});
    return sets;
}

const std::vector<std::string>& expressions() {
    static const std::vector<std::string> all = {
        "true",
        "false",
        "1 < 2",
        "AgeInYears() >= 65",
        "AgeInYears() between 18 and 40",
        "AgeInMonths() < 30",
        "not (AgeInYears() >= 65)",
        "Patient.gender = 'female'",
        "Patient.gender = 'female' and AgeInYears() > 50",
        "Patient.gender in { 'female', 'other' }",
        "Patient.deceased is null",
        "Patient.deceased is not null and AgeInYears() >= 80",
        "Patient.birthDate before @1960-06-01",
        "Patient.active",
        "exists [Condition]",
        "exists [Condition: \"diabetes\"]",
        "exists [Condition: code in \"diabetes\"]",
        "not exists [Condition: \"diabetes\"]",
        "exists [Condition: \"nothing\"]",
        "exists [Condition: \"diabetes\"] and not exists [Observation: \"hba1c\"]",
        "exists [Condition: \"diabetes\"] or AgeInYears() < 5",
        "exists [Condition: \"diabetes\"] xor exists [Immunization: \"flu\"]",
        "exists [Condition: \"diabetes\"] implies exists [Observation: \"hba1c\"]",
        "AgeInYears() >= 65 and not exists [Immunization]",
        "exists ([Observation: \"hba1c\"] O where O.value > 6 '%')",
        "exists ([Observation: \"hba1c\"] O where O.value <= 6.5 '%')",
        "exists ([Observation: \"hba1c\"] O where (O.value as Quantity) >= 6.5 '%')",
        "exists ([Observation: \"hba1c\"] O where O.value > 6 'mg/dL')",
        "exists ([Observation: \"weight\"] O where O.value > 90 'kg')",
        "exists ([Observation: \"weight\"] O where O.value > 90000 'g')",
        "exists ([Observation: \"weight\"] O where O.value between 50 'kg' and 60 'kg')",
        "exists ([Observation: \"systolic\"] O where O.value > 140 'mm[Hg]')",
        "exists ([Observation: \"hba1c\"] O where O.effective after @2015-01-01)",
        "exists ([Observation: \"hba1c\"] O where O.effective on or before @2012-07-01)",
        "exists ([Observation: \"hba1c\"] O where O.effective during Interval[@2014-01-01, "
        "@2015-12-31])",
        "exists ([Observation: \"hba1c\"] O where O.effective 2 years or less before Today())",
        "exists ([Observation: \"hba1c\"] O where not (O.effective before @2014-01-01))",
        "not exists ([Observation: \"hba1c\"] O where O.effective after Today() - 6 months)",
        "exists ([Observation: \"hba1c\"] O where O.value > 6 '%' and O.effective after "
        "@2013-05-01 and O.status = 'final')",
        "exists ([Observation] O where O.status = 'final')",
        "exists ([Observation] O where O.status != 'final')",
        "exists ([Observation] O where O.code in \"hba1c\")",
        "exists ([Observation] O where not (O.code in \"hba1c\"))",
        "exists ([Observation: \"smoking\"] O where O.value in \"never\")",
        "exists ([Condition] C where C.onset after @2016-01-01)",
        "exists ([Condition] C where C.abatement is null)",
        "exists ([Condition] C where C.abatement is not null and C.onset before @2000-01-01)",
        "exists ([Condition] C where C.abatement before @2010-01-01)",
        "exists ([Condition: \"diabetes\"] C where C.onset on or after @1990 and C.onset before "
        "@2010-06)",
        "exists ([Encounter] E where E.class in \"inpatient\")",
        "exists ([Encounter] E where E.status = 'finished' and E.period starts after @2018-01-01)",
        "exists ([Encounter] E where start of E.period after @2018-06-01)",
        "exists ([Encounter] E where E.period during Interval[@2017-01-01, @2017-12-31])",
        "exists ([Encounter] E where E.period overlaps Interval[@2012-03-01, @2012-03-31])",
        "exists ([Procedure] P where P.performed after @2018-01-01)",
        "exists ([Immunization: \"flu\"] I where I.occurrence 1 year or less before Today())",
        "exists [MedicationRequest]",
        "exists ([MedicationRequest] M where M.status = 'active')",
        "exists ([MedicationRequest] M where M.authoredOn before @2005-01-01)",
        "exists ([CarePlan] P where P.status = 'active' and end of P.period is null)",
        "exists [Goal]",
        "exists [AllergyIntolerance]",
        "exists [Appointment]",
        "Count([Encounter]) > 20",
        "Count([Observation: \"hba1c\"]) >= 3",
        "Count([Condition] C where C.abatement is null) = 2",
        "exists ([Condition: \"diabetes\"] union [Immunization: \"flu\"])",
        "(exists [Goal]) is true",
        "exists ([Condition: \"diabetes\"] C with [Observation: \"hba1c\"] O such that "
        "O.effective after C.onset)",
        "exists ([Condition: \"diabetes\"] C without [Observation: \"hba1c\"] O such that "
        "O.effective after C.onset)",
        "exists ([Observation: \"hba1c\"] O where O.effective before Patient.birthDate + 60 "
        "years)",
        "exists ([Condition] C where C.onset before Patient.birthDate + 1 year)",
    };
    return all;
}

/// Everything of the real export but the bills.
std::vector<LoggedBody> real_log() {
    std::vector<LoggedBody> log;
    for (LoggedBody& body : read_export()) {
        const bool bill =
            body.json.find("\"resourceType\":\"Claim\"") != std::string::npos ||
            body.json.find("\"resourceType\":\"ExplanationOfBenefit\"") != std::string::npos;
        if (!bill) {
            log.push_back(std::move(body));
        }
    }
    return log;
}

TEST(Cohort, TheIndexAnswersAsTheNaiveEvaluationOnTheRealExport) {
    auto log = real_log();
    if (log.empty()) {
        GTEST_SKIP() << "the export is not here";
    }
    const Population population(std::move(log));
    const TestTerminology sets = terminology();
    for (const std::string& text : expressions()) {
        const auto expression = compile_cohort(text, sets);
        if (expression == nullptr) {
            continue;
        }
        for (const char* as_of : {"2019-06-01", "2012-03-15T10:00:00Z"}) {
            const auto by_index = population.indexed(*expression, at(as_of));
            const auto naive = population.naive(*expression, at(as_of));
            ASSERT_TRUE(naive) << text;
            EXPECT_EQ(by_index, *naive) << text << " as of " << as_of;
        }
    }
}

TEST(Cohort, ColumnsDecideWhatTheyHold) {
    auto log = real_log();
    if (log.empty()) {
        GTEST_SKIP() << "the export is not here";
    }
    const Population population(std::move(log));
    const TestTerminology sets = terminology();
    std::size_t open = 0;
    for (const std::string& text : expressions()) {
        std::size_t singly = 0;
        const auto members =
            population.indexed(*compile_cohort(text, sets), at("2019-06-01"), &singly);
        EXPECT_LE(members.size(), 150U);
        open += singly > 0 ? 1U : 0U;
    }
    EXPECT_EQ(open, 4U) << "relations between rows, and rows compared with the patient";
}

TEST(Cohort, AMergedPatientIsOneWithTheSurvivor) {
    const std::vector<LoggedBody> log = {
        {"main", R"({"resourceType":"Patient","id":"a","link":[{"type":"replaced-by",
            "other":{"reference":"Patient/b"}}]})"},
        {"main", R"({"resourceType":"Patient","id":"b"})"},
        {"main", R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/a"},
            "code":{"coding":[{"system":"s","code":"a"}]}})"}};
    const Population population(log, {{"a", "b"}});
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}});
    const auto expression = compile_cohort("exists [Condition: \"ab\"]", sets);
    EXPECT_THAT(population.indexed(*expression, at("2019-06-01")), ::testing::ElementsAre("b"));
    EXPECT_EQ(population.indexed(*expression, at("2019-06-01")),
              population.naive(*expression, at("2019-06-01")));
    const auto everyone = compile_cohort("true", sets);
    EXPECT_EQ(population.indexed(*everyone, at("2019-06-01")).size(), 1U);
}

TEST(Cohort, WhoIsNotBornIsNotCountedAndUnknownBirthIsBorn) {
    const Population population(
        {{"main", R"({"resourceType":"Patient","id":"old","birthDate":"1950-01-01"})"},
         {"main", R"({"resourceType":"Patient","id":"later","birthDate":"2019-06-02"})"},
         {"main", R"({"resourceType":"Patient","id":"unknown"})"},
         {"main", R"({"resourceType":"Patient","id":"dead","birthDate":"1950-01-01",
             "deceasedDateTime":"2000-01-01"})"}});
    const TestTerminology sets;
    EXPECT_THAT(population.indexed(*compile_cohort("true", sets), at("2019-06-01")),
                ::testing::ElementsAre("dead", "old", "unknown"));
    EXPECT_THAT(population.indexed(*compile_cohort("AgeInYears() > 3", sets), at("2019-06-01")),
                ::testing::ElementsAre("dead", "old"));
    EXPECT_THAT(
        population.indexed(*compile_cohort("not (AgeInYears() > 3)", sets), at("2019-06-01")),
        ::testing::IsEmpty())
        << "an unknown age is neither";
}

/// How many of the patients of a log an expression is true for: the index and the naive evaluation
/// must say the same at every moment.
std::size_t count_of(const Population& population, const cql::Expression& expression) {
    const auto members = population.indexed(expression, at("2019-06-01"));
    for (const char* as_of : {"2019-06-01", "2012-01-01", "2030-01-01"}) {
        const auto naive = population.naive(expression, at(as_of));
        EXPECT_TRUE(naive);
        EXPECT_EQ(population.indexed(expression, at(as_of)), naive.value_or(members)) << as_of;
    }
    return members.size();
}

TEST(Cohort, WhatWasEnteredInErrorIsNeverSeen) {
    const auto resource = [](const std::string& type, const std::string& who,
                             const std::string& more) {
        return LoggedBody{"main", R"({"resourceType":")" + type + R"(","id":")" + type + who +
                                      R"(","subject":{"reference":"Patient/)" + who +
                                      R"("},"code":{"coding":[{"system":"s","code":"a"}]},)" +
                                      R"("onsetDateTime":"2010-01-01",)" + more + "}"};
    };
    const auto verified = [](const std::string& code) {
        return R"("verificationStatus":{"coding":[{"code":")" + code + R"("}]})";
    };
    std::vector<LoggedBody> log;
    for (const std::string who : {"a", "b", "c"}) {
        log.push_back({"main", R"({"resourceType":"Patient","id":")" + who + "\"}"});
    }
    log.push_back(resource("Condition", "a", verified("entered-in-error")));
    log.push_back(resource("Condition", "b", verified("confirmed")));
    log.push_back(resource("Condition", "c", verified("refuted")));
    log.push_back(resource("Observation", "a", R"("status":"final")"));
    log.push_back(resource("Observation", "b", R"("status":"entered-in-error")"));
    log.push_back(resource("Observation", "c", R"("status":"cancelled")"));
    const Population population(log);
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}});
    const std::map<std::string, std::size_t> expected = {
        {"exists [Condition]", 2},
        {"exists [Condition: \"ab\"]", 2},
        {"exists ([Condition] C where C.code in \"ab\")", 2},
        {"exists ([Condition] C where C.onset before @2011-01-01)", 2},
        {"exists ([Condition] C where C.verificationStatus.coding[0].code.value is not null)", 2},
        {"not exists [Condition: \"ab\"]", 1},
        {"Count([Observation]) = 0", 1},
        {"exists ([Observation] O where O.status != 'final')", 1},
        {"exists ([Observation] O where O.status = 'entered-in-error')", 0},
        {"exists ([Condition: \"ab\"] C with [Observation] O such that O.code ~ C.code)", 1},
    };
    for (const auto& [text, count] : expected) {
        cql::CompileContext context;
        context.terminology = &sets;
        const auto expression = cql::compile(text, context);
        ASSERT_TRUE(expression) << text << ": " << expression.error().to_text();
        EXPECT_EQ(count_of(population, **expression), count) << text;
    }
}

TEST(Cohort, StatesOfConditionsAreColumns) {
    const auto condition = [](const std::string& who, const std::string& more) {
        return LoggedBody{"main", R"({"resourceType":"Condition","id":"c)" + who +
                                      R"(","subject":{"reference":"Patient/)" + who + "\"}" + more +
                                      "}"};
    };
    const auto state = [](const std::string& member, std::string_view system,
                          const std::string& code) {
        return ",\"" + member + R"(":{"coding":[{"system":")" + std::string(system) +
               R"(","code":")" + code + "\"}]}";
    };
    const auto clinical = [&](const std::string& code) {
        return state("clinicalStatus", fhir::clinical_status_system, code);
    };
    std::vector<LoggedBody> log;
    for (const std::string who : {"a", "b", "c", "d", "e"}) {
        log.push_back({"main", R"({"resourceType":"Patient","id":")" + who + "\"}"});
    }
    log.push_back(condition("a", clinical("active")));
    log.push_back(condition("b", clinical("resolved")));
    log.push_back(condition("c", clinical("resolved") + R"(,"abatementDateTime":"2020-01-01")"));
    log.push_back(condition("d", ""));
    log.push_back(condition(
        "e", state("verificationStatus", fhir::verification_status_system, "provisional")));
    const Population population(log);
    TestTerminology sets;
    sets.add("now", {{std::string(fhir::clinical_status_system), "active"}});
    sets.add("sure", {{std::string(fhir::verification_status_system), "confirmed"}});
    const std::string text =
        "exists ([Condition] C where (C.clinicalStatus is null or C.clinicalStatus in \"now\") "
        "and (C.verificationStatus is null or C.verificationStatus in \"sure\"))";
    const auto expression = compile_cohort(text, sets);
    std::size_t singly = 0;
    EXPECT_THAT(population.indexed(*expression, at("2019-06-01"), &singly),
                ::testing::ElementsAre("a", "c", "d"))
        << "a later abatement is not known yet";
    EXPECT_EQ(singly, 0U) << "no resource is read for it";
    EXPECT_EQ(count_of(population, *expression), 3U);
}

TEST(Cohort, WithoutAReaderOpenPatientsAreAnError) {
    const std::vector<LoggedBody> log = {{"main", R"({"resourceType":"Patient","id":"p"})"}};
    const Population population(log);
    const TestTerminology sets;
    const auto expression = compile_cohort("Patient.maritalStatus is null", sets);
    CohortContext context;
    context.as_of = at("2019-06-01");
    const auto answer = evaluate(*expression, population.index(), context);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, ::testing::HasSubstr("patient p"));
    context.read_body = [](LogPosition) -> Result<std::string> {
        return fail(ErrorCode::Damaged, "a torn record");
    };
    const auto torn = evaluate(*expression, population.index(), context);
    ASSERT_FALSE(torn);
    EXPECT_EQ(torn.error().code, ErrorCode::Damaged);
    context.read_body = population.reader();
    EXPECT_EQ(evaluate(*expression, population.index(), context)->count, 1U);
}

/// A clock that goes on by a second whenever it is asked.
class HastyClock final : public Clock {
  public:
    [[nodiscard]] Instant now() const override {
        now_ += std::chrono::seconds(1);
        return now_;
    }

  private:
    mutable Instant now_ = at("2019-06-01");
};

TEST(Cohort, ATraceTellsWhatWasDoneAndChangesNothing) {
    const Population population(
        {{"main", R"({"resourceType":"Patient","id":"a","gender":"female"})"},
         {"main", R"({"resourceType":"Patient","id":"b","gender":"male"})"},
         {"main", R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/b"}})"}});
    const TestTerminology sets;
    const auto expression = compile_cohort("Patient.gender = 'male' and exists [Condition]", sets);
    const HastyClock clock;
    CohortTrace trace(clock);
    CohortContext context;
    context.as_of = at("2019-06-01");
    context.trace = &trace;
    const auto answer = evaluate(*expression, population.index(), context);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->count, 1U);
    const auto steps = trace.steps();
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].way, "combination");
    EXPECT_EQ(steps[0].depth, 0U);
    EXPECT_EQ(steps[1].way, "patient");
    EXPECT_EQ(steps[1].asked, 2U);
    EXPECT_EQ(steps[1].held, 1U);
    EXPECT_EQ(steps[2].way, "rows");
    EXPECT_EQ(steps[2].text, "Exists([Condition])");
    EXPECT_EQ(steps[2].asked, 1U) << "only who was left is asked about";
    EXPECT_EQ(steps[2].depth, 1U);
    EXPECT_GT(steps[0].time_us, steps[2].time_us);
}

TEST(Cohort, WhatStandsInContextUnfilteredIsOfEverybody) {
    const auto condition = [](const std::string& id, const std::string& who,
                              const std::string& date) {
        return LoggedBody{"main", R"({"resourceType":"Condition","id":")" + id +
                                      R"(","subject":{"reference":"Patient/)" + who +
                                      R"("},"code":{"coding":[{"system":"s","code":"a"}]},)" +
                                      R"("onsetDateTime":")" + date + "\"}"};
    };
    const Population population(
        {{"main", R"({"resourceType":"Patient","id":"a","birthDate":"1950-01-01"})"},
         {"main", R"({"resourceType":"Patient","id":"b","birthDate":"1960-01-01"})"},
         {"main", R"({"resourceType":"Patient","id":"c","birthDate":"1970-01-01",)"
                  R"("maritalStatus":{"coding":[{"system":"s","code":"a"}]}})"},
         condition("c1", "a", "2010-01-01"),
         condition("c2", "a", "2012-01-01"),
         condition("c3", "b", "2014-01-01")});
    const TestTerminology sets = random_sets();
    const std::string all = "context Unfiltered define All: [Condition: \"ab\"] ";
    const auto members = [&](const std::string& text, std::size_t* singly = nullptr) {
        return population.indexed(*compile_cohort(all + text, sets), at("2019-06-01"), singly);
    };
    using ::testing::ElementsAre;
    using ::testing::IsEmpty;
    std::size_t singly = 0;
    EXPECT_THAT(members("context Patient define X: Count(All) = 3 and exists [Condition]", &singly),
                ElementsAre("a", "b"));
    EXPECT_EQ(singly, 0U) << "it is the same for everybody";
    EXPECT_THAT(members("context Patient define X: Count([Condition]) * 2 > Count(All)"),
                ElementsAre("a"));
    EXPECT_THAT(
        members("define Last: Max(All A return A.onset as DateTime) context Patient define X: "
                "exists ([Condition] C where C.onset same day as Last)"),
        ElementsAre("b"));
    EXPECT_THAT(members("define People: [Patient] context Patient define X: Patient.birthDate = "
                        "Min(People P return P.birthDate)"),
                ElementsAre("a"));
    EXPECT_THAT(members("define X: Count(All) > 3"), IsEmpty());
    EXPECT_THAT(
        members("define People: [Patient: maritalStatus in \"ab\"] context Patient define X: "
                "Count(People) = 1 and exists [Patient: maritalStatus in \"ab\"]"),
        ElementsAre("c"));
    const auto early = compile_cohort(all + "define X: Count(All) = 1", sets);
    EXPECT_EQ(population.indexed(*early, at("2011-01-01")).size(), 3U) << "as of a date";
    EXPECT_FALSE(TimeShape(*early).is_tracked()) << "anybody's record may change it";
    CohortContext context;
    context.as_of = at("2019-06-01");
    const auto wrong = compile_cohort(
        "define function mine(): exists [Condition] context Unfiltered define All: exists "
        "[Condition] and mine() context Patient define X: All",
        sets);
    const auto answer = evaluate(*wrong, population.index(), context);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, ::testing::HasSubstr("asks for one patient's record"));
}

TEST(Cohort, AnEvaluationGivesUpAtItsDeadline) {
    const Population population(
        std::vector<LoggedBody>{{"main", R"({"resourceType":"Patient","id":"a"})"}});
    const TestTerminology sets;
    const HastyClock clock;
    CohortContext context;
    context.as_of = at("2019-06-01");
    context.clock = &clock;
    context.deadline = at("2019-06-01T00:10:00Z");
    EXPECT_TRUE(evaluate(*compile_cohort("true", sets), population.index(), context));
    context.deadline = at("2019-06-01");
    const auto late = evaluate(*compile_cohort("true", sets), population.index(), context);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Limit);
}

TEST(Cohort, WhatIsNeitherTrueNorFalseIsRefused) {
    const TestTerminology sets;
    const auto answer = evaluate(*compile_cohort("1 + 1", sets), Index(), {});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::InvalidInput);
    EXPECT_THAT(answer.error().message, ::testing::HasSubstr("Integer"));
}

TEST(Cohort, AFunctionSaysWhatItsBodySays) {
    const TestTerminology sets = random_sets();
    std::size_t members = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Population population(random_records(seed, 25, 120));
        for (const auto& [plain, functions] : random_functions(seed, 20)) {
            const auto expected = compile_cohort(plain, sets);
            const auto expression = compile_cohort(functions, sets);
            ASSERT_TRUE(expected && expression);
            if (!population.naive(*expected, at("2019-06-01"))) {
                continue;  // a run-time error
            }
            std::size_t singly_plain = 0;
            std::size_t singly = 0;
            const auto found = population.indexed(*expression, at("2019-06-01"), &singly);
            EXPECT_EQ(found, population.indexed(*expected, at("2019-06-01"), &singly_plain))
                << functions;
            EXPECT_EQ(singly, singly_plain) << "columns say as much: " << functions;
            members += found.size();
        }
    }
    EXPECT_GT(members, 500U);
}

/// Whom columns leave open, of three patients with two results each.
std::size_t singly_of(const std::string& text) {
    const auto observation = [](const std::string& who, const std::string& day,
                                const std::string& value) {
        return LoggedBody{"main", R"({"resourceType":"Observation","id":"o)" + who + day +
                                      R"(","status":"final","subject":{"reference":"Patient/)" +
                                      who + R"("},"effectiveDateTime":")" + day +
                                      R"(","code":{"coding":[{"system":"s","code":"a"}]},)" +
                                      R"("valueQuantity":{"value":)" + value +
                                      R"(,"unit":"%","code":"%"}})"};
    };
    std::vector<LoggedBody> log;
    for (const std::string who : {"a", "b", "c"}) {
        log.push_back({"main", R"({"resourceType":"Patient","id":")" + who + "\"}"});
        log.push_back(observation(who, "2015-01-02T10:00:00Z", "7"));
        log.push_back(observation(who, "2016-01-02T10:00:00Z", "9"));
    }
    const Population population(log);
    const TestTerminology sets = random_sets();
    const auto expression = compile_cohort(text, sets);
    std::size_t singly = 0;
    EXPECT_EQ(population.indexed(*expression, at("2019-06-01"), &singly),
              *population.naive(*expression, at("2019-06-01")))
        << text;
    return singly;
}

TEST(Cohort, ColumnsSayWhatFunctionsAndTheLatestRowAsk) {
    const std::string last =
        "Last([Observation: \"ab\"] O where O.status = 'final' sort by effective)";
    EXPECT_EQ(singly_of(last + ".value as Quantity >= 8 '%'"), 0U);
    EXPECT_EQ(singly_of("define L: " + last +
                        "\ndefine M: L.value as Quantity >= 8 '%' and "
                        "L.effective after @2015-06-01"),
              0U);
    EXPECT_EQ(singly_of("define R: [Observation] O sort by effective desc\n"
                        "define M: First(R).value as Quantity < 8 '%'"),
              0U);
    EXPECT_EQ(singly_of("define R: [Observation: \"ab\"]\ndefine M: exists R and Count(R) >= 2"),
              0U);
    EXPECT_EQ(singly_of("define fluent function high(o Observation): o.value as Quantity >= 8 '%'\n"
                        "define M: exists ([Observation] O where O.high())"),
              0U);
    EXPECT_EQ(singly_of("define function seen(since DateTime): exists ([Observation] O where "
                        "O.effective after since)\n"
                        "define M: if AgeInYears() > 3 then seen(Now() - 1 year) else "
                        "seen(Now() - 9 years)"),
              0U);
    EXPECT_EQ(singly_of("exists ([Observation] O where O.value is not null)"), 0U);
    EXPECT_EQ(singly_of("exists ([Observation] O where O.value is null)"), 0U);
    const std::string unknown =
        "Last([Observation: \"z\"] O sort by effective).value as "
        "Quantity >= 8 '%'";
    const std::string unread = "Patient.maritalStatus is null";
    EXPECT_EQ(singly_of(unknown + " and " + unread), 0U) << "what is not known leaves nobody";
    EXPECT_EQ(singly_of("true and (false or (" + unknown + " and " + unread + "))"), 0U);
    EXPECT_EQ(singly_of("not (not (" + unknown + ") or " + unread + ")"), 0U);
    EXPECT_EQ(singly_of("not (" + unknown + " implies " + unread + ")"), 0U);
    EXPECT_EQ(singly_of("not ((" + unread + ") implies " + unknown + ")"), 0U);
    EXPECT_EQ(singly_of("not (" + unknown + " and " + unread + ")"), 3U) << "false would be true";
    EXPECT_EQ(singly_of("(" + unknown + " and " + unread + ") is null"), 3U);
    EXPECT_EQ(singly_of("(" + unknown + " and " + unread + ") is true"), 0U);
    EXPECT_EQ(singly_of("(" + unknown + " or " + unread + ") is false"), 0U);
    EXPECT_EQ(singly_of("if " + unknown + " and " + unread + " then true else false"), 0U);
    EXPECT_EQ(singly_of("(" + unknown + " and " + unread + ") xor true"), 3U);
    EXPECT_EQ(singly_of("define R: [Observation] O sort by effective\n"
                        "define M: Last(Take(R, Count(R) - 1)).value as Quantity >= 8 '%'"),
              3U)
        << "nothing is planned for it";
}

TEST(Cohort, TheIndexAnswersAsTheNaiveEvaluationOnRandomRecords) {
    const TestTerminology sets = random_sets();
    std::size_t compared = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Population population(random_records(seed, 25, 120));
        std::size_t number = 0;
        for (const std::string& text : random_expressions(seed, 40)) {
            cql::CompileContext context;
            context.terminology = &sets;
            const auto expression = cql::compile(text, context);
            if (!expression) {
                ADD_FAILURE() << text << ": " << expression.error().to_text();
                continue;
            }
            const Instant as_of = at(++number % 2 == 0 ? "2019-06-01" : "2015-01-01T00:00:00Z");
            const auto naive = population.naive(**expression, as_of);
            if (!naive) {
                continue;
            }
            ++compared;
            EXPECT_EQ(population.indexed(**expression, as_of), *naive)
                << "seed " << seed << ": " << text;
        }
    }
    EXPECT_GT(compared, 2000U);
}

}  // namespace
}  // namespace parcours::population
