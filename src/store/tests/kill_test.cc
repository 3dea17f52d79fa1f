// kill -9 at any moment: whatever was acknowledged is there and whole, and nothing is there by
// half.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"
#include "store/tests/child.h"

namespace parcours::store {
namespace {

constexpr std::size_t batch_size = 7;

enum class Acknowledge { AfterAppend, BeforeAppend };

// Appends batches for ever and writes a byte for each one acknowledged. Acknowledging before the
// append is the planted bug.
void append_until_killed(const std::filesystem::path& folder, Acknowledge when, int pipe) {
    const auto store = open_sqlite_store(folder, {.create = true});
    const auto epoch = store ? (*store)->acquire_lease("child") : Result<std::uint64_t>(0);
    while (store && epoch) {
        const auto acknowledge = [pipe] { return write(pipe, "+", 1) == 1; };
        if (when == Acknowledge::BeforeAppend && !acknowledge()) {
            return;
        }
        if (!append_samples(**store, *epoch, batch_size)) {
            return;
        }
        if (when == Acknowledge::AfterAppend && !acknowledge()) {
            return;
        }
    }
}

// What is wrong with the log, given how many batches were acknowledged in all; empty if nothing.
std::string find_fault(const std::filesystem::path& folder, std::size_t batches) {
    const auto store = open_sqlite_store(folder, {.create = true});
    if (!store) {
        return store.error().to_text();
    }
    Collector found;
    const auto scanned = (*store)->scan(1, UINT64_MAX, found);
    if (!scanned) {
        return scanned.error().to_text();
    }
    if (!found.damaged_positions.empty()) {
        return found.errors.front().message;
    }
    const std::size_t count = found.records.size();
    if (count < batches * batch_size) {
        return fmt::format("{} batches acknowledged, {} records kept", batches, count);
    }
    if (count % batch_size != 0) {
        return fmt::format("half a batch: {} records", count);
    }
    for (const KeptRecord& kept : found.records) {
        LogRecord record = kept.meta;
        record.topic = kept.topic;
        record.payload = kept.payload;
        if (!is_sample(record)) {
            return fmt::format("record {} is not what was appended", record.position);
        }
    }
    return {};
}

// Rounds of a writer killed at a random moment on the same folder; the first fault found, or none.
std::string kill_rounds(Acknowledge when, int rounds, std::uint64_t seed) {
    const TemporaryFolder folder;
    SeededRandom random(seed);
    for (int round = 0; round < rounds; ++round) {
        Collector before;
        if (const auto store = open_sqlite_store(folder.path(), {.create = true})) {
            if (!(*store)->scan(1, UINT64_MAX, before)) {
                return "the scan before the round failed";
            }
        }
        std::size_t batches = before.records.size() / batch_size;
        Child child([&](int pipe) { append_until_killed(folder.path(), when, pipe); });
        for (std::uint64_t reads = random.below(60); reads > 0 && child.read_byte(); --reads) {
            ++batches;
        }
        for (std::uint64_t spin = random.below(200'000); spin > 0; --spin) {
            asm volatile("");  // a moment within the next append, without a clock
        }
        child.kill();
        batches += child.read_all().size();  // acknowledged before the kill took it
        const std::string fault = find_fault(folder.path(), batches);
        if (!fault.empty()) {
            return fmt::format("seed {}, round {}: {}", seed, round, fault);
        }
    }
    return {};
}

TEST(Kill, LosesNothingAcknowledgedAndKeepsNothingHalf) {
    EXPECT_EQ(kill_rounds(Acknowledge::AfterAppend, 30, 1), "");
}

TEST(Kill, TheCheckerFindsAWriterThatAcknowledgesTooEarly) {
    EXPECT_NE(kill_rounds(Acknowledge::BeforeAppend, 30, 2), "");
}

TEST(Kill, AWriterKilledWhileItCreatesTheDatabaseLeavesAFolderThatOpens) {
    SeededRandom random(3);
    for (int round = 0; round < 20; ++round) {
        const TemporaryFolder folder;
        Child child([&](int pipe) {
            static_cast<void>(!write(pipe, "+", 1));
            append_until_killed(folder.path(), Acknowledge::AfterAppend, pipe);
        });
        ASSERT_TRUE(child.read_byte());
        for (std::uint64_t spin = random.below(3'000'000); spin > 0; --spin) {
            asm volatile("");
        }
        child.kill();
        EXPECT_EQ(find_fault(folder.path(), child.read_all().size()), "") << "round " << round;
    }
}

}  // namespace
}  // namespace parcours::store
