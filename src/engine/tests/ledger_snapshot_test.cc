#include "engine/ledger_snapshot.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/number_bytes.h"
#include "engine/tests/random_events.h"
#include "store/memory/memory_store.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

using testing::Chance;

std::unique_ptr<DataFolder> new_folder(store::FaultHook faults = {}) {
    auto folder = DataFolder::open(
        store::open_memory_store(std::make_shared<store::MemoryDisk>(), true, std::move(faults))
            .value(),
        true);
    EXPECT_TRUE(folder);
    return std::move(*folder);
}

void write(DataFolder& folder, Ledger& ledger, Chance& chance, int count) {
    Journal journal(folder, ledger);
    journal.file_by({.open_max = 5, .open_for = std::chrono::hours{1}});
    for (int i = 0; i < count; ++i) {
        journal.add(chance.event(), Instant{});
        if (i % 8 == 0) {
            ASSERT_TRUE(journal.flush_all());
        }
    }
    ASSERT_TRUE(journal.flush_all());
}

/// What a start makes of the folder, as a hash of all of it.
std::uint64_t started(const DataFolder& folder) {
    Ledger ledger;
    std::vector<Damage> damages;
    EXPECT_TRUE(replay(folder, ledger, damages));
    EXPECT_TRUE(damages.empty());
    return fast_hash(LedgerSnapshot::bytes_of(ledger));
}

/// The same without a snapshot. The folder has none afterwards.
std::uint64_t folded(DataFolder& folder) {
    EXPECT_TRUE(folder.store().put_blob(ledger_blob, {}));
    Ledger none;
    EXPECT_EQ(LedgerSnapshot::load(folder, none), 1U);
    return started(folder);
}

LogPosition loaded_to(const DataFolder& folder) {
    Ledger ledger;
    return LedgerSnapshot::load(folder, ledger);
}

Result<> save(DataFolder& folder, Ledger& ledger) {
    return LedgerSnapshot(ledger, folder).save(folder.store());
}

TEST(LedgerSnapshot, WithWhatCameAfterItIsTheFoldOfTheWholeLog) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Chance chance(seed);
        const auto folder = new_folder();
        Ledger ledger;
        write(*folder, ledger, chance, static_cast<int>(1 + chance.below(120)));
        ASSERT_TRUE(save(*folder, ledger));
        const LogPosition end = folder->end();
        write(*folder, ledger, chance, static_cast<int>(chance.below(60)));
        ASSERT_EQ(loaded_to(*folder), end);
        const std::uint64_t from_snapshot = started(*folder);
        ASSERT_EQ(from_snapshot, folded(*folder)) << "seed " << seed;
    }
}

TEST(LedgerSnapshot, StaysWhatItWasWhileTheLedgerGoesOn) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Chance chance(seed);
        const auto folder = new_folder();
        Ledger ledger;
        write(*folder, ledger, chance, 80);
        const LogPosition end = folder->end();
        {
            const LedgerSnapshot snapshot(ledger, *folder);
            write(*folder, ledger, chance, 80);
            ASSERT_TRUE(snapshot.save(folder->store()));
        }
        ASSERT_EQ(loaded_to(*folder), end);
        const std::uint64_t from_snapshot = started(*folder);
        ASSERT_EQ(from_snapshot, folded(*folder)) << "seed " << seed;
    }
}

TEST(LedgerSnapshot, OfAMomentBeforeItIsNotUsed) {
    Chance chance(3);
    const auto folder = new_folder();
    Ledger ledger;
    write(*folder, ledger, chance, 50);
    ASSERT_TRUE(save(*folder, ledger));
    Ledger then;
    EXPECT_EQ(LedgerSnapshot::load(*folder, then, ledger.reach().last_event_at), folder->end());
    Ledger before;
    EXPECT_EQ(LedgerSnapshot::load(*folder, before, ledger.reach().last_event_at - Duration{1}),
              1U);
}

TEST(LedgerSnapshot, OfAnotherLogOrOneThatLostItsEndIsNotUsed) {
    Chance chance(5);
    const auto folder = new_folder();
    Ledger ledger;
    write(*folder, ledger, chance, 50);
    ASSERT_TRUE(save(*folder, ledger));
    const auto copy_to = [&folder](DataFolder& other) {
        for (const char* const name : {"ledger", "ledger.a-0"}) {
            const auto blob = folder->store().get_blob(name);
            ASSERT_TRUE(blob && *blob);
            ASSERT_TRUE(other.store().put_blob(name, **blob));
        }
    };
    // The same first event, and then others: as after a backup was put back.
    for (const int count : {0, 20, 70}) {
        Chance same(5);
        const auto other = new_folder();
        Ledger fresh;
        write(*other, fresh, same, 10);
        Chance different(6);
        write(*other, fresh, different, count);
        copy_to(*other);
        EXPECT_EQ(loaded_to(*other), 1U) << count;
    }
    Chance same(5);
    const auto twin = new_folder();
    Ledger fresh;
    write(*twin, fresh, same, 50);
    copy_to(*twin);
    EXPECT_EQ(loaded_to(*twin), twin->end()) << "the control: of an equal log it is";
}

