#include "access/audit_verify.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "access/audit.h"
#include "access/tests/memory_log.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {
namespace {

AuditEntry read_of(std::size_t number) {
    AuditEntry entry;
    entry.at = Instant{std::chrono::seconds(1'790'000'000 + number)};
    entry.action = "patient.read";
    entry.patient = "main/Patient/p" + std::to_string(number);
    return entry;
}

/// Entries 1 … count behind `head`, as this program writes them.
void write_entries(testing::MemoryLog& log, std::size_t count, AuditHead& head) {
    for (std::size_t i = 1; i <= count; ++i) {
        AuditEntry entry = read_of(i);
        log.records.push_back({write_record(entry, head), false});
    }
}

class Chain : public ::testing::Test {
  protected:
    Chain() { write_entries(log, 20, head); }

    std::string first_fault(std::optional<AuditHead> known = std::nullopt) {
        const ChainReport report = verify_chain(log, known).value();
        return report.faults.empty() ? "" : report.faults.front().what;
    }
    std::uint64_t place_of_fault(std::optional<AuditHead> known = std::nullopt) {
        const ChainReport report = verify_chain(log, known).value();
        EXPECT_EQ(report.fault_count, 1U);
        return report.faults.empty() ? 0 : report.faults.front().sequence;
    }
    std::string& payload(std::size_t sequence) { return log.records[sequence - 1].payload; }

    testing::MemoryLog log;
    AuditHead head;
};

TEST_F(Chain, WholeOneIsWhole) {
    const ChainReport report = verify_chain(log, head).value();
    EXPECT_TRUE(report.is_whole());
    EXPECT_EQ(report.entry_count, 20U);
    EXPECT_EQ(report.head, head);
    testing::MemoryLog empty;
    EXPECT_TRUE(verify_chain(empty).value().is_whole());
    EXPECT_TRUE(verify_chain(empty, AuditHead{}).value().is_whole());
}

TEST_F(Chain, GrewSinceTheHeadWasExported) {
    const AuditHead exported = head;
    write_entries(log, 5, head);
    EXPECT_TRUE(verify_chain(log, exported).value().is_whole());
    EXPECT_TRUE(verify_chain(log, head).value().is_whole());
}

TEST_F(Chain, EditedEntryIsNamed) {
    payload(7).replace(payload(7).find("Patient/p7"), 10, "Patient/p8");
    EXPECT_EQ(place_of_fault(), 7U);
    EXPECT_NE(first_fault().find("entry 7 was edited"), std::string::npos);
}

TEST_F(Chain, EditedEntryWithANewHashIsNamed) {
    AuditEntry forged = read_of(8);
    AuditHead before{6, find_record(payload(7))->previous};
    payload(7) = write_record(forged, before);
    EXPECT_EQ(place_of_fault(), 8U);
    EXPECT_NE(first_fault().find("does not follow on entry 7"), std::string::npos);
}

TEST_F(Chain, RemovedEntriesAreNamed) {
    log.records.erase(log.records.begin() + 6);
    EXPECT_EQ(place_of_fault(), 7U);
    EXPECT_NE(first_fault().find("entry 7 is missing"), std::string::npos);
    log.records.erase(log.records.begin() + 6, log.records.begin() + 8);
    EXPECT_NE(first_fault().find("entries 7 to 9 are missing"), std::string::npos);
    log.records.erase(log.records.begin(), log.records.begin() + 6);
    EXPECT_NE(first_fault().find("entries 1 to 9 are missing"), std::string::npos);
}

TEST_F(Chain, InsertedEntryIsNamed) {
    AuditEntry forged = read_of(99);
    AuditHead before{6, find_record(payload(7))->previous};
    log.records.insert(log.records.begin() + 6, {write_record(forged, before), false});
    const ChainReport report = verify_chain(log).value();
    ASSERT_FALSE(report.is_whole());
    EXPECT_EQ(report.faults.front().sequence, 7U);
}

TEST_F(Chain, MovedEntriesAreNamed) {
    std::swap(log.records[6], log.records[7]);
    const ChainReport report = verify_chain(log).value();
    ASSERT_GE(report.fault_count, 2U);
    EXPECT_EQ(report.faults[0].sequence, 7U);
    EXPECT_NE(report.faults[1].what.find("entry 7 stands behind entry 8"), std::string::npos);
}

TEST_F(Chain, RepeatedEntryIsNamed) {
    log.records.insert(log.records.begin() + 7, log.records[6]);
    EXPECT_EQ(place_of_fault(), 7U);
}

TEST_F(Chain, UnreadableEntryIsNamedAndTheRestIsStillChecked) {
    payload(7) = "{}";
    payload(12).back() = ' ';
    const ChainReport report = verify_chain(log).value();
    ASSERT_EQ(report.fault_count, 2U);
    EXPECT_EQ(report.faults[0].sequence, 7U);
    EXPECT_EQ(report.faults[1].sequence, 12U);
}

TEST_F(Chain, CutOffEndIsFoundByTheHead) {
    log.records.resize(17);
    EXPECT_TRUE(verify_chain(log).value().is_whole()) << "by itself it looks whole";
    EXPECT_EQ(place_of_fault(head), 18U);
    EXPECT_NE(first_fault(head).find("cut off"), std::string::npos);
    log.records.clear();
    EXPECT_NE(first_fault(head).find("cut off"), std::string::npos);
}

TEST_F(Chain, AChainWrittenAnewIsFoundByTheHead) {
    log.records.resize(9);
    AuditHead other = head_of(payload(9)).value();
    write_entries(log, 15, other);
    EXPECT_TRUE(verify_chain(log).value().is_whole()) << "by itself it looks whole";
    EXPECT_EQ(place_of_fault(head), 20U);
    EXPECT_NE(first_fault(head).find("written anew"), std::string::npos);
}

TEST_F(Chain, ManyFaultsAreCountedAndTheFirstShown) {
    log.records.clear();
    for (int i = 0; i < 100; ++i) {
        log.records.push_back({"rubbish", false});
    }
    const ChainReport report = verify_chain(log).value();
    EXPECT_EQ(report.fault_count, 100U);
    EXPECT_EQ(report.faults.size(), chain_faults_max);
}

/// Whatever is done to a chain whose head is known, it is found.
TEST_F(Chain, RandomTamperingIsFound) {
    SeededRandom random(2026);
    const auto whole = log.records;
    for (int round = 0; round < 2000; ++round) {
        log.records = whole;
        const std::size_t at = random.below(log.records.size());
        const std::size_t other = random.below(log.records.size());
        switch (random.below(5)) {
            case 0: {
                std::string& text = log.records[at].payload;
                text[random.below(text.size())] ^= static_cast<char>(1U << random.below(7));
                break;
            }
            case 1:
                log.records.erase(log.records.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 2:
                log.records.insert(log.records.begin() + static_cast<std::ptrdiff_t>(at),
                                   whole[other]);
                break;
            case 3:
                if (at == other) {
                    continue;
                }
                std::swap(log.records[at], log.records[other]);
                break;
            default:
                log.records.resize(at);
        }
        ASSERT_FALSE(verify_chain(log, head).value().is_whole()) << "round " << round;
    }
}

}  // namespace
}  // namespace parcours::access
