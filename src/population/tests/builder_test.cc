#include "population/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "population/tests/records.h"
#include "record/identity.h"

namespace parcours::population {
namespace {

using fhir::ResourceType;

std::string patient(const std::string& id, const std::string& more = {}) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","gender":"female",)" + more +
           R"("birthDate":"1970-05-01"})";
}

std::string condition(const std::string& id, const std::string& who, const std::string& code,
                      const std::string& onset, const std::string& more = {}) {
    return R"({"resourceType":"Condition","id":")" + id + R"(",)" + more +
           R"("subject":{"reference":"Patient/)" + who +
           R"("},"code":{"coding":[{"system":"http://snomed.info/sct","code":")" + code +
           R"(","display":"D)" + code + R"("}]},"onsetDateTime":")" + onset + R"("})";
}

std::string code_of(const Index& index, ConceptId id) {
    const auto codes = index.dictionary().concept_codes(id);
    return codes.empty() ? "" : index.dictionary().code(codes.front()).code;
}

std::vector<std::string> codes_of(const Index& index, const std::string& who) {
    std::vector<std::string> codes;
    const auto number = index.find_patient(patient_key("main", who));
    if (number) {
        std::vector<Fact> facts;
        index.facts_of(*number, facts);
        for (const Fact& fact : facts) {
            codes.push_back(code_of(index, fact.code));
        }
    }
    return codes;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Builder, NothingMakesAnEmptyIndex) {
    const auto index = build_index({});
    EXPECT_EQ(index->patient_count(), 0U);
    EXPECT_EQ(index->fact_count(), 0U);
    EXPECT_EQ(index->covers(), 0U);
}

TEST(Builder, FactsOfAPatientComeByTime) {
    const auto index = build_index({{"main", condition("c2", "p", "2", "2012-01-01")},
                                    {"main", patient("p")},
                                    {"main", condition("c1", "p", "1", "2010-01-01")},
                                    {"main", condition("x", "q", "9", "2011-01-01")}});
    EXPECT_THAT(codes_of(*index, "p"), ElementsAre("1", "2"));
    EXPECT_EQ(index->covers(), 4U);
    EXPECT_EQ(index->fact_count(), 3U);
    const auto number = *index->find_patient(patient_key("main", "p"));
    const PatientFact fact = index->patients().fact(number);
    EXPECT_EQ(fact.gender, 1);
    EXPECT_EQ(fact.position, 2U);
    EXPECT_EQ(format_date(fact.birth), "1970-05-01");
    EXPECT_EQ(index->patients().id(number), "p");
    EXPECT_EQ(index->patients().source_name(number), "main");
}

const std::string in_error = R"("verificationStatus":{"coding":[{"code":"entered-in-error"}]},)";

TEST(Builder, WhatWasEnteredInErrorIsNobodysAndStaysToOrderVersions) {
    const std::string old_version = R"("meta":{"versionId":"1"},)";
    const std::string error_version = R"("meta":{"versionId":"2"},)" + in_error;
    const std::string new_version = R"("meta":{"versionId":"3"},)";
    const std::vector<LoggedBody> log = {
        {"main", patient("p")},
        {"main", condition("c", "p", "1", "2010-01-01", old_version)},
        {"main", condition("d", "p", "2", "2011-01-01")},
        {"main", condition("c", "p", "1", "2010-01-01", error_version)},
        {"main", condition("c", "p", "3", "2010-01-01", old_version)},
        {"main", condition("c", "p", "4", "2010-01-01", new_version)}};
    const auto first = build_index(log, 0, 3, 1, nullptr);
    EXPECT_THAT(codes_of(*first, "p"), ElementsAre("1", "2"));
    const auto retracted = build_index(log, 3, 4, 1, first.get());
    EXPECT_THAT(codes_of(*retracted, "p"), ElementsAre("2"));
    EXPECT_EQ(retracted->fact_count(), 2U) << "the row stays";
    const auto* const table = retracted->find_table(ResourceType::Condition);
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->posting_rows.size(), 1U) << "no posting list holds it";
    const auto stale = build_index(log, 4, 5, 1, retracted.get());
    EXPECT_THAT(codes_of(*stale, "p"), ElementsAre("2")) << "an older version revives nothing";
    const auto corrected = build_index(log, 5, 6, 1, stale.get());
    EXPECT_THAT(codes_of(*corrected, "p"), ElementsAre("4", "2"));
    EXPECT_THAT(codes_of(*build_index(log, 0, 5, 3, nullptr), "p"), ElementsAre("2"));
}