TEST(LedgerSnapshot, DamagedAnywhereIsThrownAwayAndMadeAnew) {
    Chance chance(7);
    const auto folder = new_folder();
    Ledger ledger;
    write(*folder, ledger, chance, 60);
    ASSERT_TRUE(save(*folder, ledger));
    const std::uint64_t whole = started(*folder);
    SeededRandom random(1);
    for (const char* const name : {"ledger", "ledger.a-0"}) {
        const std::string good = **folder->store().get_blob(name);
        for (int i = 0; i < 200; ++i) {
            std::string bad = good;
            bad[random.below(bad.size())] ^= static_cast<char>(1 + random.below(255));
            bad.resize(i % 10 == 0 ? random.below(bad.size()) : bad.size());
            ASSERT_TRUE(folder->store().put_blob(name, bad));
            ASSERT_EQ(loaded_to(*folder), 1U);
            ASSERT_EQ(started(*folder), whole);
        }
        ASSERT_TRUE(folder->store().put_blob(name, good));
        ASSERT_EQ(loaded_to(*folder), folder->end()) << "the control";
    }
}

TEST(LedgerSnapshot, HalfWrittenLeavesTheOneBefore) {
    Chance chance(9);
    const auto folder = new_folder();
    Ledger ledger;
    write(*folder, ledger, chance, 60);
    ASSERT_TRUE(save(*folder, ledger));
    const LogPosition first = folder->end();
    write(*folder, ledger, chance, 60);
    ASSERT_TRUE(folder->store().put_blob("ledger.b-0", "the beginning of the next"));
    EXPECT_EQ(loaded_to(*folder), first);
    ASSERT_TRUE(save(*folder, ledger));
    EXPECT_EQ(loaded_to(*folder), folder->end());
    ASSERT_TRUE(folder->store().put_blob("ledger.a-0", "the beginning of the one after"));
    EXPECT_EQ(loaded_to(*folder), folder->end());
}

TEST(LedgerSnapshot, ADiskThatFailsAtAnyWriteLeavesTheOneBefore) {
    for (int writes = 0; writes <= 2; ++writes) {
        int left = 100;
        Chance chance(9);
        const auto folder = new_folder([&left](store::FaultPoint point) -> std::optional<Error> {
            if (point != store::FaultPoint::PutBlob || left-- > 0) {
                return std::nullopt;
            }
            return Error{ErrorCode::NoSpace, "the disk is full", {}};
        });
        Ledger ledger;
        write(*folder, ledger, chance, 60);
        ASSERT_TRUE(save(*folder, ledger));
        const LogPosition first = folder->end();
        write(*folder, ledger, chance, 60);
        left = writes;
        EXPECT_EQ(save(*folder, ledger).has_value(), writes == 2);
        EXPECT_EQ(loaded_to(*folder), writes == 2 ? folder->end() : first);
    }
}

/// The manifest's checksums over changed bytes, so that not these alone stand between a strange
/// file and the program.
void sign(store::Store& store, std::string_view stream) {
    std::string manifest = **store.get_blob(ledger_blob);
    manifest.resize(7 * sizeof(std::uint64_t));
    append_number(manifest, stream.size());
    append_number(manifest, fast_hash(stream));
    append_number(manifest, fast_hash(manifest));
    ASSERT_TRUE(store.put_blob("ledger.a-0", stream));
    ASSERT_TRUE(store.put_blob(ledger_blob, manifest));
}

TEST(LedgerSnapshot, StrangeBytesAreRefusedOrReadWithoutHarm) {
    Chance chance(11);
    const auto folder = new_folder();
    Ledger ledger;
    write(*folder, ledger, chance, 90);
    ASSERT_TRUE(save(*folder, ledger));
    const std::string good = **folder->store().get_blob("ledger.a-0");
    SeededRandom random(2);
    int refused = 0;
    for (int i = 0; i < 3'000; ++i) {
        std::string bad = good;
        for (std::uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
            bad[random.below(bad.size())] = static_cast<char>(random.below(256));
        }
        bad.resize(i % 10 == 0 ? random.below(bad.size()) : bad.size());
        sign(folder->store(), bad);
        Ledger read;
        if (LedgerSnapshot::load(*folder, read) == 1) {
            ++refused;
            continue;
        }
        for (const EnrolmentView one : read.enrolments()) {
            ASSERT_EQ((*one).enrolment.id, one.id());
        }
        (void)read.running();
        (void)read.timers().all();
        (void)LedgerSnapshot::bytes_of(read);
    }
    EXPECT_GT(refused, 300);
    sign(folder->store(), good);
    EXPECT_EQ(loaded_to(*folder), folder->end()) << "the control";
}

TEST(LedgerSnapshot, IsWrittenOnceTheLogHasGrown) {
    Chance chance(13);
    const auto folder = new_folder();
    Ledger ledger;
    ASSERT_TRUE(save_ledger(*folder, ledger));
    EXPECT_EQ(loaded_to(*folder), 1U) << "of nothing there is none";
    write(*folder, ledger, chance, 10);
    ASSERT_TRUE(save_ledger(*folder, ledger));
    const LogPosition first = folder->end();
    EXPECT_EQ(loaded_to(*folder), first);
    write(*folder, ledger, chance, 500);
    ASSERT_TRUE(save_ledger(*folder, ledger));
    EXPECT_EQ(loaded_to(*folder), first);
    write(*folder, ledger, chance, 500);
    ASSERT_TRUE(save_ledger(*folder, ledger));
    EXPECT_EQ(loaded_to(*folder), folder->end());
}

}  // namespace
}  // namespace parcours::engine
