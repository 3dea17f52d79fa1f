// Related contexts over the index: the same as over the resources of everybody.

#include <cstddef>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "population/cohort.h"
#include "population/each_patient.h"
#include "population/everybody.h"
#include "population/live_index.h"
#include "population/relatives.h"
#include "population/tests/cohort_records.h"
#include "population/tests/random_records.h"
#include "population/time_shape.h"

namespace parcours::population {
namespace {

Instant at(const char* text) {
    return *parse_instant(text);
}

std::string condition(std::uint64_t id, const std::string& who, std::uint64_t year, bool listed) {
    return fmt::format(
        R"({{"resourceType":"Condition","id":"c{}","subject":{{"reference":"Patient/{}"}},)"
        R"("code":{{"coding":[{{"system":"s","code":"{}"}}]}},"onsetDateTime":"{}-05-01"}})",
        id, who, listed ? "a" : "z", year);
}

/// Mothers, whose children know them as relatives, as linked patients, or not at all.
std::vector<LoggedBody> random_families(std::uint64_t seed) {
    SeededRandom random(seed);
    std::vector<LoggedBody> log;
    constexpr std::uint64_t families = 12;
    for (std::uint64_t i = 0; i < families; ++i) {
        const std::uint64_t mother = random.below(families);
        log.push_back({"main", fmt::format(R"({{"resourceType":"Patient","id":"m{}","gender":)"
                                           R"("female","birthDate":"19{}-01-01","link":[{{"other":)"
                                           R"({{"reference":"RelatedPerson/r{}"}},"type":)"
                                           R"("seealso"}}]}})",
                                           i, 60 + i, i)});
        log.push_back({"main", fmt::format(R"({{"resourceType":"Patient","id":"k{}","birthDate":)"
                                           R"("20{}-01-01","link":[{{"other":{{"reference":)"
                                           R"("Patient/m{}"}},"type":"seealso"}}]}})",
                                           i, 10 + i, mother)});
        if (random.below(3) != 0) {
            log.push_back({"main", fmt::format(R"({{"resourceType":"RelatedPerson","id":"r{}",)"
                                               R"("patient":{{"reference":"Patient/k{}"}}}})",
                                               i, (i + mother) % families)});
        }
    }
    for (std::uint64_t i = 0; i < 40; ++i) {
        const std::string who =
            (random.below(2) == 0 ? "m" : "k") + std::to_string(random.below(families));
        log.push_back({"main", condition(i, who, 2010 + random.below(12), random.below(2) == 0)});
    }
    return log;
}

const std::vector<std::string>& expressions() {
    static const std::vector<std::string> all = {
        "define R: [RelatedPerson] define X: exists [R -> Condition]",
        "define R: First([RelatedPerson] P sort by id) define X: exists [R -> Condition: \"ab\"]",
        "define L: Patient.link P return P.other define X: exists [L -> Condition: \"ab\"]",
        "define L: Patient.link P return P.other define X: Count([L -> Condition]) > "
        "Count([Condition])",
        "define L: Patient.link P return P.other define X: exists ([Condition] C with [L -> "
        "Condition] M such that M.onset before C.onset)",
        "define L: Patient.link P return P.other define X: exists ([L -> Patient] P where P.gender "
        "= 'female' and P.birthDate before @1965-01-01)",
        "define X: exists [Patient -> Condition: \"ab\"] and AgeInYears() < 20",
        "define X: 'm3' define Y: exists [X -> Condition] and exists [Condition]",
        "define function whom(who FHIR.Reference): who.reference define L: Patient.link P return "
        "whom(P.other) define X: not exists [L -> Condition]",
    };
    return all;
}

TEST(RelatedCohort, TheIndexAnswersAsTheNaiveEvaluation) {
    const TestTerminology sets = random_sets();
    std::size_t members = 0;
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
        const Population population(random_families(seed));
        for (const std::string& text : expressions()) {
            const auto expression = compile_cohort(text, sets);
            ASSERT_TRUE(expression);
            for (const char* moment : {"2025-01-01", "2016-01-01"}) {
                const auto naive = population.naive(*expression, at(moment));
                ASSERT_TRUE(naive) << text;
                EXPECT_EQ(population.indexed(*expression, at(moment)), *naive)
                    << text << " seed " << seed;
                members += naive->size();
            }
        }
    }
    EXPECT_GT(members, 500U) << "the expressions ask for nothing";
}

std::set<std::string> members(const LiveIndex& index, const cql::Expression& expression,
                              const BodyReader& reader) {
    CohortContext context;
    context.as_of = at("2025-01-01");
    context.read_body = reader;
    const auto answer = evaluate(expression, index, context);
    EXPECT_TRUE(answer) << answer.error().to_text();
    std::set<std::string> out;
    if (answer) {
        answer->patients.for_each([&](std::size_t number) {
            out.emplace(index.patients().id(static_cast<PatientNumber>(number)));
        });
    }
    return out;
}

TEST(RelatedCohort, RelativesMayStandInAnyLayer) {
    const TestTerminology sets = random_sets();
    std::vector<LoggedBody> log = random_families(3);
    log.push_back({"main", condition(99, "m3", 2014, true)});
    const Population population(log);
    const LiveIndex base(build_index(log, 0, log.size() - 25, 1, nullptr));
    const auto layered = add_to(base, log, log.size() - 25, log.size());
    ASSERT_GT(layered->layers().size(), 1U);
    for (const std::string& text : expressions()) {
        const auto expression = compile_cohort(text, sets);
        EXPECT_EQ(members(*layered, *expression, population.reader()),
                  *population.naive(*expression, at("2025-01-01")))
            << text;
    }
}

TEST(RelatedCohort, AnybodysRecordMayChangeIt) {
    const TestTerminology sets = random_sets();
    EXPECT_FALSE(TimeShape(*compile_cohort(expressions()[0], sets)).is_tracked());
    EXPECT_TRUE(TimeShape(*compile_cohort("exists [RelatedPerson]", sets)).is_tracked());
}

TEST(RelatedCohort, WithoutTheStoredPatientsARelativeIsAnError) {
    const TestTerminology sets = random_sets();
    const Population population(random_families(1));
    const auto expression =
        compile_cohort("define R: [RelatedPerson] define X: exists [R -> Condition]", sets);
    CohortContext context;
    context.as_of = at("2025-01-01");
    const auto answer = evaluate(*expression, population.index(), context);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, ::testing::HasSubstr("no way to read them was given"));
    const PreparedRetrieves retrieves(*expression, population.index());
    context.read_body = population.reader();
    const auto one = judge_patient(
        retrieves, *population.index().find_patient(patient_key("main", "k1")), context);
    ASSERT_FALSE(one);
    EXPECT_THAT(one.error().message, ::testing::HasSubstr("other patients are not at hand"));
}