TEST(Builder, APatientOnlyReferredToHasANumberButDoesNotCount) {
    const auto before = build_index({{"main", condition("c", "p", "1", "2010-01-01")}});
    EXPECT_EQ(before->patient_count(), 1U);
    EXPECT_EQ(before->person_count(), 0U);
    const std::vector<LoggedBody> log = {{"main", condition("c", "p", "1", "2010-01-01")},
                                         {"main", patient("p")}};
    const auto after = build_index(log, 1, 2, 1, before.get());
    EXPECT_EQ(after->person_count(), 1U);
    EXPECT_THAT(codes_of(*after, "p"), ElementsAre("1"));
}

TEST(Builder, SourcesAreKeptApart) {
    const auto index = build_index({{"main", patient("p")},
                                    {"other", patient("p")},
                                    {"other", condition("c", "p", "1", "2010-01-01")}});
    EXPECT_EQ(index->person_count(), 2U);
    EXPECT_THAT(codes_of(*index, "p"), IsEmpty());
    EXPECT_EQ(index->find_patients("p").size(), 2U);
    EXPECT_EQ(index->find_patients("other/p").size(), 1U);
    EXPECT_TRUE(index->find_patients("q").empty());
}

TEST(Builder, TheLaterVersionInTheLogReplaces) {
    const std::vector<LoggedBody> log = {{"main", condition("c", "p", "1", "2010-01-01")},
                                         {"main", condition("c", "q", "2", "2010-01-01")}};
    for (const bool backwards : {false, true}) {
        const auto index = build_index(log, 0, 2, 2, nullptr, backwards);
        EXPECT_THAT(codes_of(*index, "p"), IsEmpty());
        EXPECT_THAT(codes_of(*index, "q"), ElementsAre("2"));
    }
    const auto first = build_index(log, 0, 1, 1, nullptr);
    const auto second = build_index(log, 1, 2, 1, first.get());
    EXPECT_THAT(codes_of(*second, "p"), IsEmpty());
    EXPECT_THAT(codes_of(*second, "q"), ElementsAre("2"));
}

TEST(Builder, LastUpdatedAndVersionOrderBeforeTheLog) {
    const auto dated = [](const std::string& code, const std::string& when) {
        return LoggedBody{"main", condition("c", "p", code, "2010-01-01",
                                            R"("meta":{"lastUpdated":")" + when + R"("},)")};
    };
    const auto numbered = [](const std::string& code, const std::string& version) {
        return LoggedBody{"main", condition("c", "p", code, "2010-01-01",
                                            R"("meta":{"versionId":")" + version + R"("},)")};
    };
    const auto newest = [](const std::vector<LoggedBody>& log) {
        return codes_of(*build_index(log), "p");
    };
    EXPECT_THAT(newest({dated("1", "2020-01-02T00:00:00Z"), dated("2", "2020-01-01T00:00:00Z")}),
                ElementsAre("1"));
    EXPECT_THAT(newest({numbered("1", "10"), numbered("2", "9")}), ElementsAre("1"));
    EXPECT_THAT(newest({numbered("1", "b"), numbered("2", "a")}), ElementsAre("2"));
    EXPECT_THAT(newest({dated("1", "2020-01-02T00:00:00Z"), numbered("2", "1")}), ElementsAre("2"));
}

TEST(Builder, AMergedPatientsFactsAreShownUnderTheSurvivorUntilUndone) {
    const std::string link =
        R"("link":[{"type":"replaced-by","other":{"reference":"Patient/b"}}],)";
    const std::vector<LoggedBody> log = {{"main", patient("a")},
                                         {"main", condition("1", "a", "1", "2010-01-01")},
                                         {"main", condition("2", "b", "2", "2011-01-01")},
                                         {"main", patient("a", link)},
                                         {"main", patient("b")},
                                         {"main", patient("a")}};
    const auto waiting = build_index(log, 0, 4, 1, nullptr);
    EXPECT_THAT(codes_of(*waiting, "a"), ElementsAre("1")) << "the survivor has not arrived";
    const auto merged = build_index(log, 4, 5, 1, waiting.get());
    EXPECT_EQ(merged->person_count(), 1U);
    EXPECT_THAT(codes_of(*merged, "b"), ElementsAre("1", "2"));
    EXPECT_THAT(codes_of(*merged, "a"), IsEmpty());
    const auto undone = build_index(log, 5, 6, 1, merged.get());
    EXPECT_EQ(undone->person_count(), 2U);
    EXPECT_THAT(codes_of(*undone, "a"), ElementsAre("1"));
    EXPECT_THAT(codes_of(*undone, "b"), ElementsAre("2"));
}

