// The power goes at any moment: what was acknowledged is there, whatever the disk did with the
// rest.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/backend.h"
#include "store/tests/power_disk.h"

namespace parcours::store {
namespace {

struct Load {
    std::size_t batches = 0;
    std::size_t batch_size = 0;
    std::size_t payload_bytes = 0;
    std::uint64_t cut_one_in = 0;
};

struct Outcome {
    std::size_t cuts = 0;
    std::string fault;  ///< the first one found; empty where there is none
};

// What is wrong after a cut when so many records were acknowledged before it.
std::string find_fault(const std::filesystem::path& folder, std::size_t acknowledged,
                       const Load& load) {
    const auto store = open_sqlite_store(folder, {.create = true});
    if (!store) {
        return store.error().to_text();
    }
    Collector found;
    const auto scanned = (*store)->scan(1, UINT64_MAX, found);
    if (!scanned || !found.damaged_positions.empty()) {
        return scanned ? found.errors.front().message : scanned.error().to_text();
    }
    const std::size_t count = found.records.size();
    if (count < acknowledged || count % load.batch_size != 0) {
        return fmt::format("{} records acknowledged, {} kept", acknowledged, count);
    }
    for (std::size_t i = 0; i < count; i += 97) {
        LogRecord record = found.records[i].meta;
        record.topic = found.records[i].topic;
        record.payload = found.records[i].payload;
        if (!is_sample(record, load.payload_bytes)) {
            return fmt::format("record {} is not what was appended", record.position);
        }
    }
    return {};
}

// Appends under a load while the power is cut again and again; every cut is a disk of its own.
Outcome run_with_cuts(PowerDisk::Honesty honesty, const Load& load, std::uint64_t seed) {
    const TemporaryFolder folder;
    const std::filesystem::path data = folder.path() / "data";
    const std::filesystem::path image = folder.path() / "image";
    Outcome outcome;
    PowerDisk disk(data, honesty, seed);
    const auto store = open_sqlite_store(data, {.create = true});
    if (!store) {
        return {0, store.error().to_text()};
    }
    const auto epoch = (*store)->acquire_lease("test");
    disk.cut_one_in(load.cut_one_in);
    for (std::size_t batch = 0; batch < load.batches && outcome.fault.empty(); ++batch) {
        const auto appended = append_samples(**store, *epoch, load.batch_size, load.payload_bytes);
        if (!appended) {
            outcome.fault = appended.error().to_text();
        }
        // A cut within this append: only the batches before it were acknowledged.
        if (disk.take_cut(image)) {
            ++outcome.cuts;
            const std::string fault = find_fault(image, batch * load.batch_size, load);
            if (!fault.empty()) {
                outcome.fault = fmt::format("seed {}, batch {}: {}", seed, batch, fault);
            }
            std::filesystem::remove_all(image);
        }
    }
    return outcome;
}

constexpr Load small_batches{
    .batches = 150, .batch_size = 3, .payload_bytes = 200, .cut_one_in = 8};
// Enough to bring the write-ahead log into the database twice.
constexpr Load checkpoints{
    .batches = 420, .batch_size = 40, .payload_bytes = 3000, .cut_one_in = 350};

TEST(PowerCut, LosesNothingAcknowledged) {
    const Outcome outcome = run_with_cuts(PowerDisk::Honesty::Honest, small_batches, 1);
    EXPECT_EQ(outcome.fault, "");
    EXPECT_GT(outcome.cuts, 20U);
}

TEST(PowerCut, LosesNothingWhileTheLogIsBroughtIn) {
    const Outcome outcome = run_with_cuts(PowerDisk::Honesty::Honest, checkpoints, 2);
    EXPECT_EQ(outcome.fault, "");
    EXPECT_GT(outcome.cuts, 10U);
}

// Goes on from what the last cut left, until the power goes again, in opening or in appending.
// `sure` counts the records acknowledged before that.
void run_until_cut(const std::filesystem::path& data, const std::filesystem::path& image,
                   std::uint64_t seed, std::size_t& sure) {
    PowerDisk disk(data, PowerDisk::Honesty::Honest, seed);
    SeededRandom random(seed);
    disk.cut_one_in(30);
    const auto store = open_sqlite_store(data, {.create = true});
    ASSERT_TRUE(store.has_value()) << store.error().to_text();
    const auto epoch = (*store)->acquire_lease("test");
    ASSERT_GT((*store)->end().value(), sure);
    if (disk.take_cut(image)) {
        return;
    }
    std::size_t batch = (*store)->end().value() - 1 - sure;
    do {
        sure += batch;
        // Sizes that differ leave the ends of longer commits behind shorter ones.
        batch = 3 * (1 + random.below(30));
        ASSERT_TRUE(append_samples(**store, *epoch, batch, 900).has_value());
    } while (!disk.take_cut(image));
}

TEST(PowerCut, AgainAndAgainIsNoDamage) {
    const TemporaryFolder folder;
    const auto disk = [&](std::uint64_t round) { return folder.path() / std::to_string(round); };
    std::size_t sure = 0;
    constexpr std::uint64_t rounds = 40;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        run_until_cut(disk(round), disk(round + 1), 100 + round, sure);
        ASSERT_FALSE(HasFatalFailure()) << "round " << round;
        std::filesystem::remove_all(disk(round));
    }
    EXPECT_GT(sure, 300U);
    EXPECT_EQ(find_fault(disk(rounds), sure, {.batch_size = 3, .payload_bytes = 900}), "");
}

TEST(PowerCut, TheCheckerSeesTheLossOnADiskThatLies) {
    EXPECT_NE(run_with_cuts(PowerDisk::Honesty::Lying, small_batches, 3).fault, "");
}

}  // namespace
}  // namespace parcours::store
