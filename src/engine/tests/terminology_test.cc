// Value sets that come with records while a service is at work.

#include <cstddef>
#include <gtest/gtest.h>
#include <string>

#include "base/error.h"
#include "engine/clinic.h"
#include "engine/import.h"
#include "engine/published.h"
#include "engine/service.h"
#include "engine/tests/service_fixture.h"
#include "practice/value_set.h"

namespace parcours::engine {
namespace {

/// A value set of the urn "urn:set" with these codes of SNOMED CT.
std::string value_set(const std::string& codes) {
    return R"({"resourceType":"ValueSet","id":"came","url":"urn:set","compose":{"include":[)"
           R"({"system":"http://snomed.info/sct","concept":[)" +
           codes + "]}]}}";
}

class Terminology : public ServiceFixture {
  protected:
    [[nodiscard]] const practice::ValueSets& sets() const {
        return service->published()->clinic->folder.value_sets;
    }
    ImportReport take_in(const std::string& text) {
        auto report = service->intake().take_in(text, "main");
        EXPECT_TRUE(report) << report.error().message;
        return report ? *report : ImportReport{};
    }
};

TEST_F(Terminology, IsKnownAtOnce) {
    EXPECT_FALSE(sets().find_value_set("urn:set"));
    const auto before = service->published()->clinic;
    EXPECT_TRUE(take_in(value_set(R"({"code":"1"})")).warnings.empty());
    EXPECT_TRUE(sets().contains("urn:set", "http://snomed.info/sct", "1"));
    EXPECT_NE(service->published()->clinic, before);
    EXPECT_EQ(&service->clinic(), service->published()->clinic.get());
    // A later version, too.
    take_in(value_set(R"({"code":"2"})"));
    EXPECT_FALSE(sets().contains("urn:set", "http://snomed.info/sct", "1"));
    EXPECT_TRUE(sets().contains("urn:set", "http://snomed.info/sct", "2"));
    // What is no terminology changes nothing of the practice.
    const auto known = service->published()->clinic;
    take_in(R"({"resourceType":"Patient","id":"p99"})");
    EXPECT_EQ(service->published()->clinic, known);
}

TEST_F(Terminology, CohortsFollowIt) {
    take_in(value_set(R"({"code":"1"})"));
    ASSERT_TRUE(service->save_cohort("by-set", R"(exists [Condition: code in "urn:set"])", "ada"));
    work_all();
    EXPECT_EQ(service->known_cohorts().find_count("by-set"), 0U);
    take_in(value_set(R"({"code":"44054006"})"));
    work_all();
    EXPECT_EQ(service->known_cohorts().find_count("by-set"), 20U);
}

TEST_F(Terminology, TheEngineGoesOnWithWhatItKnows) {
    const std::size_t enrolled = service->ledger().ledger.enrolments().size();
    const std::size_t running = service->ledger().ledger.running().size();
    ASSERT_GT(enrolled, 0U);
    take_in(value_set(R"({"code":"1"})"));
    work_all();
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), enrolled) << "nobody comes in again";
    files.texts.files["more/a.ndjson"] = recall_patients(21, 40);
    ASSERT_TRUE(service->intake().import(folder_in("more"), [](const ImportProgress&) {}));
    work_all();
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), 2 * enrolled);
    EXPECT_EQ(service->ledger().ledger.running().size(), 2 * running);
    reopen();
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), 2 * enrolled);
}

TEST_F(Terminology, WhatCannotBeUsedIsSaidOnce) {
    const std::string useless = R"({"resourceType":"ValueSet","id":"u","url":"urn:useless"})";
    const ImportReport report = take_in(useless);
    ASSERT_EQ(report.warnings.size(), 1U);
    EXPECT_NE(report.warnings[0].find("urn:useless"), std::string::npos) << report.warnings[0];
    EXPECT_NE(report.warnings[0].find("names no codes"), std::string::npos) << report.warnings[0];
    EXPECT_EQ(service->published()->clinic->folder.imported_flaws.size(), 1U);
    EXPECT_TRUE(take_in(value_set(R"({"code":"1"})")).warnings.empty()) << "it was said";
    const ImportReport system = take_in(
        R"({"resourceType":"CodeSystem","id":"s","content":"complete","concept":[{"code":"a"}]})");
    EXPECT_EQ(system.warnings.size(), 1U) << "it has no url";
}

}  // namespace
}  // namespace parcours::engine