TEST(Builder, ACircleOfMergesIsNoMerge) {
    const auto to = [](const std::string& who) {
        return R"("link":[{"type":"replaced-by","other":{"reference":"Patient/)" + who + R"("}}],)";
    };
    const auto index = build_index({{"main", patient("a", to("b"))},
                                    {"main", patient("b", to("a"))},
                                    {"main", patient("c", to("c"))}});
    EXPECT_EQ(index->person_count(), 3U);
}

TEST(Builder, APrescriptionHasTheCodeOfItsMedication) {
    const std::vector<LoggedBody> log = {
        {"main", R"({"resourceType":"MedicationRequest","id":"r","subject":{"reference":
          "Patient/p"},"medicationReference":{"reference":"Medication/m"},
          "authoredOn":"2010-01-01"})"},
        {"main", R"({"resourceType":"Medication","id":"m","code":{"coding":[{"code":"77"}]}})"},
        {"main", R"({"resourceType":"Medication","id":"m","code":{"coding":[{"code":"78"}]}})"}};
    const auto without = build_index(log, 0, 1, 1, nullptr);
    EXPECT_THAT(codes_of(*without, "p"), ElementsAre(""));
    const auto with = build_index(log, 1, 2, 1, without.get());
    EXPECT_THAT(codes_of(*with, "p"), ElementsAre("77"));
    const Table& table = *with->find_table(ResourceType::MedicationRequest);
    EXPECT_EQ(table.rows_with(table.code[0]).size(), 1U);
    const auto corrected = build_index(log, 2, 3, 1, with.get());
    EXPECT_THAT(codes_of(*corrected, "p"), ElementsAre("78"));
}

TEST(Builder, LinksBelongToTheirRow) {
    const std::string plan =
        R"({"resourceType":"CarePlan","id":"k","subject":{"reference":"Patient/p"},
        "period":{"start":"2011-01-01"},"addresses":[{"reference":"Condition/a"},
        {"reference":"Condition/b"}],"encounter":{"reference":"Encounter/e"}})";
    const auto index = build_index({{"main", plan}, {"main", patient("p")}});
    std::vector<Fact> facts;
    index->facts_of(0, facts);
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_THAT(facts[0].links, ElementsAre(reference_key("main", "Condition/a"),
                                            reference_key("main", "Condition/b")));
    EXPECT_EQ(facts[0].encounter, reference_key("main", "Encounter/e"));
    const auto again = merge({}, index.get());
    (*again)->facts_of(0, facts);
    EXPECT_EQ(facts[0].links.size(), 2U);
}

TEST(Builder, EntriesWithoutAPositionStayOut) {
    IndexPart part;
    add_body(part, {"main", patient("p")}, 0);
    add_body(part, {"main", condition("c", "p", "1", "2010-01-01")}, 0);
    add_body(part, {"main", condition("d", "q", "2", "2010-01-01")}, 0);
    part.set_position(2, 9);
    const IndexPart* const parts[] = {&part};
    const auto index = *merge(parts, nullptr);
    EXPECT_EQ(index->patient_count(), 1U);
    EXPECT_EQ(index->fact_count(), 1U);
    EXPECT_EQ(index->covers(), 9U);
    part.clear();
    EXPECT_EQ(part.size(), 0U);
    EXPECT_EQ((*merge(parts, nullptr))->patient_count(), 0U);
}

TEST(Builder, TheRealExportIsIndexedWhole) {
    const auto log = read_export();
    if (log.empty()) {
        GTEST_SKIP() << "the export is not here";
    }
    const auto index = build_index(log, 0, log.size(), 3, nullptr);
    EXPECT_EQ(index->person_count(), 150U);
    EXPECT_EQ(index->patient_count(), 150U);
    EXPECT_EQ(index->fact_count() + 150, log.size());
    EXPECT_EQ(index->find_table(ResourceType::Observation)->row_count, 21178U);
    std::size_t owned = 0;
    std::vector<Fact> facts;
    for (PatientNumber number = 0; number < index->patient_count(); ++number) {
        index->facts_of(number, facts);
        owned += facts.size();
        EXPECT_TRUE(std::ranges::is_sorted(facts, {}, &Fact::occurred));
    }
    EXPECT_EQ(owned + 79 + 79, index->fact_count()) << "all but practitioners, organizations";
}

}  // namespace
}  // namespace parcours::population