/// The same in two layers: the last rows are written later.
struct Layered {
    explicit Layered(std::vector<LoggedBody> bodies, std::size_t later)
        : log(std::move(bodies)),
          base(build_index(log, 0, log.size() - later, 1, nullptr)),
          index(add_to(base, log, log.size() - later, log.size())) {
        EXPECT_GT(index->layers().size(), 1U);
        context.as_of = at("2025-01-01");
        context.read_body = [this](LogPosition position) -> Result<std::string> {
            ++bodies_read;
            return log[position - 1].json;
        };
    }
    std::vector<LoggedBody> log;
    LiveIndex base;
    std::shared_ptr<const LiveIndex> index;
    CohortContext context;
    std::size_t bodies_read = 0;
};

TEST(EachPatient, RowsOfAllLayersAreToldApart) {
    const TestTerminology sets = random_sets();
    const Layered layered(random_families(5), 25);
    const auto expression = compile_cohort(
        "context Unfiltered define X: [Condition] C return Tuple { r: C, id: C.id }", sets);
    const EachPatient each(*expression, *layered.index, layered.context);
    const auto all = each.evaluate_part(expression->root(), std::nullopt);
    ASSERT_TRUE(all) << all.error().to_text();
    ASSERT_EQ(all->elements().size(), 40U);
    std::set<LogPosition> positions;
    for (const cql::Value& one : all->elements()) {
        const LogPosition position = each.whole().position_of(one.tuple().find("r").row());
        EXPECT_NE(
            layered.log[position - 1].json.find("\"id\":\"" + one.tuple().find("id").text() + "\""),
            std::string::npos);
        positions.insert(position);
    }
    EXPECT_EQ(positions.size(), 40U);
}

