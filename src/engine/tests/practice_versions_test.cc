#include "engine/practice_versions.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/folder.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {
namespace {

const Instant at = parse_instant("2026-03-02T10:00:00Z").value();

class PracticeVersionsTest : public ::testing::Test {
  protected:
    Result<PracticeVersion> add(const practice::FileMap& own, const std::string& note) {
        auto versions = PracticeVersions::load(*store);
        return versions ? versions->add(*store, {0, practice_digest(own), at, "ada", note, 0}, own)
                        : pass_on(versions);
    }

    std::unique_ptr<store::Store> store =
        store::open_memory_store(std::make_shared<store::MemoryDisk>()).value();
};

TEST_F(PracticeVersionsTest, AreKeptWithWhoWhenAndWhy) {
    ASSERT_TRUE(add({{"practice.yaml", "name: A"}}, "first"));
    ASSERT_TRUE(add({{"practice.yaml", "name: B"}, {"cohorts/x.yaml", "y"}}, "second"));
    const auto versions = PracticeVersions::load(*store);
    ASSERT_TRUE(versions);
    ASSERT_EQ(versions->all().size(), 2U);
    const PracticeVersion& second = *versions->find(2);
    EXPECT_EQ(second.number, 2U);
    EXPECT_EQ(second.by, "ada");
    EXPECT_EQ(second.note, "second");
    EXPECT_EQ(second.at, at);
    EXPECT_EQ(second.files, 2U);
    EXPECT_EQ(versions->files_of(1)->at("practice.yaml"), "name: A");
    EXPECT_EQ(versions->find(3), nullptr);
    EXPECT_EQ(versions->files_of(0).error().code, ErrorCode::NotFound);
}

/// The history is the commit: files of a version that it does not name are not there.
TEST_F(PracticeVersionsTest, APublicationThatWasCutOffLeavesTheVersionBefore) {
    ASSERT_TRUE(add({{"practice.yaml", "name: A"}}, "first"));
    ASSERT_TRUE(store->put_blob("practice/2", R"({"practice.yaml":"name: cut off"})"));
    auto versions = PracticeVersions::load(*store);
    ASSERT_EQ(versions->all().size(), 1U);
    ASSERT_TRUE(add({{"practice.yaml", "name: B"}}, "again"));
    versions = PracticeVersions::load(*store);
    EXPECT_EQ(versions->files_of(2)->at("practice.yaml"), "name: B");
}

TEST_F(PracticeVersionsTest, ADamagedHistoryIsAnErrorAndNoEmptyOne) {
    ASSERT_TRUE(store->put_blob("practice/history", R"({"versions":[{"digest":"no"}]})"));
    EXPECT_EQ(PracticeVersions::load(*store).error().code, ErrorCode::Damaged);
}

TEST_F(PracticeVersionsTest, WhatWorksTakesThePublishedAndWhatReadsTheNamedOne) {
    const practice::FileMap own = {{"cohorts/mine.yaml", "cohort: mine\ncql: \"true\"\n"}};
    auto clinic = load_clinic(*store, "", ClinicUse::Work, PracticeChoice::Published);
    ASSERT_TRUE(clinic);
    EXPECT_EQ((*clinic)->folder.find_cohort("mine"), nullptr);
    ASSERT_TRUE(add(own, "mine"));
    clinic = load_clinic(*store, "/nowhere", ClinicUse::Work, PracticeChoice::Published);
    ASSERT_TRUE(clinic) << clinic.error().to_text();
    EXPECT_NE((*clinic)->folder.find_cohort("mine"), nullptr);
    EXPECT_FALSE(load_clinic(*store, "/nowhere", ClinicUse::Read, PracticeChoice::Named));
}

TEST(PracticeChange, LaysFilesOverTheClinicsOwnAndRemovesOnlyThose) {
    const practice::FileMap own = {{"a.yaml", "1"}, {"b.yaml", "2"}};
    PracticeChange change;
    change.files = {{"b.yaml", "3"}};
    change.removed = {"a.yaml"};
    EXPECT_EQ(change_files(own, change).value(), (practice::FileMap{{"b.yaml", "3"}}));
    change.removed = {"c.yaml"};
    EXPECT_EQ(change_files(own, change).error().code, ErrorCode::NotFound);
    change.removed.clear();
    change.whole = true;
    EXPECT_EQ(change_files(own, change).value(), (practice::FileMap{{"b.yaml", "3"}}));
    // What is as the built-in one is no file of the clinic's own.
    const auto& [path, text] = *practice::built_in_files().begin();
    change.files = {{path, text}};
    EXPECT_TRUE(change_files(own, change)->empty());
}

}  // namespace
}  // namespace parcours::engine
