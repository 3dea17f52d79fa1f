#include "population/snapshot.h"

#include <cstddef>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "population/tests/records.h"

namespace parcours::population {
namespace {

constexpr SnapshotLog this_log{42, 1'000'000};

/// Opens a copy at an aligned address, as a mapping would be.
Result<std::shared_ptr<const Index>> open_copy(std::string_view bytes,
                                               const SnapshotLog& log = this_log) {
    const auto memory = std::make_shared<std::vector<std::uint64_t>>(bytes.size() / 8 + 1);
    std::memcpy(memory->data(), bytes.data(), bytes.size());
    return open_snapshot({reinterpret_cast<const std::byte*>(memory->data()), bytes.size()}, memory,
                         log);
}

std::vector<LoggedBody> small_log() {
    std::vector<LoggedBody> log;
    for (int i = 0; i < 20; ++i) {
        const std::string who = std::to_string(i % 5);
        log.push_back({"main", R"({"resourceType":"Observation","id":"o)" + std::to_string(i) +
                                   R"(","subject":{"reference":"Patient/)" + who +
                                   R"("},"effectiveDateTime":"2015-03-0)" +
                                   std::to_string(1 + i % 9) +
                                   R"(T10:00:00-04:00","code":{"text":"blood","coding":[
                     {"system":"http://loinc.org","code":")" +
                                   std::to_string(i % 3) + R"("}]},"valueQuantity":{"value":)" +
                                   std::to_string(i) + R"(.5,"unit":"mg"}})"});
    }
    for (int i = 0; i < 4; ++i) {
        log.push_back({i % 2 == 0 ? "main" : "second", R"({"resourceType":"Patient","id":")" +
                                                           std::to_string(i) +
                                                           R"(","gender":"male","birthDate":"19)" +
                                                           std::to_string(40 + i) + "\"}"});
    }
    return log;
}

TEST(Snapshot, RoundTripKeepsEverything) {
    const auto log = small_log();
    const auto index = build_index(log);
    const std::string bytes = snapshot_bytes(*index, this_log);
    const auto opened = open_copy(bytes);
    ASSERT_TRUE(opened) << opened.error().to_text();
    EXPECT_EQ((*opened)->covers(), index->covers());
    EXPECT_EQ((*opened)->person_count(), index->person_count());
    EXPECT_EQ(snapshot_bytes(**opened, this_log), bytes);
    std::vector<Fact> before;
    std::vector<Fact> after;
    for (PatientNumber number = 0; number < index->patient_count(); ++number) {
        index->facts_of(number, before);
        (*opened)->facts_of(number, after);
        ASSERT_EQ(before.size(), after.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            EXPECT_EQ(before[i].key, after[i].key);
            EXPECT_EQ(before[i].start, after[i].start);
            EXPECT_EQ(before[i].quantity, after[i].quantity);
            EXPECT_EQ(index->dictionary().concept_text(before[i].code),
                      (*opened)->dictionary().concept_text(after[i].code));
        }
        EXPECT_EQ(index->patients().id(number), (*opened)->patients().id(number));
    }
}

TEST(Snapshot, AnEmptyIndexToo) {
    const auto opened = open_copy(snapshot_bytes(Index(), this_log));
    ASSERT_TRUE(opened) << opened.error().to_text();
    EXPECT_EQ((*opened)->patient_count(), 0U);
}

TEST(Snapshot, AnOpenedSnapshotGrowsLikeTheIndexItWasMadeOf) {
    const auto log = small_log();
    const auto half = build_index(log, 0, 12, 2, nullptr);
    const auto opened = open_copy(snapshot_bytes(*half, this_log));
    ASSERT_TRUE(opened);
    const auto whole = build_index(log, 12, log.size(), 3, opened->get());
    EXPECT_EQ(snapshot_bytes(*whole, this_log), snapshot_bytes(*build_index(log), this_log));
}

TEST(Snapshot, PartsInAnyNumberAndOrderGiveTheSameBytes) {
    auto log = small_log();
    log.push_back({"main", R"({"resourceType":"Observation","id":"o3","subject":{"reference":
        "Patient/4"},"code":{"coding":[{"code":"new","display":"N"}]}})"});
    const std::string bytes = snapshot_bytes(*build_index(log), this_log);
    for (const std::size_t parts : {2U, 3U, 5U}) {
        for (const bool backwards : {false, true}) {
            const auto index = build_index(log, 0, log.size(), parts, nullptr, backwards);
            EXPECT_EQ(snapshot_bytes(*index, this_log), bytes) << parts << backwards;
        }
    }
    for (std::size_t cut = 1; cut < log.size(); cut += 5) {
        const auto first = build_index(log, 0, cut, 2, nullptr);
        const auto second = build_index(log, cut, log.size(), 2, first.get(), true);
        EXPECT_EQ(snapshot_bytes(*second, this_log), bytes) << cut;
    }
}

TEST(Snapshot, TheRealExportInPartsGivesTheSameBytes) {
    const auto log = read_export(300);
    if (log.empty()) {
        GTEST_SKIP() << "the export is not here";
    }
    const std::string bytes = snapshot_bytes(*build_index(log), this_log);
    const auto first = build_index(log, 0, log.size() / 3, 2, nullptr);
    const auto second = build_index(log, log.size() / 3, log.size(), 3, first.get(), true);
    EXPECT_TRUE(snapshot_bytes(*second, this_log) == bytes);
}

TEST(Snapshot, EveryBitFlipIsFoundOrHarmless) {
    const std::string bytes = snapshot_bytes(*build_index(small_log()), this_log);
    std::size_t harmless = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
        const auto opened = open_copy(flipped);
        if (opened) {  // only the zeros between sections may change
            ++harmless;
            ASSERT_EQ(bytes[at], '\0') << at;
            ASSERT_EQ(snapshot_bytes(**opened, this_log), bytes) << at;
        }
    }
    EXPECT_LT(harmless, bytes.size() / 2);
}

TEST(Snapshot, CutShortItIsDamaged) {
    const std::string bytes = snapshot_bytes(*build_index(small_log()), this_log);
    for (std::size_t size = 0; size < bytes.size(); size += 13) {
        const auto opened = open_copy(std::string_view(bytes).substr(0, size));
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::Damaged);
    }
}

TEST(Snapshot, OfAnotherLogOrAheadOfItIsRefused) {
    const std::string bytes = snapshot_bytes(*build_index(small_log()), this_log);
    EXPECT_EQ(open_copy(bytes, {43, 1'000'000}).error().code, ErrorCode::Conflict);
    EXPECT_EQ(open_copy(bytes, {42, 23}).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(open_copy(bytes, {42, 24}));
}

TEST(Snapshot, ANewerFormatIsNamed) {
    std::string bytes = snapshot_bytes(Index(), this_log);
    bytes[8] = 9;
    const auto opened = open_copy(bytes);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::NewerFormat);
    EXPECT_THAT(opened.error().message, ::testing::HasSubstr("format 9"));
}

}  // namespace
}  // namespace parcours::population