TEST(EachPatient, NobodyHasNoRecord) {
    const TestTerminology sets = random_sets();
    const Layered layered(random_families(5), 25);
    for (const char* const text :
         {"define X: exists [Condition]", "define X: AgeInYears() > 3",
          "define X: Patient.gender = 'male'", "define X: exists [Patient -> Condition]"}) {
        const auto expression = compile_cohort(text, sets);
        const EachPatient each(*expression, *layered.index, layered.context);
        const auto value = each.evaluate_part(expression->root(), std::nullopt);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, ErrorCode::Usage);
    }
}

TEST(EachPatient, WhatIsFoundOnceGivesUpAtItsDeadline) {
    class LateClock final : public Clock {
      public:
        [[nodiscard]] Instant now() const override { return at("2025-06-01"); }
    };
    const TestTerminology sets = random_sets();
    Layered layered(random_families(5), 25);
    const LateClock clock;
    layered.context.clock = &clock;
    layered.context.deadline = at("2025-05-31");
    const auto expression = compile_cohort(
        "context Unfiltered define All: [Condition] define N: Count(from All A, All B, All "
        "C return 1) context Patient define X: N > 3",
        sets);
    const auto late = EachPatient(*expression, *layered.index, layered.context).evaluate(0);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Limit);
    EXPECT_THAT(late.error().message, ::testing::HasSubstr("takes too long"));
    EXPECT_EQ(evaluate(*expression, *layered.index, layered.context).error().code,
              ErrorCode::Limit);
    layered.context.deadline = Instant::max();
    EXPECT_TRUE(EachPatient(*expression, *layered.index, layered.context).evaluate(0));
}

TEST(Everybody, OnlyWhatHasNoRowsOutlastsItsIndex) {
    const TestTerminology sets = random_sets();
    const Layered layered(random_families(5), 25);
    const std::string all =
        "context Unfiltered define All: [Condition] define N: Count(All) context Patient ";
    const auto outlasts = [&](const std::string& text) {
        const auto expression = compile_cohort(all + text, sets);
        const EachPatient each(*expression, *layered.index, layered.context);
        return outlasts_index(*expression, *each.known());
    };
    EXPECT_TRUE(outlasts("define X: Count([Condition]) > N"));
    EXPECT_FALSE(outlasts("define X: exists (All A where A.id = 'c1')"));
    EXPECT_FALSE(outlasts("define function f(x Integer): x + Count(All) define X: f(3) > 5"));
}

TEST(Relatives, LinksAreReadAgainOnlyOfPatientsThatWereWritten) {
    Layered layered(random_families(5), 25);
    const Relatives before(layered.base, layered.context.read_body);
    ASSERT_TRUE(before.links());
    const std::size_t patients = layered.bodies_read;
    EXPECT_EQ(patients, 24U);
    std::vector<LoggedBody> more = layered.log;
    more.push_back({"main", R"({"resourceType":"Patient","id":"m3","link":[{"other":{"reference":)"
                            R"("RelatedPerson/new"},"type":"seealso"}]})"});
    layered.log = more;
    const auto later =
        add_to(*layered.index, layered.log, layered.log.size() - 1, layered.log.size());
    const Relatives after(*later, layered.context.read_body, *before.links());
    ASSERT_TRUE(after.links());
    EXPECT_EQ(layered.bodies_read, patients + 1);
    const std::vector<std::string> asked{"RelatedPerson/new"};
    const std::vector<std::string> gone{"RelatedPerson/r3"};
    const PatientNumber m3 = *later->find_patient(patient_key("main", "m3"));
    EXPECT_THAT(*after.find({{}, {}, asked, m3}), ::testing::ElementsAre(m3));
    EXPECT_THAT(*after.find({{}, {}, gone, m3}), ::testing::IsEmpty());
}

}  // namespace
}  // namespace parcours::population
